import * as E from 'fp-ts/lib/Either.js'
import { refuse, type Refusal, type UpdateRow } from './insert.js'
import { settle, type Settled } from './settle.js'
import type { Store } from './open.js'
import type { BatchRow, ReadyJob } from './rows.js'

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

const nothing: Settled = { ready: [], kill: [], complete: false }

/** Makes the jobs of an update runnable. Committing again changes nothing. Call inside a transaction. */
export const commitUpdate = (
  store: Store,
  batch: BatchRow,
  update: UpdateRow,
  now: number,
): E.Either<Refusal, Settled> => {
  if (update.committed === 1) return E.right(nothing)
  if (batch.cancelled === 1) return refuse(400, 'Cannot commit an update to a cancelled batch')
  const there = store.get<{ n: number }>(
    'SELECT COUNT(*) AS n FROM jobs WHERE batch_id = ? AND update_id = ?',
    batch.id,
    update.update_id,
  )
  if (there?.n !== update.n_jobs)
    return refuse(400, `wrong number of jobs: expected ${update.n_jobs}, actual ${there?.n ?? 0}`)
  countParents(store, batch.id, update.update_id)
  store.run(
    'UPDATE updates SET committed = 1 WHERE batch_id = ? AND update_id = ?',
    batch.id,
    update.update_id,
  )
  const nJobs = batch.n_jobs + update.n_jobs
  store.run(
    `UPDATE batches SET state = 'running', n_jobs = ?, time_closed = ?, time_completed = NULL WHERE id = ?`,
    nJobs,
    batch.time_closed ?? now,
    batch.id,
  )
  const startable = store.all<ReadyJob & { always_run: number; parent_failed: number }>(
    `SELECT batch_id AS batchId, job_id AS jobId, mcpu, always_run, parent_failed FROM jobs
     WHERE batch_id = ? AND update_id = ? AND n_pending_parents = 0`,
    batch.id,
    update.update_id,
  )
  const hopeless = startable.filter((job) => job.parent_failed === 1 && job.always_run === 0)
  const ready = startable.filter((job) => job.parent_failed === 0 || job.always_run === 1)
  for (const job of ready)
    store.run(`UPDATE jobs SET state = 'Ready' WHERE batch_id = ? AND job_id = ?`, batch.id, job.jobId)
  const settled = settle(
    store,
    { ...batch, state: 'running', n_jobs: nJobs, time_completed: null },
    hopeless.map((job) => ({ jobId: job.jobId, state: 'Cancelled', exitCode: null, status: null })),
    false,
    now,
  )
  return E.right({
    ...settled,
    ready: [...ready.map(({ batchId, jobId, mcpu }) => ({ batchId, jobId, mcpu })), ...settled.ready],
  })
}
