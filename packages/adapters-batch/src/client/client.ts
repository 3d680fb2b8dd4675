import * as E from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import {
  attempts,
  batchPage,
  batchStatus,
  billingProjects,
  jobGroup,
  jobGroupPage,
  jobLog,
  jobPage,
  jobStatus,
  type BatchStatus,
  type BillingProject,
  type JobAttempt,
  type JobEntry,
  type JobGroupStatus,
  type JobLog,
  type JobStatus,
} from './codecs.js'
import type { BatchClientError } from './error.js'
import { callJson, makeHttp, type BatchClientOptions, type Http } from './http.js'
import { submitBatch, submitUpdate, type BatchSubmission, type BatchUpdate } from './submit.js'

/** Which batches: all of these attributes, and further terms of Hail's query language (`user:ci`, `!complete`). */
export type BatchQuery = {
  readonly attributes: Readonly<Record<string, string>>
  readonly terms?: ReadonlyArray<string>
  /** At most so many, newest first; all when absent. */
  readonly limit?: number
}

type Result<A> = TaskEither<BatchClientError, A>

/** Hail Batch over HTTP. Nothing is retried unless asked for; the kind of an error says what a caller may do. */
export type BatchClient = {
  /** Gives the id of the batch, also when it had been made with this token before. */
  readonly createBatch: (submission: BatchSubmission) => Result<number>
  /** Adds jobs to a batch; gives the number of the first one, where the service tells it. Idempotent by token. */
  readonly updateBatch: (batchId: number, update: BatchUpdate) => Result<number | undefined>
  readonly listBatches: (query: BatchQuery) => Result<ReadonlyArray<BatchStatus>>
  readonly getBatch: (batchId: number) => Result<BatchStatus>
  readonly cancelBatch: (batchId: number) => Result<void>
  /** A batch that is gone already counts as deleted. */
  readonly deleteBatch: (batchId: number) => Result<void>
  /** All jobs of a batch; `terms` in Hail's query language (`bad`, `name=x`). */
  readonly getJobs: (batchId: number, terms?: ReadonlyArray<string>) => Result<ReadonlyArray<JobEntry>>
  readonly getJob: (batchId: number, jobId: number) => Result<JobStatus>
  readonly getLog: (batchId: number, jobId: number) => Result<JobLog>
  /** The log of one container (`main`), of the newest attempt unless another is named; a local Batch keeps its last 8 MB. */
  readonly getContainerLog: (
    batchId: number,
    jobId: number,
    container: string,
    attemptId?: string,
  ) => Result<string>
  readonly getAttempts: (batchId: number, jobId: number) => Result<ReadonlyArray<JobAttempt>>
  /** The groups directly within one (0: the batch). */
  readonly getJobGroups: (batchId: number, groupId: number) => Result<ReadonlyArray<JobGroupStatus>>
  readonly getJobGroup: (batchId: number, groupId: number) => Result<JobGroupStatus>
  /** The jobs of a group, and if `recursive` those of the groups within. */
  readonly getGroupJobs: (
    batchId: number,
    groupId: number,
    recursive: boolean,
  ) => Result<ReadonlyArray<JobEntry>>
  readonly cancelJobGroup: (batchId: number, groupId: number) => Result<void>
  readonly getBillingProjects: () => Result<ReadonlyArray<BillingProject>>
}

/** Terms are separated by blanks and can't be quoted, so such a value is left to the check of the answer. */
const attributeTerms = (attributes: BatchQuery['attributes']): ReadonlyArray<string> =>
  Object.entries(attributes).flatMap(([key, value]) => (/\s/.test(key + value) ? [] : [`${key}=${value}`]))

const matches = (query: BatchQuery, batch: BatchStatus): boolean =>
  Object.entries(query.attributes).every(([key, value]) => batch.attributes?.[key] === value)

/** Reads pages until the last one, or until there is enough. */
const readPages =
  <Page, Row>(
    read: (last: string | undefined) => Result<Page>,
    rowsOf: (page: Page) => ReadonlyArray<Row>,
    lastOf: (page: Page) => number | null | undefined,
    limit: number,
  ): Result<ReadonlyArray<Row>> =>
  async () => {
    const rows: Row[] = []
    let last: string | undefined
    for (;;) {
      const page = await read(last)()
      if (E.isLeft(page)) return page
      for (const row of rowsOf(page.right)) rows.push(row)
      const next = lastOf(page.right)
      // A service that repeats a page must not keep this one reading for ever.
      if (next === null || next === undefined || rows.length >= limit || String(next) === last)
        return E.right(rows.slice(0, limit))
      last = String(next)
    }
  }

const listBatches = (http: Http, query: BatchQuery): Result<ReadonlyArray<BatchStatus>> => {
  const q = [...attributeTerms(query.attributes), ...(query.terms ?? [])].join(' ')
  const path = '/api/v1alpha/batches'
  return readPages(
    (last) =>
      callJson(
        http,
        { method: 'GET', path, query: { q, last_batch_id: last }, nature: 'repeatable' },
        batchPage,
      ),
    (page) => page.batches.filter((batch) => matches(query, batch)),
    (page) => page.last_batch_id,
    query.limit ?? Number.POSITIVE_INFINITY,
  )
}

const act =
  (http: Http, method: 'PATCH' | 'DELETE', path: string): Result<void> =>
  async () => {
    const answer = await http({ method, path, nature: 'repeatable' })()
    return E.isLeft(answer) ? answer : E.right(undefined)
  }

const pathOf = (batchId: number): string => `/api/v1alpha/batches/${batchId}`

const get = (path: string) => ({ method: 'GET', path, nature: 'repeatable' }) as const

type Params = Readonly<Record<string, string | undefined>>

const readJobs = (http: Http, path: string, params: Params): Result<ReadonlyArray<JobEntry>> =>
  readPages(
    (last) => callJson(http, { ...get(path), query: { ...params, last_job_id: last } }, jobPage),
    (page) => page.jobs,
    (page) => page.last_job_id,
    Number.POSITIVE_INFINITY,
  )

type OfGroups = Pick<BatchClient, 'getJobGroups' | 'getJobGroup' | 'getGroupJobs' | 'cancelJobGroup'>

const groupCalls = (http: Http): OfGroups => {
  const groupPath = (batchId: number, groupId: number): string => `${pathOf(batchId)}/job-groups/${groupId}`
  return {
    getJobGroups: (batchId, groupId) =>
      readPages(
        (last) =>
          callJson(
            http,
            { ...get(`${groupPath(batchId, groupId)}/job-groups`), query: { last_job_group_id: last } },
            jobGroupPage,
          ),
        (page) => page.job_groups,
        (page) => page.last_job_group_id,
        Number.POSITIVE_INFINITY,
      ),
    getJobGroup: (batchId, groupId) => callJson(http, get(groupPath(batchId, groupId)), jobGroup),
    getGroupJobs: (batchId, groupId, recursive) =>
      readJobs(http, `${groupPath(batchId, groupId)}/jobs`, { recursive: String(recursive) }),
    cancelJobGroup: (batchId, groupId) => act(http, 'PATCH', `${groupPath(batchId, groupId)}/cancel`),
  }
}

type OfJobs = Pick<BatchClient, 'getJobs' | 'getJob' | 'getLog' | 'getContainerLog' | 'getAttempts'>

const jobCalls = (http: Http): OfJobs => {
  const jobPath = (batchId: number, jobId: number): string => `${pathOf(batchId)}/jobs/${jobId}`
  return {
    getJobs: (batchId, terms) => readJobs(http, `${pathOf(batchId)}/jobs`, { q: terms?.join(' ') }),
    getJob: (batchId, jobId) => callJson(http, get(jobPath(batchId, jobId)), jobStatus),
    getLog: (batchId, jobId) => callJson(http, get(`${jobPath(batchId, jobId)}/log`), jobLog),
    getContainerLog: (batchId, jobId, container, attemptId) => async () => {
      const path = `${jobPath(batchId, jobId)}/log/${container}`
      const answer = await http({ ...get(path), query: { attempt_id: attemptId } })()
      return E.isLeft(answer) ? answer : E.right(answer.right.text)
    },
    getAttempts: (batchId, jobId) => callJson(http, get(`${jobPath(batchId, jobId)}/attempts`), attempts),
  }
}

/** A client of the Batch service at `options.baseUrl`. */
export const makeBatchClient = (options: BatchClientOptions): BatchClient => {
  const http = makeHttp(options)
  return {
    createBatch: (submission) => submitBatch(http, options.billingProject, submission),
    updateBatch: (batchId, update) => submitUpdate(http, batchId, update),
    listBatches: (query) => listBatches(http, query),
    getBatch: (batchId) => callJson(http, get(pathOf(batchId)), batchStatus),
    cancelBatch: (batchId) => act(http, 'PATCH', `${pathOf(batchId)}/cancel`),
    deleteBatch: (batchId) => async () => {
      const answer = await act(http, 'DELETE', pathOf(batchId))()
      return E.isLeft(answer) && answer.left.status === 404 ? E.right(undefined) : answer
    },
    ...jobCalls(http),
    ...groupCalls(http),
    getBillingProjects: () => callJson(http, get('/api/v1alpha/billing_projects'), billingProjects),
  }
}
