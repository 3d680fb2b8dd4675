import * as E from 'fp-ts/lib/Either.js'
import type { Hono } from 'hono'
import { listBatches } from '../store/list.js'
import { batchById } from '../store/read.js'
import { searchBatchesV1, type Search } from '../store/search.js'
import { searchBatchesV2 } from '../store/searchV2.js'
import { batchRequest, createFastRequest } from '../wire/request.js'
import { batchJson } from '../wire/response.js'
import { bodyOf, numberOf, refusalText, reply } from './reply.js'
import { startsOf } from './updates.js'
import { cancel, createBatch, createFast, remove, type Service } from './service.js'

const routeLists = (app: Hono, service: Service): void => {
  const route = (version: 'v1alpha' | 'v2alpha', search: (query: string) => Search, own: string): void => {
    app.get(`/api/${version}/batches`, (context) => {
      const conditions = search(context.req.query('q') ?? own)
      if (E.isLeft(conditions)) return refusalText(context, { status: 400, sentence: conditions.left })
      const before = context.req.query('last_batch_id')
      const page = listBatches(
        service.store,
        conditions.right,
        before === undefined ? undefined : numberOf(before),
      )
      return context.json({
        batches: page.rows.map(batchJson),
        ...(page.last === undefined ? {} : { last_batch_id: page.last }),
      })
    })
  }
  route('v1alpha', searchBatchesV1, `user:${service.user}`)
  route('v2alpha', searchBatchesV2, `user = ${service.user}`)
}

/** Batches: create, list, read, cancel, delete. */
export const routeBatches = (app: Hono, service: Service): void => {
  routeLists(app, service)
  app.post('/api/v1alpha/batches/create', async (context) => {
    const body = await bodyOf(context, batchRequest)
    if (E.isLeft(body)) return refusalText(context, body.left)
    return reply(context, createBatch(service, body.right), ({ id, updateId }) =>
      context.json({ id, update_id: updateId }),
    )
  })
  app.post('/api/v1alpha/batches/create-fast', async (context) => {
    const body = await bodyOf(context, createFastRequest)
    if (E.isLeft(body)) return refusalText(context, body.left)
    return reply(context, createFast(service, body.right.batch, body.right), ({ id, update }) =>
      context.json({ id, ...startsOf(update) }),
    )
  })
  app.get('/api/v1alpha/batches/:batch', (context) => {
    const batch = batchById(service.store, numberOf(context.req.param('batch')))
    return batch === undefined
      ? refusalText(context, { status: 404, sentence: 'there is no such batch' })
      : context.json(batchJson(batch))
  })
  app.patch('/api/v1alpha/batches/:batch/cancel', (context) =>
    reply(context, cancel(service, numberOf(context.req.param('batch'))), () => context.json({})),
  )
  app.delete('/api/v1alpha/batches/:batch', (context) =>
    reply(context, remove(service, numberOf(context.req.param('batch'))), () => context.json({})),
  )
}
