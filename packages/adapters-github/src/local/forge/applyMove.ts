import { pullJson, reviewJson, type PullSize } from '../json/pull.js'
import { all, run } from '../store/database.js'
import { pullById, repoById } from '../store/lookups.js'
import type { PullRow, ReviewRow, UserRow } from '../store/rows.js'
import { emit } from '../webhooks/emit.js'
import type { World } from '../world.js'
import { protectionOf } from './protection.js'
import type { PullMove } from './pullMoves.js'

/** Queues a `pull_request` event about the pull request as it is now. Call it inside the transaction. */
export const emitPull = (
  world: World,
  actor: UserRow,
  pull: Pick<PullRow, 'id' | 'repo_id'>,
  size: PullSize,
  action: string,
  more: Readonly<Record<string, unknown>> = {},
): void => {
  const now = pullById(world.db, pull.id)
  const body = { number: now.number, pull_request: pullJson(world, now, size), ...more }
  emit(world, repoById(world.db, pull.repo_id), actor, { event: 'pull_request', action, body })
}

/** Marks a review dismissed and queues the event. Call it inside the transaction. */
export const dismiss = (
  world: World,
  actor: UserRow,
  pull: PullRow,
  size: PullSize,
  review: ReviewRow,
): void => {
  run(world.db, `UPDATE reviews SET state = 'DISMISSED' WHERE id = ?`, review.id)
  const shown = reviewJson(world, pull, { ...review, state: 'DISMISSED' })
  const body = { review: { ...shown, state: 'dismissed' }, pull_request: pullJson(world, pull, size) }
  emit(world, repoById(world.db, pull.repo_id), actor, {
    event: 'pull_request_review',
    action: 'dismissed',
    body,
  })
}

const dismissStale = (world: World, actor: UserRow, pull: PullRow, size: PullSize): void => {
  const rules = protectionOf(world, { id: pull.repo_id }, pull.base_ref)
  if (rules?.reviews?.dismissStale !== true) return
  const sql = `SELECT * FROM reviews WHERE pull_id = ? AND state = 'APPROVED'`
  all<ReviewRow>(world.db, sql, pull.id).forEach((review) => dismiss(world, actor, pull, size, review))
}

/** Writes what became of one pull request and queues its events. Call it inside the transaction. */
export const applyMove = (
  world: World,
  actor: UserRow,
  planned: {
    readonly pull: PullRow
    readonly before: string
    readonly move: PullMove
    readonly size: PullSize
  },
): void => {
  const { pull, move, size } = planned
  const at = world.now()
  switch (move._tag) {
    case 'Stays':
      return
    case 'Merged':
      run(
        world.db,
        `UPDATE pulls SET state = 'MERGED', head_sha = ?, merge_sha = ?, merged_by = ?, merged_at = ?, closed_at = ?,
         updated_at = ?, landing_sha = NULL WHERE id = ?`,
        ...[move.head, move.mergeSha, actor.id, at, at, at, pull.id],
      )
      return emitPull(world, actor, pull, size, 'closed')
    case 'Closed':
      run(
        world.db,
        `UPDATE pulls SET state = 'CLOSED', head_sha = ?, closed_at = ?, updated_at = ? WHERE id = ?`,
        ...[move.head, at, at, pull.id],
      )
      return emitPull(world, actor, pull, size, 'closed')
    case 'Synchronized':
      run(
        world.db,
        'UPDATE pulls SET head_sha = ?, base_sha = ?, updated_at = ? WHERE id = ?',
        ...[move.head, pull.base_sha, at, pull.id],
      )
      emitPull(world, actor, pull, size, 'synchronize', { before: planned.before, after: move.head })
      return dismissStale(world, actor, pull, size)
  }
}
