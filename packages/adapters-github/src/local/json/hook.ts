import { one } from '../store/database.js'
import type { DeliveryRow, HookRow, RepoRow } from '../store/rows.js'
import { iso } from '../time.js'
import type { World } from '../world.js'
import { repoUrl } from './repository.js'

/** A webhook; its secret is masked. */
export const hookJson = (world: World, repo: RepoRow, hook: HookRow) => {
  const url = `${repoUrl(world, repo)}/hooks/${hook.id}`
  const last = one<DeliveryRow>(
    world.db,
    `SELECT * FROM deliveries WHERE hook_id = ? AND state <> 'pending' ORDER BY id DESC LIMIT 1`,
    hook.id,
  )
  return {
    type: 'Repository',
    id: hook.id,
    name: 'web',
    active: hook.active === 1,
    events: JSON.parse(hook.events) as ReadonlyArray<string>,
    config: {
      content_type: hook.content_type,
      insecure_ssl: '0',
      url: hook.url,
      ...(hook.secret === null ? {} : { secret: '********' }),
    },
    updated_at: iso(hook.updated_at),
    created_at: iso(hook.created_at),
    url,
    test_url: `${url}/test`,
    ping_url: `${url}/pings`,
    deliveries_url: `${url}/deliveries`,
    last_response:
      last === undefined
        ? { code: null, status: 'unused', message: null }
        : {
            code: last.status_code,
            status: last.state === 'done' ? 'active' : 'error',
            message: last.status,
          },
  }
}

/** A delivery as the list shows it. */
export const deliveryJson = (delivery: DeliveryRow, repo: RepoRow) => ({
  id: delivery.id,
  guid: delivery.guid,
  delivered_at: iso(delivery.delivered_at ?? delivery.created_at),
  redelivery: delivery.redelivery === 1,
  duration: (delivery.duration_ms ?? 0) / 1000,
  status: delivery.status ?? 'pending',
  status_code: delivery.status_code ?? 0,
  event: delivery.event,
  action: delivery.action,
  installation_id: null,
  repository_id: repo.id,
  throttled_at: null,
})

/** A delivery with what was sent and answered. */
export const deliveryDetailJson = (delivery: DeliveryRow, repo: RepoRow, hook: HookRow) => ({
  ...deliveryJson(delivery, repo),
  url: hook.url,
  request: {
    headers: { 'X-GitHub-Event': delivery.event, 'X-GitHub-Delivery': delivery.guid },
    payload: JSON.parse(delivery.payload) as unknown,
  },
  response: { headers: {}, payload: delivery.response ?? '' },
})
