/** How long the queue is over time. */
import { pipe } from 'fp-ts/lib/function.js'
import * as N from 'fp-ts/lib/number.js'
import * as A from 'fp-ts/lib/ReadonlyArray.js'
import { MINUTE } from '../fate.js'
import type { Result } from '../result.js'

/** Hours from the first arrival, and how many pull requests wait then. */
export type Point = readonly [hours: number, waiting: number]

const sorted = (times: ReadonlyArray<number | undefined>): ReadonlyArray<number> =>
  pipe(
    times.flatMap((time) => (time === undefined ? [] : [time])),
    A.sort(N.Ord),
  )

/** How many of these ascending times are not after `at`. */
const until = (times: ReadonlyArray<number>, at: number): number => {
  const low = times.findIndex((time) => time > at)
  return low === -1 ? times.length : low
}

/** Sampled at so many moments, evenly from the first arrival to the last. */
export const queueOverTime = (
  { arrivals, landed, ejected }: Result,
  moments: number,
): ReadonlyArray<Point> => {
  // One that was given back before it was approved came and went at one moment.
  const came = sorted(arrivals.map((at, pr) => Math.min(at, ejected[pr] ?? at)))
  const went = sorted([...landed, ...ejected])
  const end = came.at(-1) ?? 0
  return Array.from({ length: moments + 1 }, (_, i) => {
    const at = (end * i) / moments
    return [at / MINUTE / 60, until(came, at) - until(went, at)] as const
  })
}
