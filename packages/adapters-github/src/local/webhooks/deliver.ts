import { createHmac } from 'node:crypto'
import { all, one, run } from '../store/database.js'
import type { DeliveryRow, HookRow } from '../store/rows.js'
import type { World } from '../world.js'
import { makeMischief, type Mischief } from './mischief.js'

/** A receiver that does not answer in this time has not got the delivery. */
const TIMEOUT_MS = 10_000
/** Waits before the second, third, ... attempt; after the last one a delivery has failed. */
const RETRY_WAITS_MS = [100, 300, 1_000, 3_000] as const
/** As much of a receiver's answer as is kept. */
const RESPONSE_MAX = 4_000

type Attempt = { readonly code: number | null; readonly status: string; readonly response: string }

/** Never sent: a fault of the script. */
const LOST: Attempt = { code: null, status: 'lost on the way', response: '' }

const headersOf = (hook: HookRow, delivery: DeliveryRow, body: string): Record<string, string> => {
  const sign = (hash: string) =>
    `${hash}=${createHmac(hash, hook.secret ?? '')
      .update(body)
      .digest('hex')}`
  return {
    'content-type': hook.content_type === 'json' ? 'application/json' : 'application/x-www-form-urlencoded',
    'user-agent': 'GitHub-Hookshot/local',
    'x-github-event': delivery.event,
    'x-github-delivery': delivery.guid,
    'x-github-hook-id': String(hook.id),
    'x-github-hook-installation-target-id': String(hook.repo_id),
    'x-github-hook-installation-target-type': 'repository',
    ...(hook.secret === null
      ? {}
      : { 'x-hub-signature': sign('sha1'), 'x-hub-signature-256': sign('sha256') }),
  }
}

const attempt = async (hook: HookRow, delivery: DeliveryRow, stop: AbortSignal): Promise<Attempt> => {
  const body =
    hook.content_type === 'json' ? delivery.payload : `payload=${encodeURIComponent(delivery.payload)}`
  try {
    const answer = await fetch(hook.url, {
      method: 'POST',
      headers: headersOf(hook, delivery, body),
      body,
      redirect: 'manual',
      signal: AbortSignal.any([stop, AbortSignal.timeout(TIMEOUT_MS)]),
    })
    const response = (await answer.text()).slice(0, RESPONSE_MAX)
    return {
      code: answer.status,
      status: answer.ok ? 'OK' : `Invalid HTTP Response: ${answer.status}`,
      response,
    }
  } catch (error) {
    const timedOut = error instanceof Error && error.name === 'TimeoutError'
    return { code: null, status: timedOut ? 'timed out' : 'failed to connect to host', response: '' }
  }
}

/** Sends what is in the deliveries table, in order for each hook, trying again for a few seconds. */
export type Deliverer = {
  readonly wake: () => void
  /** Stops at once; what was not delivered stays in the table for the next start. */
  readonly close: () => Promise<void>
}

const pause = (ms: number, stop: AbortSignal): Promise<void> =>
  new Promise((done) => {
    const timer = setTimeout(finish, ms)
    function finish(): void {
      clearTimeout(timer)
      stop.removeEventListener('abort', finish)
      done()
    }
    stop.addEventListener('abort', finish)
  })

/** The first delivery to a hook that waits and is not on a longer road. */
const oldest = (db: World['db'], hookId: number, mischief: Mischief): DeliveryRow | undefined => {
  const next = `SELECT * FROM deliveries WHERE hook_id = ? AND state = 'pending' ORDER BY id LIMIT ?`
  const rows = all<DeliveryRow>(db, next, hookId, mischief.heldCount() + 1)
  return rows.find((row) => !mischief.isHeld(row))
}

/** Starts the deliverer of a world. */
export const startDeliverer = (world: Pick<World, 'db' | 'now' | 'faults'>): Deliverer => {
  const stop = new AbortController()
  const busy = new Map<number, Promise<void>>()
  const mischief = makeMischief(world.faults, () => wake())

  const finish = (delivery: DeliveryRow, tried: Attempt, attempts: number, durationMs: number): boolean => {
    const ok = tried.code !== null && tried.code < 400
    const again =
      !ok && tried !== LOST && (tried.code === null || tried.code >= 500) && attempts <= RETRY_WAITS_MS.length
    run(
      world.db,
      `UPDATE deliveries SET state = ?, attempts = ?, status = ?, status_code = ?, response = ?, duration_ms = ?,
       delivered_at = ? WHERE id = ?`,
      ...[
        ok ? 'done' : again ? 'pending' : 'failed',
        attempts,
        tried.status,
        tried.code ?? 0,
        tried.response,
      ],
      ...[durationMs, world.now(), delivery.id],
    )
    return again
  }

  const drain = async (hookId: number): Promise<void> => {
    while (!stop.signal.aborted) {
      const delivery = oldest(world.db, hookId, mischief)
      const hook = one<HookRow>(world.db, 'SELECT * FROM hooks WHERE id = ?', hookId)
      if (delivery === undefined) return
      if (hook === undefined) {
        run(
          world.db,
          `UPDATE deliveries SET state = 'failed' WHERE hook_id = ? AND state = 'pending'`,
          hookId,
        )
        return
      }
      const fate = mischief.judge(delivery)
      if (fate === 'hold') continue
      if (fate === 'lose') {
        finish(delivery, LOST, delivery.attempts + 1, 0)
        continue
      }
      const started = performance.now()
      if (fate === 'send twice') await attempt(hook, delivery, stop.signal)
      const tried = await attempt(hook, delivery, stop.signal)
      if (stop.signal.aborted) return
      const attempts = delivery.attempts + 1
      const again = finish(delivery, tried, attempts, Math.round(performance.now() - started))
      if (again) await pause(RETRY_WAITS_MS[attempts - 1] ?? 0, stop.signal)
    }
  }

  const wake = (): void => {
    if (stop.signal.aborted) return
    const sql = `SELECT DISTINCT hook_id FROM deliveries WHERE state = 'pending'`
    all<{ hook_id: number }>(world.db, sql).forEach(({ hook_id }) => {
      if (busy.has(hook_id)) return
      // A table that can't be written now (a full disk) is tried again at the next wake.
      const work = drain(hook_id)
        .catch(() => undefined)
        .finally(() => busy.delete(hook_id))
      busy.set(hook_id, work)
    })
  }

  const close = async (): Promise<void> => {
    stop.abort()
    mischief.close()
    await Promise.allSettled([...busy.values()])
  }
  return { wake, close }
}
