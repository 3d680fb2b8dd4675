import { randomUUID } from 'node:crypto'
import { Hono } from 'hono'
import { etag } from 'hono/etag'
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { callerOf } from './auth.js'
import { notFound, type Refusal } from './failure.js'
import { faultRoutes } from './faults/routes.js'
import { answerGraphql } from './graphql/execute.js'
import { limitHeaders, makeMeter } from './rateLimit.js'
import { branchRoutes } from './rest/branches.js'
import { checkRoutes } from './rest/checks.js'
import { collaboratorRoutes } from './rest/collaborators.js'
import { commitRoutes } from './rest/commits.js'
import { gitDataRoutes } from './rest/gitData.js'
import { hookRoutes } from './rest/hooks.js'
import { issueRoutes } from './rest/issues.js'
import { pullRoutes } from './rest/pulls.js'
import { bodyOf, refuse, type Env } from './rest/reply.js'
import { repositoryRoutes } from './rest/repositories.js'
import type { World } from './world.js'

const BAD_CREDENTIALS: Refusal = { status: 401, type: 'UNAUTHORIZED', message: 'Bad credentials' }
const MUST_AUTHENTICATE: Refusal = {
  status: 401,
  type: 'UNAUTHORIZED',
  message: 'This endpoint requires you to be authenticated.',
}

const Query = t.intersection([
  t.type({ query: t.string }),
  t.partial({
    variables: t.union([t.UnknownRecord, t.null]),
    operationName: t.union([t.string, t.null]),
  }),
])

/** GitHub Enterprise serves the same API below these prefixes. */
const ENTERPRISE = /^\/api\/(?:v3(?=\/|$)|(?=graphql$))/

/** The path of a request without GitHub Enterprise's prefix. */
const plainPath = (request: Request): string => {
  const path = request.url.slice(request.url.indexOf('/', 8)).split('?')[0] ?? '/'
  return path.replace(ENTERPRISE, (prefix) => (prefix === '/api/' ? '/' : '')) || '/'
}

type Meter = ReturnType<typeof makeMeter>

const doors = (app: Hono<Env>, world: World, meter: Meter): void => {
  app.use(async (c, next) => {
    const caller = callerOf(world, c.req.header('authorization'))
    const resource = plainPath(c.req.raw) === '/graphql' ? 'graphql' : 'core'
    const name = caller._tag === 'Known' ? caller.user.login : ''
    const allowance = meter.spend(resource, name)
    c.set('actor', caller._tag === 'Known' ? caller.user : null)
    const refused = caller._tag === 'BadCredentials' ? refuse(c, BAD_CREDENTIALS) : undefined
    if (refused === undefined) await next()
    else c.res = refused
    Object.entries(limitHeaders(resource, allowance)).forEach(([key, value]) => c.res.headers.set(key, value))
    c.res.headers.set('x-github-request-id', randomUUID())
    c.res.headers.set('x-github-media-type', 'github.v3; format=json')
  })
  app.use('/repos/*', etag())
  app.notFound((c) => refuse(c, notFound()))
  // Only a broken state directory or a defect of this server gets here; the caller learns no more than at GitHub.
  app.onError((_, c) => c.json({ message: 'Server Error' }, 500))
}

const accountRoutes = (app: Hono<Env>, world: World, meter: Meter): void => {
  app.get('/', (c) =>
    c.json({ current_user_url: `${world.url()}/user`, rate_limit_url: `${world.url()}/rate_limit` }),
  )
  app.get('/meta', (c) => c.json({ verifiable_password_authentication: false, installed_version: '3.20.0' }))
  app.get('/rate_limit', (c) => {
    const name = c.get('actor')?.login ?? ''
    const shown = (resource: string) => {
      const { limit, used, resetAt } = meter.read(resource, name)
      return { limit, used, remaining: limit - used, reset: Math.floor(resetAt / 1000), resource }
    }
    const core = shown('core')
    return c.json({ resources: { core, search: shown('search'), graphql: shown('graphql') }, rate: core })
  })
  app.post('/graphql', async (c) => {
    const actor = c.get('actor')
    if (actor === null) return refuse(c, MUST_AUTHENTICATE)
    const body = await bodyOf(c, Query)
    if (E.isLeft(body))
      return refuse(c, {
        ...body.left,
        status: 400,
        message: 'A query attribute must be specified and must be a string.',
      })
    const answer = await answerGraphql(world, actor, body.right, meter.read('graphql', actor.login))
    return c.json(answer)
  })
}

/** GitHub's REST and GraphQL API over one world; git itself is served elsewhere. */
export const makeApp = (world: World): Hono<Env> => {
  const app = new Hono<Env>({ getPath: plainPath })
  const meter = makeMeter(world.now)
  doors(app, world, meter)
  accountRoutes(app, world, meter)
  repositoryRoutes(app, world)
  branchRoutes(app, world)
  gitDataRoutes(app, world)
  checkRoutes(app, world)
  commitRoutes(app, world)
  pullRoutes(app, world)
  issueRoutes(app, world)
  collaboratorRoutes(app, world)
  hookRoutes(app, world)
  faultRoutes(app, world)
  return app
}
