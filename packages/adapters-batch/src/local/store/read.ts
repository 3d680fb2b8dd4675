import type { Store } from './open.js'
import type { AttemptRow, BatchRow, JobRow, ReadyJob } from './rows.js'

/** The batch of this id, unless it was deleted. */
export const batchById = (store: Store, id: number): BatchRow | undefined =>
  store.get<BatchRow>('SELECT * FROM batches WHERE id = ? AND deleted = 0', id)

/** The batch of this id, deleted or not: its jobs may still be draining. */
export const anyBatchById = (store: Store, id: number): BatchRow | undefined =>
  store.get<BatchRow>('SELECT * FROM batches WHERE id = ?', id)

export const jobById = (store: Store, batchId: number, jobId: number): JobRow | undefined =>
  store.get<JobRow>('SELECT * FROM jobs WHERE batch_id = ? AND job_id = ? AND committed = 1', batchId, jobId)

export const attemptsOf = (store: Store, batchId: number, jobId: number): ReadonlyArray<AttemptRow> =>
  store.all<AttemptRow>(
    'SELECT * FROM attempts WHERE batch_id = ? AND job_id = ? ORDER BY attempt',
    batchId,
    jobId,
  )

/** All jobs that may start, oldest batch first. */
export const readyJobs = (store: Store): ReadonlyArray<ReadyJob> =>
  store.all<ReadyJob>(
    `SELECT batch_id AS batchId, job_id AS jobId, mcpu FROM jobs
     WHERE state = 'Ready' ORDER BY batch_id, job_id`,
  )

/** Batches whose completion has not been told to their callback yet. */
export const callbacksDue = (store: Store): ReadonlyArray<number> =>
  store.all<{ id: number }>('SELECT id FROM batches WHERE callback_due = 1').map((row) => row.id)
