import * as E from 'fp-ts/lib/Either.js'
import type { Context, Hono } from 'hono'
import { bunchRequest, groupBunchRequest, updateFastRequest, updateRequest } from '../wire/request.js'
import { bodyOf, numberOf, refusalText, reply } from './reply.js'
import type { UpdateRow } from '../store/rows.js'
import { commit, createGroups, createJobs, createUpdate, updateFast, type Service } from './service.js'

/** Where the ids of an update begin in its batch. */
export const startsOf = (update: UpdateRow): Readonly<Record<string, number>> => ({
  start_job_group_id: update.start_job_group_id,
  start_job_id: update.start_job_id,
})

/** Updates: how a batch gets its jobs when they do not fit in one request, and how it gets more of them. */
export const routeUpdates = (app: Hono, service: Service): void => {
  const batchOf = (context: Context): number => numberOf(context.req.param('batch'))
  const addBunch = async (context: Context, updateId: number): Promise<Response> => {
    const body = await bodyOf(context, bunchRequest)
    if (E.isLeft(body)) return refusalText(context, body.left)
    return reply(context, createJobs(service, batchOf(context), updateId, body.right), () => context.json({}))
  }
  const commitOne = (context: Context, updateId: number): Response | Promise<Response> =>
    reply(context, commit(service, batchOf(context), updateId), (update) => context.json(startsOf(update)))
  app.post('/api/v1alpha/batches/:batch/updates/create', async (context) => {
    const body = await bodyOf(context, updateRequest)
    if (E.isLeft(body)) return refusalText(context, body.left)
    return reply(context, createUpdate(service, batchOf(context), body.right), (update) =>
      context.json({ update_id: update.update_id, ...startsOf(update) }),
    )
  })
  app.post('/api/v1alpha/batches/:batch/update-fast', async (context) => {
    const body = await bodyOf(context, updateFastRequest)
    if (E.isLeft(body)) return refusalText(context, body.left)
    return reply(context, updateFast(service, batchOf(context), body.right.update, body.right), (update) =>
      context.json({ update_id: update.update_id, ...startsOf(update) }),
    )
  })
  app.post('/api/v1alpha/batches/:batch/updates/:update/jobs/create', (context) =>
    addBunch(context, numberOf(context.req.param('update'))),
  )
  app.post('/api/v1alpha/batches/:batch/updates/:update/job-groups/create', async (context) => {
    const body = await bodyOf(context, groupBunchRequest)
    if (E.isLeft(body)) return refusalText(context, body.left)
    const updateId = numberOf(context.req.param('update'))
    return reply(context, createGroups(service, batchOf(context), updateId, body.right), () =>
      context.json({}),
    )
  })
  app.patch('/api/v1alpha/batches/:batch/updates/:update/commit', (context) =>
    commitOne(context, numberOf(context.req.param('update'))),
  )
  // Deprecated names of the same, for the first update.
  app.post('/api/v1alpha/batches/:batch/jobs/create', (context) => addBunch(context, 1))
  app.patch('/api/v1alpha/batches/:batch/close', (context) => commitOne(context, 1))
}
