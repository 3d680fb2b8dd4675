import * as E from 'fp-ts/lib/Either.js'
import type { Hono } from 'hono'
import { bodyOf, refuse, routesOf, type Env } from '../rest/reply.js'
import type { World } from '../world.js'
import { FaultPlan } from './plan.js'

/** `/_faults`: not GitHub's. GET tells the rules and how often each struck, POST replaces them, DELETE ends them. */
export const faultRoutes = (app: Hono<Env>, world: World): void => {
  const { user } = routesOf(world)
  app.get(
    '/_faults',
    user((c) => c.json({ rules: world.faults.tally() })),
  )
  app.post(
    '/_faults',
    user(async (c) => {
      const plan = await bodyOf(c, FaultPlan)
      if (E.isLeft(plan)) return refuse(c, plan.left)
      world.faults.set(plan.right)
      return c.json({ rules: world.faults.tally() })
    }),
  )
  app.delete(
    '/_faults',
    user((c) => {
      world.faults.set({ rules: [] })
      return c.body(null, 204)
    }),
  )
}
