/** Final states of a job, in Hail Batch's words. */
export type FinalState = 'Success' | 'Failed' | 'Error' | 'Cancelled'

/** States of a job, in Hail Batch's words. `Creating` is Hail's and never occurs here. */
type JobState = 'Pending' | 'Ready' | 'Creating' | 'Running' | FinalState

export type BatchRow = {
  readonly id: number
  readonly token: string
  readonly user: string
  readonly billing_project: string
  readonly attributes: string
  readonly callback: string | null
  readonly callback_due: number
  readonly cancel_after_n_failures: number | null
  /** `open`: no update committed yet; `running`; `complete`. Not the state that the API shows. */
  readonly state: 'open' | 'running' | 'complete'
  readonly cancelled: number
  readonly deleted: number
  readonly n_jobs: number
  readonly n_completed: number
  readonly n_succeeded: number
  readonly n_failed: number
  readonly n_cancelled: number
  readonly msec_mcpu: number
  readonly time_created: number
  readonly time_closed: number | null
  readonly time_completed: number | null
}

/** A job group other than the root. `cancelled`: it was cancelled itself (one around it may be, too). */
export type GroupRow = {
  readonly batch_id: number
  readonly job_group_id: number
  readonly parent_id: number
  readonly attributes: string
  readonly callback: string | null
  readonly callback_due: number
  readonly cancel_after_n_failures: number | null
  readonly cancelled: number
  readonly n_jobs: number
  readonly n_completed: number
  readonly n_succeeded: number
  readonly n_failed: number
  readonly n_cancelled: number
  readonly msec_mcpu: number
  readonly time_created: number
  readonly time_completed: number | null
}

export type JobRow = {
  readonly batch_id: number
  readonly job_id: number
  readonly job_group_id: number
  readonly state: JobState
  readonly name: string | null
  readonly always_run: number
  readonly mcpu: number
  /** Bytes asked for; 0 when none were. */
  readonly memory: number
  readonly n_attempts: number
  readonly exit_code: number | null
  readonly status: string | null
  readonly start_time: number | null
  readonly end_time: number | null
  readonly spec: string
}

export type AttemptRow = {
  readonly batch_id: number
  readonly job_id: number
  readonly attempt: number
  readonly pid: number | null
  readonly pid_start: string | null
  readonly start_time: number
  readonly end_time: number | null
  readonly reason: string | null
}

/** A job that may start as soon as there are `mcpu` thousandths of a core and `memory` bytes for it. */
export type ReadyJob = {
  readonly batchId: number
  readonly jobId: number
  readonly mcpu: number
  readonly memory: number
}

/** An addition of jobs and job groups to a batch, and where their numbers begin in it. */
export type UpdateRow = {
  readonly update_id: number
  readonly start_job_id: number
  readonly n_jobs: number
  readonly start_job_group_id: number
  readonly n_job_groups: number
  readonly committed: number
}
