import * as E from 'fp-ts/lib/Either.js'
import type { Hono } from 'hono'
import * as t from 'io-ts'
import { notFound, validationFailed } from '../failure.js'
import { createHook, deleteHook, findHook, ping, redeliver } from '../forge/hooks.js'
import { mayAdminister } from '../forge/refs.js'
import { deliveryDetailJson, deliveryJson, hookJson } from '../json/hook.js'
import { all, one } from '../store/database.js'
import type { DeliveryRow, HookRow, RepoRow, UserRow } from '../store/rows.js'
import type { World } from '../world.js'
import { bodyOf, pageOf, refuse, reply, routesOf, type Ctx, type Env } from './reply.js'

const NewHook = t.intersection([
  t.type({ config: t.partial({ url: t.string, content_type: t.string, secret: t.string }) }),
  t.partial({ events: t.array(t.string), active: t.boolean }),
])

const path = '/repos/:owner/:repo/hooks'

type HookRoute = (c: Ctx, hook: HookRow, repo: RepoRow, actor: UserRow) => Response | Promise<Response>

/** A route about one webhook: 401 without a caller, 404 without the hook. */
const hookRoute = (world: World) => {
  const { write } = routesOf(world)
  return (route: HookRoute) =>
    write((c, repo, actor) => {
      const hook = findHook(world, repo, Number(c.req.param('id')))
      return hook === undefined ? refuse(c, notFound()) : route(c, hook, repo, actor)
    })
}

const deliveryRoutes = (app: Hono<Env>, world: World): void => {
  const withHook = hookRoute(world)
  const withDelivery = (route: (c: Ctx, delivery: DeliveryRow, hook: HookRow, repo: RepoRow) => Response) =>
    withHook((c, hook, repo) => {
      const sql = 'SELECT * FROM deliveries WHERE id = ? AND hook_id = ?'
      const found = one<DeliveryRow>(world.db, sql, Number(c.req.param('delivery')), hook.id)
      return found === undefined ? refuse(c, notFound()) : route(c, found, hook, repo)
    })
  app.get(
    `${path}/:id/deliveries`,
    withHook((c, hook, repo) => {
      const rows = all<DeliveryRow>(
        world.db,
        'SELECT * FROM deliveries WHERE hook_id = ? ORDER BY id DESC',
        hook.id,
      )
      return c.json(pageOf(c, world, rows).map((delivery) => deliveryJson(delivery, repo)))
    }),
  )
  app.get(
    `${path}/:id/deliveries/:delivery`,
    withDelivery((c, delivery, hook, repo) => c.json(deliveryDetailJson(delivery, repo, hook))),
  )
  app.post(
    `${path}/:id/deliveries/:delivery/attempts`,
    withDelivery((c, delivery) => {
      redeliver(world, delivery)
      return c.json({}, 202)
    }),
  )
}

/** Webhooks, their pings and deliveries. */
export const hookRoutes = (app: Hono<Env>, world: World): void => {
  const { write } = routesOf(world)
  const withHook = hookRoute(world)
  app.get(
    path,
    write((c, repo) => {
      const rows = all<HookRow>(world.db, 'SELECT * FROM hooks WHERE repo_id = ? ORDER BY id', repo.id)
      return c.json(pageOf(c, world, rows).map((hook) => hookJson(world, repo, hook)))
    }),
  )
  app.post(
    path,
    write(async (c, repo, actor) => {
      const allowed = mayAdminister(repo, actor)
      if (E.isLeft(allowed)) return refuse(c, allowed.left)
      const body = await bodyOf(c, NewHook)
      if (E.isLeft(body)) return refuse(c, body.left)
      const { config, events = ['push'], active = true } = body.right
      if (config.url === undefined)
        return refuse(c, validationFailed({ resource: 'Hook', field: 'url', code: 'missing_field' }))
      // GitHub's default is `form`.
      const contentType = config.content_type === 'json' ? 'json' : 'form'
      const made = createHook(world, actor, repo, {
        url: config.url,
        secret: config.secret,
        contentType,
        events,
        active,
      })
      return reply(c, made, (hook) => hookJson(world, repo, hook), 201)
    }),
  )
  app.get(
    `${path}/:id`,
    withHook((c, hook, repo) => c.json(hookJson(world, repo, hook))),
  )
  app.delete(
    `${path}/:id`,
    withHook((c, hook) => {
      deleteHook(world, hook)
      return c.body(null, 204)
    }),
  )
  app.post(
    `${path}/:id/pings`,
    withHook((c, hook, repo, actor) => {
      ping(world, actor, repo, hook)
      return c.body(null, 204)
    }),
  )
  deliveryRoutes(app, world)
}
