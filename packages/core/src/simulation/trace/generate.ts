/** Invented traffic: a Poisson stream whose rate follows the hours of the week. */
/* eslint-disable functional/immutable-data -- a running sum is filled in place */
import { draw, exponential, kinds } from '../chance.js'
import { traceOf, type Arrival, type Trace } from './trace.js'

/** How busy each of the 168 hours of a week is, from Monday 00:00, relative to each other. */
export type WeekProfile = ReadonlyArray<number>

/** Office hours in one time zone, a little in the evening and next to nothing at weekends. */
export const officeWeek: WeekProfile = Array.from({ length: 168 }, (_, hour) => {
  const ofDay = hour % 24
  const weekend = hour >= 120
  const day = ofDay >= 9 && ofDay < 18 ? 1 : ofDay >= 7 && ofDay < 23 ? 0.3 : 0.05
  return weekend ? day * 0.15 : day
})

export interface Traffic {
  readonly pullRequests: number
  readonly days: number
  readonly profile: WeekProfile
  /** The share of pairs that came within a day of each other and touch the same files. */
  readonly overlap: number
}

const HOUR = 3600
const DAY = 24 * HOUR
/** A pull request overlaps at most the so many before it. */
const REACH = 40

/** Turns evenly flowing time (a share of a week) into the second of the week at which so much of it has come. */
const clockOf = (profile: WeekProfile): ((share: number) => number) => {
  const total = profile.reduce((sum, rate) => sum + rate, 0)
  const before = profile.reduce<ReadonlyArray<number>>(
    (sums, rate) => [...sums, (sums.at(-1) ?? 0) + rate / total],
    [0],
  )
  return (share) => {
    const hour = before.filter((sum) => sum <= share).length - 1
    const rate = (profile[hour] ?? 0) / total
    return (hour + (share - (before[hour] ?? 0)) / (rate === 0 ? 1 : rate)) * HOUR
  }
}

const overlapsOf = (
  seed: number,
  times: ReadonlyArray<number>,
  row: number,
  share: number,
): ReadonlyArray<number> =>
  Array.from({ length: Math.min(REACH, row) }, (_, back) => row - 1 - back).filter(
    (other) => (times[row] ?? 0) - (times[other] ?? 0) < DAY && draw(seed, kinds.overlap, other, row) < share,
  )

/** The sums up to each place. */
const running = (numbers: ReadonlyArray<number>): ReadonlyArray<number> => {
  const sums = new Float64Array(numbers)
  for (let i = 1; i < sums.length; i++) sums[i] = (sums[i - 1] ?? 0) + (sums[i] ?? 0)
  return [...sums]
}

/** The same seed gives the same traffic. */
export const generateTrace = (seed: number, traffic: Traffic): Trace => {
  const { pullRequests, days, profile, overlap } = traffic
  const weeks = days / 7
  const toClock = clockOf(profile)
  const gaps = Array.from({ length: pullRequests }, (_, i) => exponential(draw(seed, kinds.arrival, i, 0)))
  const total = gaps.reduce((sum, gap) => sum + gap, 0)
  const times = running(gaps).map((sum) => {
    const week = (sum / total) * weeks
    return Math.floor(week) * 7 * DAY + toClock(week - Math.floor(week))
  })
  const arrivals: ReadonlyArray<Arrival> = times.map((at, row) => ({
    at,
    overlaps: overlapsOf(seed, times, row, overlap),
  }))
  return traceOf('generated', arrivals)
}
