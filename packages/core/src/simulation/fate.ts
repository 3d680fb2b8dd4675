/** What is going to happen, whatever the queue does: drawn once per trace and seed, the same for every strategy. */
import type { Assumptions } from './assumptions.js'
import { draw, exponential, hash, kinds, lognormal } from './chance.js'
import type { Trace } from './trace/trace.js'

export const MINUTE = 60_000

/** Pull requests are numbered from 0 in the order of their arrival; times are milliseconds from the first arrival. */
export interface Fate {
  readonly seed: number
  readonly assumptions: Assumptions
  readonly size: number
  /** When each is approved: from then on it could land. */
  readonly arrivals: ReadonlyArray<number>
  /** When each is opened; not after its arrival. */
  readonly openings: ReadonlyArray<number>
  /** When the author pushes once more, where so. */
  readonly pushes: ReadonlyArray<number | undefined>
  readonly overlaps: ReadonlyArray<ReadonlyArray<number>>
  /** Those of the overlaps that can't be on the branch together. */
  readonly conflicts: ReadonlyArray<ReadonlyArray<number>>
  /** When somebody pushes to the branch past the gate. */
  readonly foreignPushes: ReadonlyArray<number>
}

/** Does this pull request, after so many pushes, fail by itself? */
export const isBad = ({ seed, assumptions }: Fate, pr: number, version: number): boolean =>
  draw(seed, kinds.badAlone, pr, version) < assumptions.fail

/** How long a run takes that is known by `content`, at its n-th time. */
export const durationOf = ({ seed, assumptions }: Fate, content: number, time: number): number => {
  const { testMinutes, testSpread } = assumptions
  const u = draw(seed, kinds.duration, content, 2 * time)
  const v = draw(seed, kinds.duration, content, 2 * time + 1)
  return Math.max(1, Math.round(testMinutes * MINUTE * lognormal(testSpread, u, v)))
}

/** How long a run of this pull request alone takes. */
export const ownDuration = (fate: Fate, pr: number): number =>
  durationOf(fate, hash(fate.seed, kinds.duration, pr, 0), 0)

/**
 * The whole trace stretched or squeezed so that so many arrive per hour, bursts kept: t' = (t - t0) · span / (t1 - t0)
 * with span = n / (load · runs per hour). What came at one instant still does.
 */
const scaled = ({ times }: Trace, { load, capacity, testMinutes }: Assumptions): ReadonlyArray<number> => {
  const first = times[0] ?? 0
  const length = (times.at(-1) ?? 0) - first
  const hours = load === undefined ? length / 3600 : times.length / (load * capacity * (60 / testMinutes))
  const factor = length === 0 ? 0 : (hours * 60 * MINUTE) / length
  return times.map((time) => Math.round((time - first) * factor))
}

/** Authors push within so many test durations of the arrival. */
const PUSHED_WITHIN = 3

const pushOf = (seed: number, a: Assumptions, pr: number, arrival: number): number | undefined =>
  draw(seed, kinds.push, pr, 0) < a.pushes
    ? arrival + 1 + Math.round(draw(seed, kinds.push, pr, 1) * PUSHED_WITHIN * a.testMinutes * MINUTE)
    : undefined

const foreignPushesUntil = (seed: number, end: number, perDay: number): ReadonlyArray<number> => {
  const mean = perDay === 0 ? Infinity : (24 * 60 * MINUTE) / perDay
  const next = (times: ReadonlyArray<number>): ReadonlyArray<number> => {
    const at =
      (times.at(-1) ?? 0) + 1 + Math.round(mean * exponential(draw(seed, kinds.foreignPush, times.length, 0)))
    return at < end ? next([...times, at]) : times
  }
  return mean === Infinity ? [] : next([])
}

export const fateOf = (trace: Trace, assumptions: Assumptions, seed: number): Fate => {
  const arrivals = scaled(trace, assumptions)
  const { reviewMinutes, pairConflict } = assumptions
  return {
    seed,
    assumptions,
    size: arrivals.length,
    arrivals,
    openings: arrivals.map((arrival, pr) =>
      Math.max(
        0,
        arrival - Math.round(reviewMinutes * MINUTE * exponential(draw(seed, kinds.review, pr, 0))),
      ),
    ),
    pushes: arrivals.map((arrival, pr) => pushOf(seed, assumptions, pr, arrival)),
    overlaps: trace.overlaps,
    conflicts: trace.overlaps.map((others, pr) =>
      others.filter(
        (other) => draw(seed, kinds.pairConflict, Math.min(pr, other), Math.max(pr, other)) < pairConflict,
      ),
    ),
    foreignPushes: foreignPushesUntil(seed, arrivals.at(-1) ?? 0, assumptions.foreignPushesPerDay),
  }
}
