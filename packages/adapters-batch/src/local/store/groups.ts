import * as E from 'fp-ts/lib/Either.js'
import type { GroupRequest } from '../wire/request.js'
import { ROOT_GROUP } from './ledger.js'
import type { Store } from './open.js'
import { refuse, type Refusal } from './refusal.js'
import type { GroupRow, UpdateRow } from './rows.js'

/** A job group as it is shown: also cancelled when one around it is. */
export type ShownGroup = GroupRow & { readonly is_cancelled: number }

const SHOWN = `SELECT g.*, (EXISTS (SELECT 1 FROM job_group_ancestors a JOIN job_groups h
    ON h.batch_id = a.batch_id AND h.job_group_id = a.ancestor_id
    WHERE a.batch_id = g.batch_id AND a.job_group_id = g.job_group_id AND h.cancelled = 1)
  OR (SELECT cancelled FROM batches WHERE id = g.batch_id)) AS is_cancelled FROM job_groups g`

/** Entries per page. */
const PAGE = 50

/** The job group of this number (not the root), once its update is committed. */
export const groupById = (store: Store, batchId: number, groupId: number): ShownGroup | undefined =>
  store.get<ShownGroup>(
    `${SHOWN} WHERE g.batch_id = ? AND g.job_group_id = ? AND g.committed = 1`,
    batchId,
    groupId,
  )

/** A page of the groups directly within one, and the number to ask for the next page with. */
export const groupsWithin = (
  store: Store,
  batchId: number,
  parentId: number,
  after: number | undefined,
): { readonly rows: ReadonlyArray<ShownGroup>; readonly last: number | undefined } => {
  const rows = store.all<ShownGroup>(
    `${SHOWN} WHERE g.batch_id = ? AND g.parent_id = ? AND g.committed = 1 AND g.job_group_id > ?
     ORDER BY g.job_group_id LIMIT ${PAGE}`,
    batchId,
    parentId,
    after ?? 0,
  )
  return { rows, last: rows.length === PAGE ? rows.at(-1)?.job_group_id : undefined }
}

/** Whether the batch has this group, committed or part of the update that is being made. */
export const hasGroup = (store: Store, batchId: number, groupId: number, updateId: number): boolean =>
  groupId === ROOT_GROUP ||
  store.get(
    'SELECT 1 FROM job_groups WHERE batch_id = ? AND job_group_id = ? AND (committed = 1 OR update_id = ?)',
    batchId,
    groupId,
    updateId,
  ) !== undefined

/** A number counted within the update, as one of the batch; 0 is the root everywhere. */
export const inBatch = (update: UpdateRow, inUpdate: number): number =>
  inUpdate === ROOT_GROUP ? ROOT_GROUP : update.start_job_group_id + inUpdate - 1

const insertGroup = (
  store: Store,
  batchId: number,
  update: UpdateRow,
  request: GroupRequest,
  now: number,
): E.Either<Refusal, void> => {
  const bad = (what: string) => refuse(400, `job group ${request.job_group_id}: ${what}`)
  if (request.job_group_id < 1 || request.job_group_id > update.n_job_groups)
    return bad(`job_group_id is not in 1..${update.n_job_groups}`)
  const id = inBatch(update, request.job_group_id)
  const parent = request.absolute_parent_id ?? inBatch(update, request.in_update_parent_id ?? ROOT_GROUP)
  if (parent === id || !hasGroup(store, batchId, parent, update.update_id))
    return bad(`parent ${parent} is not an earlier job group of the batch`)
  // A bunch that was sent twice is there already.
  if (hasGroup(store, batchId, id, update.update_id)) return E.right(undefined)
  store.run(
    `INSERT INTO job_groups (batch_id, job_group_id, update_id, parent_id, attributes, callback,
     cancel_after_n_failures, time_created, time_completed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    batchId,
    id,
    update.update_id,
    parent,
    JSON.stringify(request.attributes ?? {}),
    request.callback ?? null,
    request.cancel_after_n_failures ?? null,
    now,
    now,
  )
  store.run(
    `INSERT INTO job_group_ancestors (batch_id, ancestor_id, job_group_id)
     SELECT ?, ancestor_id, ? FROM job_group_ancestors WHERE batch_id = ? AND job_group_id = ?
     UNION SELECT ?, 0, ? UNION SELECT ?, ?, ?`,
    batchId,
    id,
    batchId,
    parent,
    batchId,
    id,
    batchId,
    id,
    id,
  )
  return E.right(undefined)
}

/** Adds job groups to an uncommitted update, parents before children. */
export const insertGroups = (
  store: Store,
  batchId: number,
  update: UpdateRow,
  requests: ReadonlyArray<GroupRequest>,
  now: number,
): E.Either<Refusal, void> => {
  if (update.committed === 1) return refuse(400, `update ${update.update_id} is already committed`)
  for (const request of requests) {
    const inserted = insertGroup(store, batchId, update, request, now)
    if (E.isLeft(inserted)) return inserted
  }
  return E.right(undefined)
}

/** Makes the groups of an update visible and counts its jobs in each group and all around it. */
export const commitGroups = (store: Store, batchId: number, updateId: number): void => {
  store.run('UPDATE job_groups SET committed = 1 WHERE batch_id = ? AND update_id = ?', batchId, updateId)
  const grown = store.all<{ id: number; n: number }>(
    `SELECT a.ancestor_id AS id, COUNT(*) AS n FROM jobs j JOIN job_group_ancestors a
     ON a.batch_id = j.batch_id AND a.job_group_id = j.job_group_id
     WHERE j.batch_id = ? AND j.update_id = ? AND j.job_group_id != 0 AND a.ancestor_id != 0 GROUP BY a.ancestor_id`,
    batchId,
    updateId,
  )
  for (const { id, n } of grown)
    store.run(
      'UPDATE job_groups SET n_jobs = n_jobs + ?, time_completed = NULL WHERE batch_id = ? AND job_group_id = ?',
      n,
      batchId,
      id,
    )
}
