import type { Allowance } from './graphql/execute.js'

const HOUR_MS = 3_600_000
/** Generous, since nobody pays for this server; the headers are what clients need to see. */
const LIMIT = 1_000_000

/** Counts the requests of each caller and resource in the running hour. */
export const makeMeter = (now: () => number) => {
  const used = new Map<string, { readonly hour: number; readonly n: number }>()
  const hourOf = (at: number) => Math.floor(at / HOUR_MS)
  const read = (resource: string, caller: string): Allowance => {
    const hour = hourOf(now())
    const seen = used.get(`${resource} ${caller}`)
    return { limit: LIMIT, used: seen?.hour === hour ? seen.n : 0, resetAt: (hour + 1) * HOUR_MS }
  }
  const spend = (resource: string, caller: string): Allowance => {
    const before = read(resource, caller)
    const after = { ...before, used: Math.min(before.used + 1, LIMIT) }
    used.set(`${resource} ${caller}`, { hour: hourOf(now()), n: after.used })
    return after
  }
  return { read, spend }
}

/** GitHub's rate limit headers. */
export const limitHeaders = (resource: string, allowance: Allowance): Readonly<Record<string, string>> => ({
  'x-ratelimit-limit': String(allowance.limit),
  'x-ratelimit-remaining': String(allowance.limit - allowance.used),
  'x-ratelimit-used': String(allowance.used),
  'x-ratelimit-reset': String(Math.floor(allowance.resetAt / 1000)),
  'x-ratelimit-resource': resource,
})
