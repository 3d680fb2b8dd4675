/** Who has been overtaken, and who so often that it is its turn now. */
import { isSome, none } from 'fp-ts/lib/Option.js'
import { takeWhile } from '../collections/iterate.js'
import * as M from '../collections/sortedMap.js'
import * as SortedSet from '../collections/sortedSet.js'
import type { PrNumber, Sha } from '../ids.js'
import type { Member } from '../model/run.js'
import type { BranchState, Turn } from '../model/state.js'

/** On this head it can't be helped: another test would teach nothing new. */
const isSettled = (state: BranchState, head: Sha, { number }: Turn): boolean => {
  const settledOn = M.get(state.pullRequests, number)?.place.settledOn
  return settledOn !== undefined && isSome(settledOn) && settledOn.value === head
}

/** The first that came of those whom as many have overtaken as the policy allows. */
export const overdueOn = (state: BranchState, head: Sha): PrNumber | undefined => {
  for (const turn of SortedSet.iterate(state.book.overdue))
    if (!isSettled(state, head, turn)) return turn.number
  return undefined
}

/** The same, while its test is what is missing: what has passed on the head lands before everybody else's. */
export const overdueTrial = (state: BranchState, head: Sha): PrNumber | undefined => {
  const overdue = overdueOn(state, head)
  const landableOn = overdue === undefined ? none : M.get(state.pullRequests, overdue)?.place.landableOn
  return landableOn !== undefined && isSome(landableOn) && landableOn.value === head ? undefined : overdue
}

export interface Overtaking {
  readonly number: PrNumber
  /** By how many. */
  readonly by: number
}

/** Whom these overtake when they land on this base: who came earlier, waits for nothing but tests, and stays behind. */
export const overtakenBy = (
  state: BranchState,
  base: Sha,
  members: ReadonlyArray<Member>,
): ReadonlyArray<Overtaking> => {
  const turns = members.flatMap(({ pr }) => {
    const queued = M.get(state.pullRequests, pr)?.queued
    return queued !== undefined && isSome(queued) ? [queued.value.turn] : []
  })
  const last = turns.reduce((a, b) => Math.max(a, b), 0)
  return [...takeWhile(SortedSet.iterate(state.book.waiting), ({ turn }) => turn < last)]
    .filter((turn) => !members.some(({ pr }) => pr === turn.number) && !isSettled(state, base, turn))
    .map(({ turn, number }) => ({ number, by: turns.filter((later) => later > turn).length }))
}
