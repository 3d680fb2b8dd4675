import type { Failure } from '@headgate/core'
import * as E from 'fp-ts/lib/Either.js'
import { transient, type Access } from '../failure.js'
import { adviceOf, type Answered } from './advice.js'
import { makePlaces } from './places.js'
import { makeWindow } from './window.js'

/** What has been asked of GitHub so far. */
export interface Usage {
  readonly requests: number
  readonly writes: number
  /** Of the hourly allowance by resource (`core`, `graphql`), as the last answer said. */
  readonly remaining: Readonly<Record<string, number>>
  /** When requests go out again, epoch milliseconds; in the past: they do. */
  readonly pausedUntil: number
}

/** Keeps the requests that share one allowance within GitHub's limits. */
export interface Pace {
  /** Does the work in its turn; Left: it was not begun, for the turn would come too late. */
  readonly inTurn: <A>(access: Access, work: () => Promise<A>) => Promise<E.Either<Failure, A>>
  /** Told of each answer. `limited`: its body speaks of a limit. */
  readonly heed: (answered: Answered, limited: boolean) => void
  readonly usage: () => Usage
}

export interface PaceOptions {
  /** Requests at a time; GitHub allows a hundred. */
  readonly width?: number
  /** Writes in any minute; GitHub allows about eighty that make something. */
  readonly writesPerMinute?: number
  /** A request whose turn is further away fails at once, in milliseconds. */
  readonly patienceMs?: number
  readonly now?: () => number
  readonly sleep?: (ms: number) => Promise<void>
  /** From 0 to 1. */
  readonly random?: () => number
}

const MINUTE_MS = 60_000
const UNSAID_MAX_MS = 15 * MINUTE_MS
/** So that what waited does not come back all at once. */
const SPREAD_MS = 2000

const sleepFor = (ms: number): Promise<void> => new Promise((go) => setTimeout(go, ms))

const limitedUntil = (at: number): Failure =>
  transient('RateLimited', `GitHub limits our requests until ${new Date(at).toISOString()}.`)

/**
 * A pace for one allowance. Requests wait for a free place, in the order in which they came; then for the end of a pause
 * that GitHub asked for, and, if they write, for the minute's share of writes.
 */
export const makePace = (options: PaceOptions = {}): Pace => {
  const { width = 8, writesPerMinute = 80, patienceMs = 90_000 } = options
  const { now = Date.now, sleep = sleepFor, random = Math.random } = options
  const writes = makeWindow(writesPerMinute, MINUTE_MS)
  const places = makePlaces(width)
  const remaining: Record<string, number> = {}
  const count = { requests: 0, writes: 0, unsaid: 0 }
  let pausedUntil = 0

  /** When the next request of this kind may go out. */
  const turnOf = (access: Access): number =>
    Math.max(pausedUntil, access === 'write' ? writes.freeAt(now()) : 0)

  const take = (access: Access): void => {
    count.requests += 1
    if (access === 'read') return
    count.writes += 1
    writes.take(now())
  }

  const awaitTurn = async (access: Access): Promise<E.Either<Failure, undefined>> => {
    const deadline = now() + patienceMs
    for (let at = turnOf(access); at > now(); at = turnOf(access)) {
      if (at > deadline) return E.left(limitedUntil(at))
      const spread = at === pausedUntil ? Math.round(random() * SPREAD_MS) : 0
      await sleep(at - now() + spread)
    }
    // Taken in the same breath in which it was found free.
    take(access)
    return E.right(undefined)
  }

  return {
    inTurn: (access, work) =>
      places(async () => {
        const turn = await awaitTurn(access)
        return E.isLeft(turn) ? turn : E.right(await work())
      }),
    heed: (answered, limited) => {
      const resource = answered.header('x-ratelimit-resource')
      const left = answered.header('x-ratelimit-remaining')
      if (resource !== null && left !== null && /^\d+$/.test(left)) remaining[resource] = Number(left)
      const advice = adviceOf(answered, limited, now())
      if (advice._tag === 'GoOn') count.unsaid = 0
      if (advice._tag === 'Wait') pausedUntil = Math.max(pausedUntil, advice.until)
      // The answers of one volley count once: the pause doubles only if GitHub refuses again after it.
      if (advice._tag === 'WaitUnsaid' && pausedUntil <= now()) {
        const pause = Math.min(MINUTE_MS * 2 ** count.unsaid, UNSAID_MAX_MS)
        count.unsaid += 1
        pausedUntil = now() + Math.round(pause * (1 + random() / 2))
      }
    },
    usage: () => ({
      requests: count.requests,
      writes: count.writes,
      remaining: { ...remaining },
      pausedUntil,
    }),
  }
}
