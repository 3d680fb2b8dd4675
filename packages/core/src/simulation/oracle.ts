/**
 * The Oracle: knows every outcome in advance and never runs a loser. First come, first served, on as many servers as
 * the engine has places, one pull request a run. What no queue can be expected to beat by knowing more; a queue that
 * puts several into one run can beat it by running less.
 */
/* eslint-disable functional/immutable-data -- fills lists of its own, which it hands out when they are done */
import { isBad, ownDuration, type Fate } from './fate.js'
import type { Result } from './result.js'

type Times = Array<number | undefined>

/** Bad, or in conflict with one before it that landed after it came. */
const isLoser = (fate: Fate, landed: Times, pr: number): boolean =>
  isBad(fate, pr, 0) ||
  (fate.conflicts[pr] ?? []).some((other) => other < pr && (landed[other] ?? -1) > (fate.arrivals[pr] ?? 0))

/** Runs this pull request on the server that is free first; gives the end. */
const serve = (fate: Fate, free: number[], pr: number): number => {
  const server = free.indexOf(Math.min(...free))
  const end = Math.max(free[server] ?? 0, fate.arrivals[pr] ?? 0) + ownDuration(fate, pr)
  free[server] = end
  return end
}

export const oracle = (fate: Fate): Result => {
  const free = Array.from({ length: fate.assumptions.capacity }, () => 0)
  const landed: Times = []
  for (let pr = 0; pr < fate.size; pr++)
    landed[pr] = isLoser(fate, landed, pr) ? undefined : serve(fate, free, pr)
  const winners = landed.flatMap((end, pr) => (end === undefined ? [] : [pr]))
  return {
    arrivals: fate.arrivals,
    landed,
    ejected: landed.map((end, pr) => (end === undefined ? fate.arrivals[pr] : undefined)),
    innocents: 0,
    runs: winners.length,
    useful: winners.length,
    engineMs: winners.reduce((sum, pr) => sum + ownDuration(fate, pr), 0),
    wrongs: [],
    cut: false,
    events: 0,
  }
}
