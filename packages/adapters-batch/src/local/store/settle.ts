import type { Store } from './open.js'
import type { BatchRow, FinalState, ReadyJob } from './rows.js'

/** One job that came to its end (Running until now). `status` is the JSON kept for `GET .../jobs/{id}`. */
export type Finished = {
  readonly jobId: number
  readonly state: FinalState
  readonly exitCode: number | null
  readonly status: string | null
}

/** What follows from ends and cancellations: jobs that may start, jobs to kill, whether the batch is over. */
export type Settled = {
  readonly ready: ReadonlyArray<ReadyJob>
  readonly kill: ReadonlyArray<number>
  readonly complete: boolean
}

type Child = {
  readonly job_id: number
  readonly mcpu: number
  readonly always_run: number
  readonly parent_failed: number
}

const CHILDREN = '(SELECT job_id FROM job_parents WHERE batch_id = ? AND parent_id = ?)'

const releaseChildren = (store: Store, batchId: number, parent: Finished): ReadonlyArray<Child> => {
  const failed = parent.state === 'Success' ? 0 : 1
  store.run(
    `UPDATE jobs SET n_pending_parents = n_pending_parents - 1, parent_failed = MAX(parent_failed, ?)
     WHERE batch_id = ? AND committed = 1 AND job_id IN ${CHILDREN}`,
    failed,
    batchId,
    batchId,
    parent.jobId,
  )
  return store.all<Child>(
    `SELECT job_id, mcpu, always_run, parent_failed FROM jobs
     WHERE batch_id = ? AND committed = 1 AND state = 'Pending' AND n_pending_parents = 0 AND job_id IN ${CHILDREN}`,
    batchId,
    batchId,
    parent.jobId,
  )
}

const cancelledJob = (jobId: number): Finished => ({
  jobId,
  state: 'Cancelled',
  exitCode: null,
  status: null,
})

const cancelReady = (store: Store, batchId: number): ReadonlyArray<Finished> =>
  store
    .all<{ job_id: number }>(
      `SELECT job_id FROM jobs WHERE batch_id = ? AND state = 'Ready' AND always_run = 0`,
      batchId,
    )
    .map((row) => cancelledJob(row.job_id))

const runningJobs = (store: Store, batchId: number): ReadonlyArray<number> =>
  store
    .all<{ job_id: number }>(
      `SELECT job_id FROM jobs WHERE batch_id = ? AND state = 'Running' AND always_run = 0`,
      batchId,
    )
    .map((row) => row.job_id)

/**
 * Books ended jobs (and, if asked, the batch's cancellation) and everything that follows: children become Ready,
 * or Cancelled when a parent did not succeed or the batch is cancelled (`always_run` excepted); the batch is
 * cancelled after its n-th failure; it completes with its last job. Call inside a transaction.
 */
export const settle = (
  store: Store,
  batch: BatchRow,
  ended: ReadonlyArray<Finished>,
  cancel: boolean,
  now: number,
): Settled => {
  const queue: Finished[] = [...ended]
  const ready = new Map<number, ReadyJob>()
  const count = { Success: batch.n_succeeded, Failed: batch.n_failed, Error: 0, Cancelled: batch.n_cancelled }
  let cancelled = batch.cancelled === 1
  let kill: ReadonlyArray<number> = []
  const cancelNow = (): void => {
    cancelled = true
    for (const job of cancelReady(store, batch.id)) queue.push(job)
    kill = runningJobs(store, batch.id)
  }
  if (cancel && !cancelled) cancelNow()
  for (let next = 0; next < queue.length; next++) {
    const job = queue[next] as Finished
    ready.delete(job.jobId)
    count[job.state] += 1
    store.run(
      'UPDATE jobs SET state = ?, exit_code = ?, status = ?, end_time = ? WHERE batch_id = ? AND job_id = ?',
      job.state,
      job.exitCode,
      job.status,
      now,
      batch.id,
      job.jobId,
    )
    for (const child of releaseChildren(store, batch.id, job)) {
      if (child.always_run === 0 && (child.parent_failed === 1 || cancelled)) {
        queue.push(cancelledJob(child.job_id))
        continue
      }
      store.run(`UPDATE jobs SET state = 'Ready' WHERE batch_id = ? AND job_id = ?`, batch.id, child.job_id)
      ready.set(child.job_id, { batchId: batch.id, jobId: child.job_id, mcpu: child.mcpu })
    }
    const limit = batch.cancel_after_n_failures
    if (!cancelled && limit !== null && count.Failed + count.Error >= limit) cancelNow()
  }
  const failed = count.Failed + count.Error
  const completed = count.Success + failed + count.Cancelled
  const complete = batch.state !== 'open' && completed === batch.n_jobs
  store.run(
    `UPDATE batches SET n_completed = ?, n_succeeded = ?, n_failed = ?, n_cancelled = ?, cancelled = ?, state = ?,
     time_completed = ?, callback_due = ? WHERE id = ?`,
    completed,
    count.Success,
    failed,
    count.Cancelled,
    cancelled ? 1 : 0,
    complete ? 'complete' : batch.state,
    complete ? (batch.time_completed ?? now) : null,
    complete && batch.state !== 'complete' && batch.callback !== null ? 1 : batch.callback_due,
    batch.id,
  )
  return { ready: [...ready.values()], kill, complete: complete && batch.state !== 'complete' }
}
