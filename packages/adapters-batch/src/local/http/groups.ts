import type { Context, Hono } from 'hono'
import { groupById, groupsWithin } from '../store/groups.js'
import { ROOT_GROUP } from '../store/ledger.js'
import { batchById } from '../store/read.js'
import type { BatchRow } from '../store/rows.js'
import { groupJson, rootGroupJson } from '../wire/response.js'
import { numberOf, refusalText, reply } from './reply.js'
import { cancel, type Service } from './service.js'

type Json = Readonly<Record<string, unknown>>

/** The batch, and the group that the path names as it is shown; a refusal when there is none. */
const find = (
  service: Service,
  context: Context,
): { readonly batch: BatchRow; readonly groupId: number; readonly shown: Json } | undefined => {
  const batch = batchById(service.store, numberOf(context.req.param('batch')))
  if (batch === undefined) return undefined
  const groupId = numberOf(context.req.param('group') ?? '0')
  if (groupId === ROOT_GROUP) return { batch, groupId, shown: rootGroupJson(batch) }
  const group = groupById(service.store, batch.id, groupId)
  return group === undefined ? undefined : { batch, groupId, shown: groupJson(group) }
}

/** Job groups: list those within another, read, cancel. The root, 0, is the batch itself. */
export const routeGroups = (app: Hono, service: Service): void => {
  const notFound = (context: Context): Response =>
    refusalText(context, { status: 404, sentence: 'there is no such batch or job group' })
  const list = (context: Context): Response => {
    const found = find(service, context)
    if (found === undefined) return notFound(context)
    const after = context.req.query('last_job_group_id')
    const page = groupsWithin(
      service.store,
      found.batch.id,
      found.groupId,
      after === undefined ? undefined : numberOf(after),
    )
    return context.json({
      job_groups: page.rows.map(groupJson),
      ...(page.last === undefined ? {} : { last_job_group_id: page.last }),
    })
  }
  app.get('/api/v1alpha/batches/:batch/job-groups', list)
  app.get('/api/v1alpha/batches/:batch/job-groups/:group/job-groups', list)
  app.get('/api/v1alpha/batches/:batch/job-groups/:group', (context) => {
    const found = find(service, context)
    return found === undefined ? notFound(context) : context.json(found.shown)
  })
  app.patch('/api/v1alpha/batches/:batch/job-groups/:group/cancel', (context) => {
    const found = find(service, context)
    if (found === undefined) return notFound(context)
    return reply(context, cancel(service, found.batch.id, found.groupId), () => context.json({}))
  })
}
