import { openLedger } from './ledger.js'
import { anyBatchById } from './read.js'
import { nothingFollows, settle, type Finished, type Settled } from './settle.js'
import type { Store } from './open.js'
import type { AttemptRow, JobRow } from './rows.js'

/** So often may an attempt be interrupted before its job is given up: a job that kills the service must end. */
const MAX_ATTEMPTS = 20

/** Ready -> Running with a new attempt; undefined when the job is not Ready any more. */
export const beginAttempt = (store: Store, batchId: number, jobId: number, now: number): JobRow | undefined =>
  store.relaxed(() => {
    const row = store.get<JobRow>('SELECT * FROM jobs WHERE batch_id = ? AND job_id = ?', batchId, jobId)
    if (row?.state !== 'Ready') return undefined
    const attempt = row.n_attempts + 1
    store.run(
      `UPDATE jobs SET state = 'Running', n_attempts = ?, start_time = ? WHERE batch_id = ? AND job_id = ?`,
      attempt,
      now,
      batchId,
      jobId,
    )
    store.run(
      'INSERT INTO attempts (batch_id, job_id, attempt, start_time) VALUES (?, ?, ?, ?)',
      batchId,
      jobId,
      attempt,
      now,
    )
    return { ...row, state: 'Running', n_attempts: attempt, start_time: now }
  })

/** Records which process is the attempt, so that a later life of the service can end it. */
export const recordProcess = (
  store: Store,
  job: JobRow,
  process: { readonly pid: number; readonly startTime: string | undefined },
): void => {
  store.run(
    'UPDATE attempts SET pid = ?, pid_start = ? WHERE batch_id = ? AND job_id = ? AND attempt = ?',
    process.pid,
    process.startTime ?? null,
    job.batch_id,
    job.job_id,
    job.n_attempts,
  )
}

const endAttempt = (store: Store, job: JobRow, reason: string, now: number): void => {
  store.run(
    'UPDATE attempts SET end_time = ?, reason = ? WHERE batch_id = ? AND job_id = ? AND attempt = ?',
    now,
    reason,
    job.batch_id,
    job.job_id,
    job.n_attempts,
  )
}

/** What the current attempt took until now, thousandths of a core times milliseconds. */
export const msecMcpuOf = (job: JobRow, now: number): number =>
  job.start_time === null ? 0 : Math.max(0, now - job.start_time) * job.mcpu

/** The attempt ended by itself, or was cancelled: books it and what follows from it. */
export const finishAttempt = (
  store: Store,
  job: JobRow,
  finished: Finished,
  reason: string,
  now: number,
): Settled =>
  store.relaxed(() => {
    const batch = anyBatchById(store, job.batch_id)
    if (batch === undefined) return nothingFollows
    endAttempt(store, job, reason, now)
    return settle(store, batch, [finished], undefined, now)
  })

/**
 * The attempt was cut short by the service itself: the job will run again, unless it has been cancelled meanwhile
 * or has been interrupted too often.
 */
export const interruptAttempt = (store: Store, job: JobRow, reason: string, now: number): Settled =>
  store.relaxed(() => {
    const batch = anyBatchById(store, job.batch_id)
    if (batch === undefined) return nothingFollows
    endAttempt(store, job, reason, now)
    const end = (state: 'Cancelled' | 'Error', status: string | null): Settled =>
      settle(
        store,
        batch,
        [
          {
            jobId: job.job_id,
            groupId: job.job_group_id,
            state,
            exitCode: null,
            status,
            msecMcpu: msecMcpuOf(job, now),
          },
        ],
        undefined,
        now,
      )
    if (job.always_run === 0 && openLedger(store, batch).isCancelled(job.job_group_id))
      return end('Cancelled', null)
    if (job.n_attempts >= MAX_ATTEMPTS) {
      const error = `The job was interrupted ${job.n_attempts} times and is given up.`
      return end('Error', JSON.stringify({ state: 'error', error }))
    }
    store.run(
      `UPDATE jobs SET state = 'Ready', start_time = NULL WHERE batch_id = ? AND job_id = ?`,
      job.batch_id,
      job.job_id,
    )
    return {
      ...nothingFollows,
      ready: [{ batchId: job.batch_id, jobId: job.job_id, mcpu: job.mcpu, memory: job.memory }],
    }
  })

/** Attempts that an earlier life of the service left without an end. */
export const openAttempts = (
  store: Store,
): ReadonlyArray<{ readonly attempt: AttemptRow; readonly job: JobRow }> =>
  store.all<AttemptRow>('SELECT * FROM attempts WHERE end_time IS NULL').flatMap((attempt) => {
    const job = store.get<JobRow>(
      'SELECT * FROM jobs WHERE batch_id = ? AND job_id = ?',
      attempt.batch_id,
      attempt.job_id,
    )
    return job === undefined ? [] : [{ attempt, job }]
  })
