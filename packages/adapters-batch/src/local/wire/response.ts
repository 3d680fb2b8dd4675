import type { AttemptRow, BatchRow, JobRow } from '../store/rows.js'

/** Hail's format of times: seconds, UTC. */
const timeText = (ms: number | null): string | null =>
  ms === null ? null : `${new Date(ms).toISOString().slice(0, 19)}Z`

/** The state that the API shows: any failed job decides, even while others run. */
const batchState = (row: BatchRow): 'open' | 'failure' | 'cancelled' | 'success' | 'running' => {
  if (row.state === 'open') return 'open'
  if (row.n_failed > 0) return 'failure'
  if (row.cancelled === 1 || row.n_cancelled > 0) return 'cancelled'
  return row.state === 'complete' ? 'success' : 'running'
}

/** A batch as Hail Batch writes it. */
export const batchJson = (row: BatchRow): Readonly<Record<string, unknown>> => {
  const attributes = JSON.parse(row.attributes) as Record<string, string>
  const durationMs = row.time_completed === null ? null : row.time_completed - row.time_created
  return {
    id: row.id,
    user: row.user,
    billing_project: row.billing_project,
    token: row.token,
    state: batchState(row),
    complete: row.state === 'complete',
    closed: row.state !== 'open',
    n_jobs: row.n_jobs,
    n_completed: row.n_completed,
    n_succeeded: row.n_succeeded,
    n_failed: row.n_failed,
    n_cancelled: row.n_cancelled,
    time_created: timeText(row.time_created),
    time_closed: timeText(row.time_closed),
    time_completed: timeText(row.time_completed),
    duration_ms: durationMs,
    duration: durationMs === null ? null : `${(durationMs / 1000).toFixed(1)}s`,
    msec_mcpu: 0,
    cost: 0,
    cost_breakdown: [],
    ...(Object.keys(attributes).length === 0 ? {} : { attributes }),
  }
}

const jobDuration = (row: JobRow): number | null =>
  row.start_time === null || row.end_time === null ? null : row.end_time - row.start_time

/** A job as an entry of a list. */
export const jobEntryJson = (row: JobRow, batch: BatchRow): Readonly<Record<string, unknown>> => ({
  batch_id: row.batch_id,
  job_id: row.job_id,
  job_group_id: 0,
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
