/** What the forge and Batch tell us. Hooks are hints: they only say where to look. */
import * as E from 'fp-ts/lib/Either.js'
import { isSome, none, some } from 'fp-ts/lib/Option.js'
import type { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import * as t from 'io-ts'
import { BatchId, isOwnEcho, SortedMap, type Event } from '@headgate/core'
import { branchAttribute } from '@headgate/adapters-batch'
import { addressedTo, receiveHook, type Address, type Hook } from '@headgate/adapters-github'
import type { Actor } from '../shell/actor.js'
import type { HttpDeps } from './deps.js'
import { makeRecent } from './recent.js'
import { errorReply, tooLargeReply } from './reply.js'

/** GitHub sends at most this. */
const WEBHOOK_MAX_BYTES = 25 * 1024 * 1024
const CALLBACK_MAX_BYTES = 1024 * 1024

/** Deliveries that were taken, by id. GitHub sends one again when asked to, under the same id. */
const DELIVERIES_MAX = 10_000

const hintOf = (deps: HttpDeps, { concern }: Address): Event => ({
  _tag: 'GithubHinted',
  at: deps.clock(),
  concern,
})

const isEcho = (actor: Actor, hook: Hook): boolean =>
  hook._tag === 'Status' && isOwnEcho(actor.state(), hook.sha, hook.context, hook.state)

/** Where checks are the tests, a check of a commit under test says that its run is worth a look. */
const hintRuns = (deps: HttpDeps, actor: Actor, { concern }: Address): void => {
  if (concern._tag !== 'Checks' || !deps.testedByChecks.includes(actor.name)) return
  for (const { stage } of SortedMap.valuesArray(actor.state().runs))
    if (stage._tag === 'Running' && isSome(stage.commit) && stage.commit.value === concern.sha)
      actor.hint({ _tag: 'BatchHinted', at: deps.clock(), batchId: some(stage.batchId) })
}

const webhook = (app: Hono, deps: HttpDeps): void => {
  const taken = makeRecent(DELIVERIES_MAX)
  const limit = bodyLimit({ maxSize: WEBHOOK_MAX_BYTES, onError: (c) => tooLargeReply(c, WEBHOOK_MAX_BYTES) })
  app.post('/webhooks/github', limit, async (c) => {
    const body = new Uint8Array(await c.req.arrayBuffer())
    const received = receiveHook(c.req.raw.headers, body, deps.webhookSecrets(), WEBHOOK_MAX_BYTES)
    if (E.isLeft(received)) {
      const { httpStatus, ...error } = received.left
      deps.log.warn({ error }, 'webhook refused')
      return errorReply(c, httpStatus, error)
    }
    const { addresses, delivery, hook } = received.right
    if (isSome(delivery) && !taken.add(delivery.value)) {
      deps.log.debug({ delivery }, 'webhook seen before')
      return c.json({ accepted: 0, duplicate: true }, 202)
    }
    if (hook._tag === 'Commented') void deps.obey(hook)
    const told = addresses.flatMap((address) =>
      deps.actors
        .filter((actor) => addressedTo(address, actor.name) && !isEcho(actor, hook))
        .map((actor) => {
          actor.hint(hintOf(deps, address))
          hintRuns(deps, actor, address)
          return actor
        }),
    )
    const ignored = hook._tag === 'Ignored' ? hook.reason : undefined
    deps.log.debug({ delivery, hook: hook._tag, told: told.length, ignored }, 'webhook')
    return c.json({ accepted: told.length }, 202)
  })
}

const Callback = t.intersection([
  t.type({ id: BatchId }),
  t.partial({ attributes: t.union([t.record(t.string, t.unknown), t.null]) }),
])

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const callback = (app: Hono, deps: HttpDeps): void => {
  const limit = bodyLimit({
    maxSize: CALLBACK_MAX_BYTES,
    onError: (c) => tooLargeReply(c, CALLBACK_MAX_BYTES),
  })
  app.post('/callbacks/batch', limit, async (c) => {
    const decoded = Callback.decode(parse(await c.req.text()))
    if (E.isLeft(decoded))
      return errorReply(c, 400, {
        code: 'callback-not-understood',
        sentence: 'This is not the status of a batch.',
        place: 'the body',
        remedy: "Send Hail Batch's JSON of the batch, with its id.",
      })
    const { id, attributes } = decoded.right
    const target = attributes?.['target_branch']
    const told = deps.actors.filter((a) => target === undefined || branchAttribute(a.name) === target)
    for (const actor of told)
      actor.hint({ _tag: 'BatchHinted', at: deps.clock(), batchId: target === undefined ? none : some(id) })
    return c.json({ accepted: told.length }, 202)
  })
}

/** Routes for deliveries: 202 when taken, 4xx with one line of JSON when not. */
export const hookRoutes = (app: Hono, deps: HttpDeps): void => {
  webhook(app, deps)
  callback(app, deps)
}
