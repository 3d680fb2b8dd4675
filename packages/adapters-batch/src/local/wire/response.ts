import type { ShownGroup } from '../store/groups.js'
import type { AttemptRow, BatchRow, JobRow } from '../store/rows.js'

/** Hail's format of times: seconds, UTC. */
const timeText = (ms: number | null): string | null =>
  ms === null ? null : `${new Date(ms).toISOString().slice(0, 19)}Z`

/** The state that the API shows: any failed job decides, even while others run. */
const stateOf = (
  row: { readonly n_failed: number; readonly n_cancelled: number },
  cancelled: boolean,
  complete: boolean,
): 'failure' | 'cancelled' | 'success' | 'running' => {
  if (row.n_failed > 0) return 'failure'
  if (cancelled || row.n_cancelled > 0) return 'cancelled'
  return complete ? 'success' : 'running'
}

const durationsOf = (begin: number, end: number | null): Readonly<Record<string, unknown>> => ({
  duration_ms: end === null ? null : end - begin,
  duration: end === null ? null : `${((end - begin) / 1000).toFixed(1)}s`,
})

const attributesOf = (text: string): { readonly attributes?: Readonly<Record<string, string>> } => {
  const attributes = JSON.parse(text) as Record<string, string>
  return Object.keys(attributes).length === 0 ? {} : { attributes }
}

/** A batch as Hail Batch writes it. */
export const batchJson = (row: BatchRow): Readonly<Record<string, unknown>> => {
  const complete = row.state === 'complete'
  return {
    id: row.id,
    user: row.user,
    billing_project: row.billing_project,
    token: row.token,
    state: row.state === 'open' ? 'open' : stateOf(row, row.cancelled === 1, complete),
    complete,
    closed: row.state !== 'open',
    n_jobs: row.n_jobs,
    n_completed: row.n_completed,
    n_succeeded: row.n_succeeded,
    n_failed: row.n_failed,
    n_cancelled: row.n_cancelled,
    time_created: timeText(row.time_created),
    time_closed: timeText(row.time_closed),
    time_completed: timeText(row.time_completed),
    ...durationsOf(row.time_created, row.time_completed),
    msec_mcpu: row.msec_mcpu,
    cost: 0,
    cost_breakdown: [],
    ...attributesOf(row.attributes),
  }
}

/** A job group as Hail Batch writes it. */
export const groupJson = (row: ShownGroup): Readonly<Record<string, unknown>> => {
  const complete = row.n_completed === row.n_jobs
  return {
    batch_id: row.batch_id,
    job_group_id: row.job_group_id,
    state: stateOf(row, row.is_cancelled === 1, complete),
    complete,
    n_jobs: row.n_jobs,
    n_completed: row.n_completed,
    n_succeeded: row.n_succeeded,
    n_failed: row.n_failed,
    n_cancelled: row.n_cancelled,
    time_created: timeText(row.time_created),
    time_completed: timeText(row.time_completed),
    ...durationsOf(row.time_created, row.time_completed),
    msec_mcpu: row.msec_mcpu,
    cost: 0,
    cost_breakdown: [],
    ...attributesOf(row.attributes),
  }
}

/** The root job group: the batch, in the words of a group. */
export const rootGroupJson = (row: BatchRow): Readonly<Record<string, unknown>> => ({
  ...batchJson(row),
  batch_id: row.id,
  job_group_id: 0,
  state: stateOf(row, row.cancelled === 1, row.state === 'complete'),
})

const jobDuration = (row: JobRow): number | null =>
  row.start_time === null || row.end_time === null ? null : row.end_time - row.start_time

/** A job as an entry of a list. */
export const jobEntryJson = (row: JobRow, batch: BatchRow): Readonly<Record<string, unknown>> => ({
  batch_id: row.batch_id,
  job_id: row.job_id,
  job_group_id: row.job_group_id,
  name: row.name,
  user: batch.user,
  billing_project: batch.billing_project,
  state: row.state,
  exit_code: row.exit_code,
  duration: jobDuration(row),
  start_time: timeText(row.start_time),
  end_time: timeText(row.end_time),
  cost: 0,
  msec_mcpu: (jobDuration(row) ?? 0) * row.mcpu,
  cost_breakdown: [],
  always_run: row.always_run === 1,
  inst_coll: 'local',
})

/** A job alone: the entry with status, specification and attributes. */
export const jobJson = (row: JobRow, batch: BatchRow): Readonly<Record<string, unknown>> => {
  const spec = JSON.parse(row.spec) as Record<string, unknown>
  return {
    ...jobEntryJson(row, batch),
    status: row.status === null ? null : (JSON.parse(row.status) as unknown),
    spec,
    ...(spec['attributes'] === undefined ? {} : { attributes: spec['attributes'] }),
  }
}

/** One attempt of a job. */
export const attemptJson = (row: AttemptRow): Readonly<Record<string, unknown>> => ({
  batch_id: row.batch_id,
  job_id: row.job_id,
  attempt_id: String(row.attempt),
  instance_name: 'local',
  start_time: timeText(row.start_time),
  end_time: timeText(row.end_time),
  reason: row.reason,
  duration_ms: row.end_time === null ? null : row.end_time - row.start_time,
})
