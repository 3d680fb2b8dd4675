/** The service's HTTP face. */
import { Hono } from 'hono'
import type { HttpDeps } from './deps.js'
import { isOwnHost } from './guards.js'
import { hookRoutes } from './hooks.js'
import { operatorRoutes } from './operator.js'
import { pageRoutes } from './pages.js'
import { errorReply, notFoundReply } from './reply.js'

const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  // Not `no-referrer`: with it a form of our own would be sent with the origin "null".
  'referrer-policy': 'same-origin',
  'cache-control': 'no-store',
}

/** Deliveries are known by their signature, and their senders may call us by any name. */
const isDelivery = (path: string): boolean => /^\/(webhooks|callbacks)\//.test(path)

/** All routes over running actors. */
export const makeApp = (deps: HttpDeps): Hono => {
  const app = new Hono()
  app.use(async (c, next) => {
    const own = isDelivery(c.req.path) || isOwnHost(c.req.header('host'), deps.hostNames)
    if (own) await next()
    else
      c.res = errorReply(c, 421, {
        code: 'not-our-name',
        sentence: 'The service does not answer to this host name.',
        place: 'the Host header',
        remedy: 'Use the address that the service printed, or set http.publicUrl.',
      })
    for (const [name, value] of Object.entries(HEADERS)) c.res.headers.set(name, value)
  })
  app.get('/healthz', (c) => {
    const fatal = deps.fatal()
    return fatal === undefined
      ? c.json({ status: 'ok', branches: deps.actors.length })
      : c.json({ status: 'stopped', problem: fatal.sentence }, 503)
  })
  hookRoutes(app, deps)
  pageRoutes(app, deps)
  operatorRoutes(app, deps)
  app.notFound((c) => notFoundReply(c, 'The page'))
  app.onError((cause, c) => {
    deps.log.error({ err: cause, path: c.req.path }, 'a request failed')
    const remedy = 'Look into the log of the service.'
    return errorReply(c, 500, {
      code: 'internal',
      sentence: 'The service made a mistake.',
      place: c.req.path,
      remedy,
    })
  })
  return app
}
