import * as t from 'io-ts'

const isWhole = (value: number): boolean => Number.isSafeInteger(value) && value >= 0

/** A whole number that is exact, without io-ts's brand: it goes back out as a plain number. */
const integer = new t.Type<number, number, unknown>(
  'integer',
  (value): value is number => typeof value === 'number' && isWhole(value),
  (value, context) =>
    typeof value === 'number' && isWhole(value) ? t.success(value) : t.failure(value, context),
  t.identity,
)

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
    id: integer,
    state: batchState,
    complete: t.boolean,
    closed: t.boolean,
    n_jobs: integer,
    n_completed: integer,
    n_succeeded: integer,
    n_failed: integer,
    n_cancelled: integer,
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

const jobEntryPart = t.type({ batch_id: integer, job_id: integer, state: jobState })

const jobDetails = t.partial({
  name: nullable(t.string),
  exit_code: nullable(integer),
  /** Milliseconds. */
  duration: nullable(t.number),
  start_time: nullable(t.string),
  end_time: nullable(t.string),
})

/** A job as an entry of a list. */
const jobEntry = t.intersection([jobEntryPart, jobDetails])
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
  t.partial({ last_batch_id: nullable(integer) }),
])

export const jobPage = t.intersection([
  t.type({ jobs: t.array(jobEntry) }),
  t.partial({ last_job_id: nullable(integer) }),
])

/** A job group as the API tells it; the root is the batch. */
export const jobGroup = t.intersection([
  t.type({
    batch_id: integer,
    job_group_id: integer,
    state: batchState,
    complete: t.boolean,
    n_jobs: integer,
    n_completed: integer,
    n_succeeded: integer,
    n_failed: integer,
    n_cancelled: integer,
  }),
  t.partial({ attributes: nullable(t.record(t.string, t.string)) }),
])
export type JobGroupStatus = t.TypeOf<typeof jobGroup>

export const jobGroupPage = t.intersection([
  t.type({ job_groups: t.array(jobGroup) }),
  t.partial({ last_job_group_id: nullable(integer) }),
])

const attempt = t.intersection([
  t.type({ attempt_id: t.string }),
  t.partial({
    instance_name: nullable(t.string),
    start_time: nullable(t.string),
    end_time: nullable(t.string),
    reason: nullable(t.string),
    duration_ms: nullable(t.number),
  }),
])
export const attempts = t.array(attempt)
export type JobAttempt = t.TypeOf<typeof attempt>

/** Only the name is always told; the rest needs rights that a user may not have. */
const billingProject = t.intersection([
  t.type({ billing_project: t.string }),
  t.partial({
    status: t.string,
    users: t.array(t.string),
    limit: nullable(t.number),
    accrued_cost: nullable(t.number),
  }),
])
export const billingProjects = t.array(billingProject)
export type BillingProject = t.TypeOf<typeof billingProject>

export const createdUpdate = t.intersection([
  t.type({ update_id: integer }),
  t.partial({ start_job_id: integer, start_job_group_id: integer }),
])

export const committed = t.partial({ start_job_id: integer, start_job_group_id: integer })

export const createdFast = t.type({ id: integer })

export const created = t.type({ id: integer, update_id: t.union([integer, t.null]) })

/**
 * Whether a batch passed: over, and every one of its jobs succeeded. `state` alone is not enough, since Hail Batch
 * calls a batch that has no jobs yet (created but not committed) a success.
 */
export const isPassing = (batch: BatchStatus): boolean =>
  batch.complete && batch.state === 'success' && batch.n_jobs > 0 && batch.n_succeeded === batch.n_jobs
