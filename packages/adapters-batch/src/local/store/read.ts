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
    `SELECT batch_id AS batchId, job_id AS jobId, mcpu, memory FROM jobs
     WHERE state = 'Ready' ORDER BY batch_id, job_id`,
  )

/** Batches (group 0) and job groups whose end has not been told to their callback yet. */
export const callbacksDue = (
  store: Store,
): ReadonlyArray<{ readonly batchId: number; readonly groupId: number }> =>
  store.all(
    `SELECT id AS batchId, 0 AS groupId FROM batches WHERE callback_due = 1
     UNION ALL SELECT batch_id, job_group_id FROM job_groups WHERE callback_due = 1`,
  )
