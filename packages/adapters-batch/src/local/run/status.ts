import type { JobRequest } from '../wire/request.js'
import type { FinalState, JobRow } from '../store/rows.js'

/** What one container of an attempt came to. */
export type ContainerOutcome = {
  readonly name: 'input' | 'main' | 'output'
  readonly state: 'succeeded' | 'failed' | 'error'
  readonly exitCode: number | null
  readonly error: string | null
}

/** What an attempt came to. `Interrupted`: the service stopped it and will try again. */
export type Outcome = {
  readonly state: FinalState | 'Interrupted'
  readonly exitCode: number | null
  readonly error: string | null
  readonly containers: ReadonlyArray<ContainerOutcome>
}

const words: Readonly<Record<Outcome['state'], string>> = {
  Success: 'succeeded',
  Failed: 'failed',
  Error: 'error',
  Cancelled: 'cancelled',
  Interrupted: 'interrupted',
}

/** The `status` object of a finished job, as Hail's workers report it (the fields a client reads). */
export const statusJson = (job: JobRow, spec: JobRequest, outcome: Outcome): string =>
  JSON.stringify({
    version: 7,
    worker: 'local',
    batch_id: job.batch_id,
    job_id: job.job_id,
    attempt_id: String(job.n_attempts),
    state: words[outcome.state],
    image: spec.process.image,
    ...(outcome.error === null ? {} : { error: outcome.error }),
    container_statuses: Object.fromEntries(
      outcome.containers.map((container) => [
        container.name,
        {
          name: container.name,
          state: container.state,
          error: container.error,
          short_error: container.error,
          container_status: { state: 'exited', exit_code: container.exitCode, out_of_memory: false },
        },
      ]),
    ),
  })
