/**
 * What a pull request depends on: whether that is in the head, or lands with it, and what holds it otherwise. One list
 * decides here as well: `dependencyHolds` is empty exactly when it may land alone.
 */
import * as M from '../collections/sortedMap.js'
import * as SortedSet from '../collections/sortedSet.js'
import { byNumber, type PrNumber } from '../ids.js'
import type { PullRequestSnapshot } from '../model/snapshot.js'
import type { BranchState } from '../model/state.js'
import { reachable, type Neighbours } from '../queue/graph.js'
import type { Hold } from './hold.js'

const isOpen = (state: BranchState, number: PrNumber): boolean => M.has(state.pullRequests, number)

/** It has landed here, or the forge has been seen to show it as merged into this branch. */
export const isInBranch = (state: BranchState, number: PrNumber): boolean =>
  M.has(state.landings, number) ||
  SortedSet.has(state.landedBefore, number) ||
  M.get(state.fates, number) === 'merged'

/** All that it depends on is in the branch, or among those before it. */
export const mayFollow = (
  state: BranchState,
  { dependsOn }: PullRequestSnapshot,
  before: ReadonlyArray<PrNumber>,
): boolean => dependsOn.every((number) => isInBranch(state, number) || before.includes(number))

/** What each open pull request depends on; of this one as the snapshot shows it, which may be newer than the state. */
const downFrom =
  (state: BranchState, snapshot: PullRequestSnapshot): Neighbours =>
  (number) => {
    const known = number === snapshot.number ? snapshot : M.get(state.pullRequests, number)?.snapshot
    return known?.dependsOn ?? []
  }

/** All who depend on one another in a circle with this one, itself included; none where there is no circle. */
const cycleOf = (state: BranchState, snapshot: PullRequestSnapshot): ReadonlyArray<PrNumber> => {
  const { number, dependsOn } = snapshot
  if (dependsOn.length === 0) return []
  const down = downFrom(state, snapshot)
  const below = reachable(number, down)
  if (!below.has(number)) return []
  return [...below].filter((n) => n === number || reachable(n, down).has(number)).sort(byNumber.compare)
}

const holdOf = (state: BranchState, dependency: PrNumber): Hold => {
  if (isOpen(state, dependency)) return { _tag: 'DependencyOpen', dependency }
  const fate = M.get(state.fates, dependency)
  return fate === undefined || fate === 'merged'
    ? { _tag: 'DependencyUnread', dependency }
    : { _tag: 'DependencyClosed', dependency, fate }
}

/** What its dependencies hold against landing it alone; an open one is no hindrance in a chain behind it. */
export const dependencyHolds = (state: BranchState, snapshot: PullRequestSnapshot): ReadonlyArray<Hold> => {
  const cycle = cycleOf(state, snapshot)
  const missing = snapshot.dependsOn.filter((n) => !isInBranch(state, n) && !cycle.includes(n))
  return [
    ...(cycle.length > 0 ? [{ _tag: 'DependencyCycle', cycle } as const] : []),
    ...missing.map((dependency) => holdOf(state, dependency)),
  ]
}

const dependentsOf = ({ book }: BranchState, number: PrNumber): Iterable<PrNumber> =>
  SortedSet.iterate(M.get(book.dependents, number) ?? SortedSet.empty(byNumber))

/** All who depend on this one, directly or through others. */
const allDependents = (state: BranchState, number: PrNumber): ReadonlySet<PrNumber> =>
  reachable(number, (n) => dependentsOf(state, n))

const hasLabel = (state: BranchState, { labels }: PullRequestSnapshot): boolean =>
  labels.includes(state.policy.labels.highPriority)

/** It has the label for high priority, or somebody has who must wait for it. */
export const isUrgent = (state: BranchState, snapshot: PullRequestSnapshot): boolean =>
  hasLabel(state, snapshot) ||
  (M.has(state.book.dependents, snapshot.number) &&
    [...allDependents(state, snapshot.number)].some((number) => {
      const pr = number === snapshot.number ? undefined : M.get(state.pullRequests, number)
      return pr !== undefined && hasLabel(state, pr.snapshot)
    }))

/** Those whose place depends on this one: who waits for it, and what it or its old snapshot waits for. */
export const relativesOf = (
  state: BranchState,
  number: PrNumber,
  dependsOn: ReadonlyArray<PrNumber>,
): ReadonlyArray<PrNumber> => {
  const below = dependsOn.flatMap((n) => [
    n,
    ...reachable(n, (m) => M.get(state.pullRequests, m)?.snapshot.dependsOn ?? []),
  ])
  const all = new Set([...allDependents(state, number), ...below])
  return [...all].filter((n) => n !== number).sort(byNumber.compare)
}
