import * as E from 'fp-ts/lib/Either.js'
import type { Context, Hono } from 'hono'
import { readTail } from '../run/tail.js'
import { hasGroup } from '../store/groups.js'
import { ROOT_GROUP } from '../store/ledger.js'
import { listJobs } from '../store/list.js'
import { attemptsOf, batchById, jobById } from '../store/read.js'
import type { BatchRow, JobRow } from '../store/rows.js'
import { searchJobsV1, type Condition, type Search } from '../store/search.js'
import { searchJobsV2 } from '../store/searchV2.js'
import type { JobRequest } from '../wire/request.js'
import { attemptJson, jobEntryJson, jobJson } from '../wire/response.js'
import { numberOf, refusalText } from './reply.js'
import type { Service } from './service.js'

const notFound = (context: Context): Response =>
  refusalText(context, { status: 404, sentence: 'there is no such batch or job' })

type Found = { readonly batch: BatchRow; readonly job: JobRow }

const find = (service: Service, context: Context): Found | undefined => {
  const batch = batchById(service.store, numberOf(context.req.param('batch')))
  const job =
    batch === undefined ? undefined : jobById(service.store, batch.id, numberOf(context.req.param('job')))
  return batch === undefined || job === undefined ? undefined : { batch, job }
}

const containersOf = (job: JobRow): ReadonlyArray<string> => {
  const spec = JSON.parse(job.spec) as JobRequest
  return [
    ...((spec.input_files ?? []).length > 0 ? ['input'] : []),
    'main',
    ...((spec.output_files ?? []).length > 0 ? ['output'] : []),
  ]
}

/** The log of the newest attempt; null before there is one. */
const logOf = (service: Service, job: JobRow, container: string): Promise<string | null> =>
  job.n_attempts === 0
    ? Promise.resolve(null)
    : readTail(service.layout.log(job.batch_id, job.job_id, job.n_attempts, container))

/** No update has this number, so only committed groups count. */
const ALL_UPDATES = 0

/** Jobs of a batch are all of its jobs; those of a group its own, and if asked also those of the groups within. */
const inGroup = (group: string | undefined, recursive: string | undefined): ReadonlyArray<Condition> => {
  if (group === undefined) return []
  const id = numberOf(group)
  if (recursive?.toLowerCase() !== 'true' && recursive !== '1')
    return [{ sql: 'job_group_id = ?', values: [id] }]
  return id === ROOT_GROUP ? [] : [{ sql: WITHIN, values: [id] }]
}

const WITHIN = `job_group_id IN (SELECT a.job_group_id FROM job_group_ancestors a
  WHERE a.batch_id = jobs.batch_id AND a.ancestor_id = ?)`

const routeLists = (app: Hono, service: Service): void => {
  const route = (path: string, search: (query: string) => Search): void => {
    app.get(path, (context) => {
      const batch = batchById(service.store, numberOf(context.req.param('batch')))
      if (batch === undefined) return notFound(context)
      const group = context.req.param('group')
      if (group !== undefined && !hasGroup(service.store, batch.id, numberOf(group), ALL_UPDATES))
        return notFound(context)
      const conditions = search(context.req.query('q') ?? '')
      if (E.isLeft(conditions)) return refusalText(context, { status: 400, sentence: conditions.left })
      const after = context.req.query('last_job_id')
      const page = listJobs(
        service.store,
        batch.id,
        [...inGroup(group, context.req.query('recursive')), ...conditions.right],
        after === undefined ? undefined : numberOf(after),
      )
      return context.json({
        jobs: page.rows.map((row) => jobEntryJson(row, batch)),
        ...(page.last === undefined ? {} : { last_job_id: page.last }),
      })
    })
  }
  for (const group of ['', '/job-groups/:group']) {
    route(`/api/v1alpha/batches/:batch${group}/jobs`, searchJobsV1)
    route(`/api/v2alpha/batches/:batch${group}/jobs`, searchJobsV2)
  }
}

/** Jobs: list, read, logs, attempts. */
export const routeJobs = (app: Hono, service: Service): void => {
  routeLists(app, service)
  app.get('/api/v1alpha/batches/:batch/jobs/:job', (context) => {
    const found = find(service, context)
    return found === undefined ? notFound(context) : context.json(jobJson(found.job, found.batch))
  })
  app.get('/api/v1alpha/batches/:batch/jobs/:job/attempts', (context) => {
    const found = find(service, context)
    if (found === undefined) return notFound(context)
    return context.json(attemptsOf(service.store, found.batch.id, found.job.job_id).map(attemptJson))
  })
  app.get('/api/v1alpha/batches/:batch/jobs/:job/resource_usage', (context) =>
    find(service, context) === undefined ? notFound(context) : context.json(null),
  )
  app.get('/api/v1alpha/batches/:batch/jobs/:job/log', async (context) => {
    const found = find(service, context)
    if (found === undefined) return notFound(context)
    const { job } = found
    const logs = await Promise.all(
      containersOf(job).map(async (container) => [container, await logOf(service, job, container)] as const),
    )
    return context.json(Object.fromEntries(logs))
  })
  app.get('/api/v1alpha/batches/:batch/jobs/:job/log/:container', async (context) => {
    const found = find(service, context)
    if (found === undefined) return notFound(context)
    const container = context.req.param('container')
    if (!containersOf(found.job).includes(container))
      return refusalText(context, { status: 400, sentence: `unknown container ${container}` })
    const attempt = context.req.query('attempt_id')
    const { job } = found
    const chosen = attempt === undefined ? job : { ...job, n_attempts: numberOf(attempt) }
    return context.text((await logOf(service, chosen, container)) ?? '')
  })
}
