import * as E from 'fp-ts/lib/Either.js'
import { refuse, type Refusal } from './refusal.js'
import { commitGroups } from './groups.js'
import { openLedger } from './ledger.js'
import { cancelledJob, nothingFollows, settle, type Settled } from './settle.js'
import type { Store } from './open.js'
import type { BatchRow, ReadyJob, UpdateRow } from './rows.js'

const PARENTS = `SELECT 1 FROM job_parents p JOIN jobs q ON q.batch_id = p.batch_id AND q.job_id = p.parent_id
  WHERE p.batch_id = jobs.batch_id AND p.job_id = jobs.job_id`

/** Parents of an earlier update may be running or over by now, so what a new job waits for is counted here. */
const countParents = (store: Store, batchId: number, updateId: number): void => {
  store.run(
    `UPDATE jobs SET committed = 1,
      n_pending_parents = (SELECT COUNT(*) FROM (${PARENTS} AND q.state IN ('Pending', 'Ready', 'Running'))),
      parent_failed = EXISTS (${PARENTS} AND q.state IN ('Failed', 'Error', 'Cancelled'))
     WHERE batch_id = ? AND update_id = ?`,
    batchId,
    updateId,
  )
}

const missingOf = (store: Store, batchId: number, update: UpdateRow): string | undefined => {
  const countOf = (table: 'jobs' | 'job_groups'): number =>
    store.get<{ n: number }>(
      `SELECT COUNT(*) AS n FROM ${table} WHERE batch_id = ? AND update_id = ?`,
      batchId,
      update.update_id,
    )?.n ?? 0
  const jobs = countOf('jobs')
  if (jobs !== update.n_jobs) return `wrong number of jobs: expected ${update.n_jobs}, actual ${jobs}`
  const groups = update.n_job_groups === 0 ? 0 : countOf('job_groups')
  return groups === update.n_job_groups
    ? undefined
    : `wrong number of job groups: expected ${update.n_job_groups}, actual ${groups}`
}

const hasGroups = (store: Store, batchId: number): boolean =>
  store.get('SELECT 1 FROM job_groups WHERE batch_id = ? LIMIT 1', batchId) !== undefined

type Startable = ReadyJob & {
  readonly job_group_id: number
  readonly always_run: number
  readonly parent_failed: number
}

/** Jobs that wait for nothing become Ready, or are over at once where they have no hope. */
const startUpdate = (store: Store, batch: BatchRow, update: UpdateRow, now: number): Settled => {
  const startable = store.all<Startable>(
    `SELECT batch_id AS batchId, job_id AS jobId, mcpu, memory, job_group_id, always_run, parent_failed FROM jobs
     WHERE batch_id = ? AND update_id = ? AND n_pending_parents = 0`,
    batch.id,
    update.update_id,
  )
  const ledger = openLedger(store, batch)
  const isHopeless = (job: Startable): boolean =>
    job.always_run === 0 && (job.parent_failed === 1 || ledger.isCancelled(job.job_group_id))
  const ready = startable.filter((job) => !isHopeless(job))
  for (const job of ready)
    store.run(`UPDATE jobs SET state = 'Ready' WHERE batch_id = ? AND job_id = ?`, batch.id, job.jobId)
  const hopeless = startable.filter(isHopeless).map((job) => cancelledJob(job.jobId, job.job_group_id))
  const settled = settle(store, batch, hopeless, undefined, now)
  return {
    ...settled,
    ready: [
      ...ready.map(({ batchId, jobId, mcpu, memory }) => ({ batchId, jobId, mcpu, memory })),
      ...settled.ready,
    ],
  }
}

/** Makes the jobs of an update runnable. Committing again changes nothing. Call inside a transaction. */
export const commitUpdate = (
  store: Store,
  batch: BatchRow,
  update: UpdateRow,
  now: number,
): E.Either<Refusal, Settled> => {
  if (update.committed === 1) return E.right(nothingFollows)
  if (batch.cancelled === 1) return refuse(400, 'Cannot commit an update to a cancelled batch')
  const missing = missingOf(store, batch.id, update)
  if (missing !== undefined) return refuse(400, missing)
  countParents(store, batch.id, update.update_id)
  store.run(
    'UPDATE updates SET committed = 1 WHERE batch_id = ? AND update_id = ?',
    batch.id,
    update.update_id,
  )
  if (update.n_job_groups > 0 || hasGroups(store, batch.id)) commitGroups(store, batch.id, update.update_id)
  if (update.n_jobs === 0) return E.right(nothingFollows)
  const grown: BatchRow = {
    ...batch,
    state: 'running',
    n_jobs: batch.n_jobs + update.n_jobs,
    time_completed: null,
  }
  store.run(
    `UPDATE batches SET state = 'running', n_jobs = ?, time_closed = ?, time_completed = NULL WHERE id = ?`,
    grown.n_jobs,
    batch.time_closed ?? now,
    batch.id,
  )
  return E.right(startUpdate(store, grown, update, now))
}
