/** What operators may tell the service, by form or by JSON. */
import * as E from 'fp-ts/lib/Either.js'
import { fromNullable } from 'fp-ts/lib/Option.js'
import type { Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import * as t from 'io-ts'
import { batchId, prNumber, sha, SortedMap, type EpochMs, type Event } from '@headgate/core'
import type { Actor } from '../shell/actor.js'
import { actorOf } from './address.js'
import type { HttpDeps } from './deps.js'
import { isSameSite, isToken } from './guards.js'
import { errorReply, notFoundReply, tooLargeReply } from './reply.js'

const BODY_MAX_BYTES = 64 * 1024

const Words = t.partial({
  by: t.string,
  reason: t.string,
  sha: t.string,
  batchId: t.union([t.string, t.number]),
  token: t.string,
})
type Words = t.TypeOf<typeof Words>

/** What an action makes of the words: an event, or what is wrong with them. */
type Action = (words: Words, at: EpochMs, actor: Actor, c: Context) => E.Either<string, Event>

const byOf = (words: Words): string => (words.by?.trim() || 'operator').slice(0, 100)

const authorize: Action = (words, at) => {
  const given = words.sha?.trim().toLowerCase() ?? ''
  return /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(given)
    ? E.right({ _tag: 'ShaAuthorized', at, by: byOf(words), sha: sha(given) })
    : E.left('"sha" must be a full commit SHA: a short one could come to mean another commit.')
}

const freeze: Action = (words, at) => {
  const reason = words.reason?.trim().slice(0, 500) ?? ''
  return reason === ''
    ? E.left('"reason" must say why.')
    : E.right({ _tag: 'BranchFrozen', at, by: byOf(words), reason })
}

const retry: Action = (words, at, actor, c) => {
  const pr = prNumber(Number(c.req.param('number')))
  if (!SortedMap.has(actor.state().pullRequests, pr)) return E.left(`#${pr} is not open here.`)
  const given = words.batchId === undefined || words.batchId === '' ? undefined : Number(words.batchId)
  return given !== undefined && (!Number.isSafeInteger(given) || given < 0)
    ? E.left('"batchId" must be the number of a batch.')
    : E.right({
        _tag: 'TestRetried',
        at,
        by: byOf(words),
        pr,
        batchId: fromNullable(given === undefined ? undefined : batchId(given)),
      })
}

const ACTIONS: Readonly<Record<string, Action>> = {
  authorize,
  freeze,
  unfreeze: (words, at) => E.right({ _tag: 'BranchUnfrozen', at, by: byOf(words) }),
  'retry-head-test': (words, at) => E.right({ _tag: 'HeadTestRetried', at, by: byOf(words) }),
  'retry-deploy': (words, at) => E.right({ _tag: 'DeployRetried', at, by: byOf(words) }),
}

const wordsOf = async (c: Context): Promise<E.Either<string, Words>> => {
  try {
    const json = (c.req.header('content-type') ?? '').startsWith('application/json')
    const text = await c.req.text()
    const raw: unknown = json
      ? JSON.parse(text === '' ? '{}' : text)
      : Object.fromEntries(new URLSearchParams(text))
    const words = Words.decode(raw)
    return E.isRight(words) ? words : E.left('The body must be an object of texts.')
  } catch {
    return E.left('The body is not JSON.')
  }
}

const bearer = (c: Context): string | undefined =>
  /^Bearer (.+)$/i.exec(c.req.header('authorization') ?? '')?.[1]

/** Why this caller may not operate, as a status and a sentence; undefined: it may. */
const refusalOf = (
  c: Context,
  deps: HttpDeps,
  words: Words,
): readonly [401 | 403 | 503, string] | undefined => {
  const from = {
    host: c.req.header('host'),
    origin: c.req.header('origin'),
    site: c.req.header('sec-fetch-site'),
  }
  if (!isSameSite(from, deps.publicHost)) return [403, 'The request comes from another site.']
  const wanted = deps.operatorToken()
  if (E.isLeft(wanted)) return [503, 'The operator token of this service cannot be read.']
  return wanted.right === undefined || isToken(bearer(c) ?? words.token, wanted.right)
    ? undefined
    : [401, 'The operator token is missing or wrong.']
}

const wantsPage = (c: Context): boolean => (c.req.header('accept') ?? '').includes('text/html')

const perform = async (c: Context, deps: HttpDeps, action: Action | undefined): Promise<Response> => {
  const actor = actorOf(deps.actors, c)
  if (actor === undefined || action === undefined) return notFoundReply(c, 'The branch or the action')
  const words = await wordsOf(c)
  const place = c.req.path
  const bad = (sentence: string) =>
    errorReply(c, 400, { code: 'bad-request', sentence, place, remedy: 'Correct the request.' })
  if (E.isLeft(words)) return bad(words.left)
  const refused = refusalOf(c, deps, words.right)
  if (refused !== undefined) {
    const remedy = 'Use the buttons of the page itself, or send the operator token as a bearer token.'
    return errorReply(c, refused[0], { code: 'not-allowed', sentence: refused[1], place, remedy })
  }
  const event = action(words.right, deps.clock(), actor, c)
  if (E.isLeft(event)) return bad(event.left)
  const told = await actor.tell(event.right)
  if (E.isLeft(told)) {
    const remedy = 'Try again when it is back.'
    return errorReply(c, 503, { code: 'stopping', sentence: 'The service is stopping.', place, remedy })
  }
  deps.log.info({ event: event.right._tag, by: byOf(words.right) }, 'operator')
  // Back to where the button was; the path is our own.
  return wantsPage(c)
    ? c.redirect(c.req.param('number') === undefined ? '/' : place.replace(/\/retry$/, ''), 303)
    : c.json({ done: event.right._tag })
}

/** POST routes for operators. Answered when the event is on disk. */
export const operatorRoutes = (app: Hono, deps: HttpDeps): void => {
  const limit = bodyLimit({ maxSize: BODY_MAX_BYTES, onError: (c) => tooLargeReply(c, BODY_MAX_BYTES) })
  const branch = '/branches/:owner/:repo/:branch'
  app.post(`${branch}/prs/:number{[0-9]+}/retry`, limit, (c) => perform(c, deps, retry))
  app.post(`${branch}/:action`, limit, (c) => {
    const name = c.req.param('action')
    return perform(c, deps, Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined)
  })
}
