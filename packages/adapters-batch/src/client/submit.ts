import * as E from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { JobSpec } from '../jobSpec.js'
import { committed, created, createdFast, createdUpdate } from './codecs.js'
import type { BatchClientError } from './error.js'
import { callJson, type Http } from './http.js'

/** Hail's own limits of a bunch of jobs. */
const MAX_BUNCH_BYTES = 1024 * 1024
const MAX_BUNCH_JOBS = 1024

/** A batch to make. The same token always means the same batch, so submitting again is safe. */
export type BatchSubmission = {
  readonly token: string
  readonly attributes: Readonly<Record<string, string>>
  /** Gets the batch's status by POST when it is over. */
  readonly callback?: string
  readonly cancelAfterNFailures?: number
  readonly jobs: ReadonlyArray<JobSpec>
}

const encoder = new TextEncoder()

/** The jobs as JSON texts, cut into bunches within Hail's limits of size and number. */
const bunchesOf = (jobs: ReadonlyArray<JobSpec>): ReadonlyArray<ReadonlyArray<string>> => {
  const bunches: string[][] = []
  let bytes = MAX_BUNCH_BYTES
  for (const job of jobs) {
    const text = JSON.stringify(job)
    const size = encoder.encode(text).length
    const open = bunches.at(-1)
    if (open === undefined || bytes + size >= MAX_BUNCH_BYTES || open.length >= MAX_BUNCH_JOBS) {
      bunches.push([text])
      bytes = size
    } else {
      open.push(text)
      bytes += size
    }
  }
  return bunches
}

const specOf = (billingProject: string, submission: BatchSubmission): Readonly<Record<string, unknown>> => ({
  billing_project: billingProject,
  n_jobs: submission.jobs.length,
  token: submission.token,
  attributes: submission.attributes,
  ...(submission.callback === undefined ? {} : { callback: submission.callback }),
  ...(submission.cancelAfterNFailures === undefined
    ? {}
    : { cancel_after_n_failures: submission.cancelAfterNFailures }),
})

/** The service's way to say that an earlier submit with this token got through. */
const alreadyCommitted = (error: BatchClientError): boolean =>
  error.status === 400 && error.sentence.includes('is already committed')

/** Fills an update bunch by bunch and commits it; gives the number of its first job, where that is told. */
const fillUpdate =
  (
    http: Http,
    update: string,
    bunches: ReadonlyArray<ReadonlyArray<string>>,
  ): TaskEither<BatchClientError, number | undefined> =>
  async () => {
    for (const bunch of bunches) {
      const body = `[${bunch.join(',')}]`
      const sent = await http({ method: 'POST', path: `${update}/jobs/create`, body, nature: 'submit' })()
      if (E.isLeft(sent)) return alreadyCommitted(sent.left) ? E.right(undefined) : sent
    }
    const end = { method: 'PATCH', path: `${update}/commit`, nature: 'submit' } as const
    const done = await callJson(http, end, committed)()
    return E.isLeft(done) ? done : E.right(done.right.start_job_id)
  }

const submitBunches =
  (
    http: Http,
    spec: unknown,
    bunches: ReadonlyArray<ReadonlyArray<string>>,
  ): TaskEither<BatchClientError, number> =>
  async () => {
    const path = '/api/v1alpha/batches/create'
    const open = await callJson(
      http,
      { method: 'POST', path, body: JSON.stringify(spec), nature: 'submit' },
      created,
    )()
    if (E.isLeft(open)) return open
    const { id, update_id: updateId } = open.right
    if (updateId === null) return E.right(id)
    const batch = `/api/v1alpha/batches/${id}`
    const filled = await fillUpdate(http, `${batch}/updates/${updateId}`, bunches)()
    if (E.isRight(filled)) return E.right(id)
    // What the next submit with this token can go on with is left; what will never be whole is not left open.
    if (filled.left.kind === 'permanent')
      await http({ method: 'DELETE', path: batch, nature: 'repeatable' })()
    return filled
  }

/** More jobs for a batch. The same token always means the same update. */
export type BatchUpdate = { readonly token: string; readonly jobs: ReadonlyArray<JobSpec> }

/** Adds jobs to a batch, in one request or in bunches, and gives the number of the first one. Idempotent by token. */
export const submitUpdate =
  (http: Http, batchId: number, update: BatchUpdate): TaskEither<BatchClientError, number | undefined> =>
  async () => {
    const batch = `/api/v1alpha/batches/${batchId}`
    const spec = JSON.stringify({ token: update.token, n_jobs: update.jobs.length })
    const bunches = bunchesOf(update.jobs)
    const [first] = bunches
    if (first === undefined) return E.left({ ...nothingToRun, place: `POST ${batch}/update-fast` })
    const post = (path: string, body: string) =>
      callJson(http, { method: 'POST', path: `${batch}/${path}`, body, nature: 'submit' }, createdUpdate)()
    if (bunches.length === 1) {
      const made = await post('update-fast', `{"bunch":[${first.join(',')}],"update":${spec}}`)
      return E.isLeft(made) ? made : E.right(made.right.start_job_id)
    }
    const open = await post('updates/create', spec)
    return E.isLeft(open) ? open : fillUpdate(http, `${batch}/updates/${open.right.update_id}`, bunches)()
  }

const nothingToRun: BatchClientError = {
  kind: 'permanent',
  code: 'refused',
  sentence: 'A batch without jobs is not submitted: Batch would call it a success.',
  place: 'POST /api/v1alpha/batches/create-fast',
  remedy: 'Select at least one step.',
}

/** Submits a batch in one request, or in bunches when it is large, and gives its id. Idempotent by token. */
export const submitBatch = (
  http: Http,
  billingProject: string,
  submission: BatchSubmission,
): TaskEither<BatchClientError, number> => {
  const spec = specOf(billingProject, submission)
  const bunches = bunchesOf(submission.jobs)
  const [first] = bunches
  if (first === undefined) return () => Promise.resolve(E.left(nothingToRun))
  if (bunches.length > 1) return submitBunches(http, spec, bunches)
  const body = `{"bunch":[${first.join(',')}],"batch":${JSON.stringify(spec)}}`
  const path = '/api/v1alpha/batches/create-fast'
  return async () => {
    const made = await callJson(http, { method: 'POST', path, body, nature: 'submit' }, createdFast)()
    return E.isLeft(made) ? made : E.right(made.right.id)
  }
}
