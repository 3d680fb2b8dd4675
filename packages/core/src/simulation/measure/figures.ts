/** The figures of one game. */
import { pipe } from 'fp-ts/lib/function.js'
import * as N from 'fp-ts/lib/number.js'
import * as A from 'fp-ts/lib/ReadonlyArray.js'
import { MINUTE } from '../fate.js'
import type { Result } from '../result.js'
import { quantile } from './quantile.js'

/** Times are minutes. Waits are from approval to landing, of those that landed. */
export interface Figures {
  readonly p50: number
  readonly p95: number
  readonly p99: number
  readonly longestWait: number
  /** Landings per hour, from the first arrival to the last landing. */
  readonly throughputPerHour: number
  /** Minutes of the test engine, cancelled runs and those of ejected pull requests included, per landing. */
  readonly ciMinutesPerLanded: number
  /** Runs by which nothing landed. */
  readonly wastedRuns: number
  /** Given back as failed, though they would have passed. */
  readonly ejectedInnocents: number
  readonly landed: number
  readonly ejected: number
  /** Neither landed nor given back when the game ended. */
  readonly stillWaiting: number
  readonly runs: number
}

/** The waits of those that landed, in minutes, ascending. */
export const waitsOf = ({ arrivals, landed }: Result): ReadonlyArray<number> =>
  pipe(
    landed.flatMap((at, pr) => (at === undefined ? [] : [(at - (arrivals[pr] ?? 0)) / MINUTE])),
    A.sort(N.Ord),
  )

const known = (times: ReadonlyArray<number | undefined>): ReadonlyArray<number> =>
  times.flatMap((time) => (time === undefined ? [] : [time]))

const latest = (times: ReadonlyArray<number>): number => times.reduce((a, b) => Math.max(a, b), 0)

export const figuresOf = (result: Result): Figures => {
  const waits = waitsOf(result)
  const landed = known(result.landed)
  const ejected = known(result.ejected).length
  return {
    p50: quantile(waits, 0.5),
    p95: quantile(waits, 0.95),
    p99: quantile(waits, 0.99),
    longestWait: waits.at(-1) ?? NaN,
    throughputPerHour: (landed.length / latest(landed)) * 60 * MINUTE,
    ciMinutesPerLanded: result.engineMs / MINUTE / landed.length,
    wastedRuns: result.runs - result.useful,
    ejectedInnocents: result.innocents,
    landed: landed.length,
    ejected,
    stillWaiting: result.arrivals.length - landed.length - ejected,
    runs: result.runs,
  }
}
