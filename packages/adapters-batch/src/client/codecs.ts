import * as t from 'io-ts'

const nullable = <C extends t.Mixed>(codec: C) => t.union([codec, t.null, t.undefined])

const batchState = t.keyof({
  open: null,
  running: null,
  success: null,
  failure: null,
  cancelled: null,
  complete: null,
})

/** A batch as `GET /api/v1alpha/batches/{id}` tells it; only what is used here is required. */
export const batchStatus = t.intersection([
  t.type({
    id: t.Int,
    state: batchState,
    complete: t.boolean,
    closed: t.boolean,
    n_jobs: t.Int,
    n_completed: t.Int,
    n_succeeded: t.Int,
    n_failed: t.Int,
    n_cancelled: t.Int,
    token: t.string,
    user: t.string,
    billing_project: t.string,
  }),
  t.partial({
    attributes: nullable(t.record(t.string, t.string)),
    time_created: nullable(t.string),
    time_closed: nullable(t.string),
    time_completed: nullable(t.string),
  }),
])
export type BatchStatus = t.TypeOf<typeof batchStatus>

const jobState = t.keyof({
  Pending: null,
  Ready: null,
  Creating: null,
  Running: null,
  Failed: null,
  Cancelled: null,
  Error: null,
  Success: null,
})

const jobEntryPart = t.type({ batch_id: t.Int, job_id: t.Int, state: jobState })

const jobDetails = t.partial({
  name: nullable(t.string),
  exit_code: nullable(t.Int),
  /** Milliseconds. */
  duration: nullable(t.number),
  start_time: nullable(t.string),
  end_time: nullable(t.string),
})

/** A job as an entry of a list. */
export const jobEntry = t.intersection([jobEntryPart, jobDetails])
export type JobEntry = t.TypeOf<typeof jobEntry>

/** A job alone, with its attributes and the worker's report (kept as it is). */
export const jobStatus = t.intersection([
  jobEntryPart,
  jobDetails,
  t.partial({ attributes: nullable(t.record(t.string, t.string)), status: t.unknown, spec: t.unknown }),
])
export type JobStatus = t.TypeOf<typeof jobStatus>

/** Logs by container; null or absent before there is one. */
export const jobLog = t.partial({
  input: nullable(t.string),
  main: nullable(t.string),
  output: nullable(t.string),
})
export type JobLog = t.TypeOf<typeof jobLog>

export const batchPage = t.intersection([
  t.type({ batches: t.array(batchStatus) }),
  t.partial({ last_batch_id: nullable(t.Int) }),
])

export const jobPage = t.intersection([
  t.type({ jobs: t.array(jobEntry) }),
  t.partial({ last_job_id: nullable(t.Int) }),
])

export const createdFast = t.type({ id: t.Int })

export const created = t.type({ id: t.Int, update_id: t.union([t.Int, t.null]) })

/**
 * Whether a batch passed: over, and every one of its jobs succeeded. `state` alone is not enough, since Hail Batch
 * calls a batch that has no jobs yet (created but not committed) a success.
 */
export const isPassing = (batch: BatchStatus): boolean =>
  batch.complete && batch.state === 'success' && batch.n_jobs > 0 && batch.n_succeeded === batch.n_jobs
