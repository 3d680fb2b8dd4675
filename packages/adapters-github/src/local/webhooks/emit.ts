import { randomUUID } from 'node:crypto'
import { noreply } from '../json/commit.js'
import { repoJson } from '../json/repository.js'
import { userJson } from '../json/user.js'
import { all, run } from '../store/database.js'
import { repoById } from '../store/lookups.js'
import type { HookRow, RepoRow, UserRow } from '../store/rows.js'
import type { World } from '../world.js'

/** The webhook events this server sends. */
type EventName =
  | 'push'
  | 'create'
  | 'delete'
  | 'pull_request'
  | 'pull_request_review'
  | 'status'
  | 'check_run'
  | 'check_suite'
  | 'issue_comment'
  | 'ping'

/** One thing that happened: the event's own fields, `action` among them where the event has one. */
export type Happening = {
  readonly event: EventName
  readonly action: string | null
  readonly body: Readonly<Record<string, unknown>>
}

/** Puts one delivery into the table; the deliverer sends what it finds there. Returns its row id. */
export const enqueue = (
  world: World,
  hook: Pick<HookRow, 'id'>,
  delivery: {
    readonly guid: string
    readonly event: string
    readonly action: string | null
    readonly payload: string
  },
  redelivery = false,
): number =>
  run(
    world.db,
    `INSERT INTO deliveries (hook_id, guid, event, action, payload, redelivery, state, attempts, created_at)
     VALUES (?, ?, ?, ?, ?, ?, 'pending', 0, ?)`,
    hook.id,
    delivery.guid,
    delivery.event,
    delivery.action,
    delivery.payload,
    redelivery ? 1 : 0,
    world.now(),
  )

/** The bytes of a webhook, as text. */
export const payloadText = (world: World, repo: RepoRow, sender: UserRow, what: Happening): string => {
  const repository = repoJson(world, repoById(world.db, repo.id))
  // GitHub's oldest event tells more of the owner than the others do.
  const owner = { ...repository.owner, name: repo.owner, email: noreply(repository.owner) }
  return JSON.stringify({
    ...(what.action === null ? {} : { action: what.action }),
    ...what.body,
    repository: what.event === 'push' ? { ...repository, owner } : repository,
    sender: userJson(world, sender),
  })
}

/** Queues a happening for every active hook that listens. Call it inside the transaction that made it happen. */
export const emit = (world: World, repo: RepoRow, sender: UserRow, what: Happening): void => {
  const hooks = all<HookRow>(
    world.db,
    'SELECT * FROM hooks WHERE repo_id = ? AND active = 1',
    repo.id,
  ).filter((h) => {
    const events = JSON.parse(h.events) as ReadonlyArray<string>
    return events.includes('*') || events.includes(what.event)
  })
  if (hooks.length === 0) return
  const payload = payloadText(world, repo, sender, what)
  hooks.forEach((hook) =>
    enqueue(world, hook, { guid: randomUUID(), event: what.event, action: what.action, payload }),
  )
}
