import type { Hono } from 'hono'
import type { Service } from './service.js'

/** Nothing costs anything here, and any name of a billing project will do: those that batches name are listed. */
export const routeBilling = (app: Hono, service: Service): void => {
  const show = (name: string) => ({
    billing_project: name,
    status: 'open',
    users: [service.user],
    limit: null,
    accrued_cost: 0,
  })
  app.get('/api/v1alpha/billing_projects', (context) => {
    const named = service.store.all<{ name: string }>(
      'SELECT DISTINCT billing_project AS name FROM batches ORDER BY name',
    )
    return context.json(named.map(({ name }) => show(name)))
  })
  app.get('/api/v1alpha/billing_projects/:name', (context) => context.json(show(context.req.param('name'))))
}
