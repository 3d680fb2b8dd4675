import { randomUUID } from 'node:crypto'
import * as E from 'fp-ts/lib/Either.js'
import { validationFailed, type Refusal } from '../failure.js'
import { hookJson } from '../json/hook.js'
import { atomically, one, run } from '../store/database.js'
import type { DeliveryRow, HookRow, RepoRow, UserRow } from '../store/rows.js'
import { enqueue, payloadText } from '../webhooks/emit.js'
import type { World } from '../world.js'

/** What `POST hooks` takes. */
export type HookInput = {
  readonly url: string
  readonly secret?: string | undefined
  readonly contentType: 'json' | 'form'
  readonly events: ReadonlyArray<string>
  readonly active: boolean
}

/** The hook of this id in this repository. */
export const findHook = (world: World, repo: RepoRow, id: number): HookRow | undefined =>
  one(world.db, 'SELECT * FROM hooks WHERE id = ? AND repo_id = ?', id, repo.id)

/** Sends a `ping` to one hook, whatever it listens to. */
export const ping = (world: World, actor: UserRow, repo: RepoRow, hook: HookRow): void => {
  const body = { zen: 'Keep it logically awesome.', hook_id: hook.id, hook: hookJson(world, repo, hook) }
  const payload = payloadText(world, repo, actor, { event: 'ping', action: null, body })
  enqueue(world, hook, { guid: randomUUID(), event: 'ping', action: null, payload })
  world.wakeDeliverer()
}

/** Creates a webhook and pings it. Two hooks of one address are refused, as GitHub does. */
export const createHook = (
  world: World,
  actor: UserRow,
  repo: RepoRow,
  input: HookInput,
): E.Either<Refusal, HookRow> => {
  if (!/^https?:\/\/\S+$/.test(input.url) || !URL.canParse(input.url))
    return E.left(validationFailed({ resource: 'Hook', field: 'url', code: 'invalid' }))
  if (one(world.db, 'SELECT id FROM hooks WHERE repo_id = ? AND url = ?', repo.id, input.url) !== undefined)
    return E.left(
      validationFailed({
        resource: 'Hook',
        code: 'custom',
        message: 'Hook already exists on this repository',
      }),
    )
  const hook = atomically(world.db, () => {
    const at = world.now()
    const id = run(
      world.db,
      `INSERT INTO hooks (repo_id, url, secret, content_type, events, active, created_at, updated_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[repo.id, input.url, input.secret ?? null, input.contentType, JSON.stringify(input.events)],
      ...[input.active ? 1 : 0, at, at],
    )
    return one<HookRow>(world.db, 'SELECT * FROM hooks WHERE id = ?', id) as HookRow
  })
  if (input.active) ping(world, actor, repo, hook)
  return E.right(hook)
}

/** Removes a webhook; what it has not got yet is not sent. */
export const deleteHook = (world: World, hook: HookRow): void =>
  atomically(world.db, () => {
    run(world.db, 'DELETE FROM deliveries WHERE hook_id = ?', hook.id)
    run(world.db, 'DELETE FROM hooks WHERE id = ?', hook.id)
  })

/** Sends a delivery again under its own guid. */
export const redeliver = (world: World, delivery: DeliveryRow): void => {
  enqueue(world, { id: delivery.hook_id }, delivery, true)
  world.wakeDeliverer()
}
