import { createHash, timingSafeEqual } from 'node:crypto'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { routeBatches } from './batches.js'
import { routeBilling } from './billing.js'
import { routeGroups } from './groups.js'
import { routeJobs } from './jobs.js'
import { routeUpdates } from './updates.js'
import type { Service } from './service.js'

/** Hail Batch's own limit of a request body. */
const MAX_BODY_BYTES = 8 * 1024 * 1024

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/** The HTTP API of Hail Batch over this service. Everything but `/healthcheck` asks for the bearer token. */
export const makeApp = (service: Service, token: string): Hono => {
  const app = new Hono()
  const expected = digest(`Bearer ${token}`)
  app.get('/healthcheck', (context) => context.body(''))
  app.use('*', async (context, next) => {
    if (!timingSafeEqual(digest(context.req.header('authorization') ?? ''), expected))
      return context.text('401: Unauthorized', 401)
    return next()
  })
  app.use(
    '*',
    bodyLimit({
      maxSize: MAX_BODY_BYTES,
      onError: (context) => context.text('413: the body is too large', 413),
    }),
  )
  app.get('/api/v1alpha/version', (context) => context.text('local'))
  app.get('/api/v1alpha/cloud', (context) => context.text('local'))
  app.get('/api/v1alpha/supported_regions', (context) => context.json(['local']))
  app.get('/api/v1alpha/default_region', (context) => context.text('local'))
  routeBilling(app, service)
  routeBatches(app, service)
  routeUpdates(app, service)
  routeGroups(app, service)
  routeJobs(app, service)
  app.notFound((context) => context.text('404: Not Found', 404))
  app.onError((cause, context) => context.text(`500: ${cause.message}`, 500))
  return app
}
