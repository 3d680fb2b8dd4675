/**
 * The merge queue in the order in which it is served: merge priority, but nobody before what it depends on. Who could
 * come earlier by its own priority follows directly behind the last of what it waits for; who waits for something that is
 * not in the queue is not in it either.
 */
import * as M from '../collections/sortedMap.js'
import * as SortedSet from '../collections/sortedSet.js'
import type { PrNumber } from '../ids.js'
import { isInBranch } from '../landing/dependencies.js'
import { byPriority, type PriorityKey } from '../model/priority.js'
import type { BranchState } from '../model/state.js'

const isFree = (state: BranchState, served: ReadonlySet<PrNumber>, { number }: PriorityKey): boolean =>
  (M.get(state.pullRequests, number)?.snapshot.dependsOn ?? []).every(
    (dependency) => isInBranch(state, dependency) || served.has(dependency),
  )

/** Those of its dependents that were passed over and are free now. */
const freedBy = (
  state: BranchState,
  passedOver: ReadonlyMap<PrNumber, PriorityKey>,
  served: ReadonlySet<PrNumber>,
  { number }: PriorityKey,
): ReadonlyArray<PriorityKey> => {
  const dependents = M.get(state.book.dependents, number)
  if (dependents === undefined) return []
  return SortedSet.toArray(dependents)
    .flatMap((dependent) => passedOver.get(dependent) ?? [])
    .filter((key) => !served.has(key.number) && isFree(state, served, key))
}

/** Lists of its own, that nobody else sees, are filled while it goes: what is not asked for is not looked at. */
function* behindDependencies(state: BranchState): Generator<PriorityKey> {
  const served = new Set<PrNumber>()
  const passedOver = new Map<PrNumber, PriorityKey>()
  /* eslint-disable functional/immutable-data -- see above */
  for (const key of SortedSet.iterate(state.book.candidates)) {
    if (!isFree(state, served, key)) passedOver.set(key.number, key)
    else
      for (let next: ReadonlyArray<PriorityKey> = [key]; next.length > 0;) {
        const [first = key, ...rest] = next
        served.add(first.number)
        yield first
        next = [...rest, ...freedBy(state, passedOver, served, first)].sort(byPriority.compare)
      }
  }
  /* eslint-enable functional/immutable-data */
}

/** Lazily, so that a long queue costs nothing. */
export const queueInOrder = (state: BranchState): Iterable<PriorityKey> =>
  M.isEmpty(state.book.dependents)
    ? SortedSet.iterate(state.book.candidates)
    : { [Symbol.iterator]: () => behindDependencies(state) }

export const firstInQueue = (state: BranchState): PriorityKey | undefined => {
  const [first] = queueInOrder(state)
  return first
}
