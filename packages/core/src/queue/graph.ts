/** Walks among pull requests that depend on one another. */
import type { PrNumber } from '../ids.js'

/** The neighbours of a pull request: what it depends on, or what depends on it. */
export type Neighbours = (number: PrNumber) => Iterable<PrNumber>

/**
 * All that a way leads to from here; the beginning itself only if a way leads back to it. Without recursion, so that no
 * stack of pull requests is too high for it.
 */
export const reachable = (from: PrNumber, next: Neighbours): ReadonlySet<PrNumber> => {
  const seen = new Set<PrNumber>()
  for (const left = [from]; left.length > 0;) {
    // Two lists of its own, that nobody else has seen yet.
    /* eslint-disable functional/immutable-data */
    const number = left.pop() ?? from
    for (const other of next(number)) {
      if (!seen.has(other)) left.push(other)
      seen.add(other)
    }
    /* eslint-enable functional/immutable-data */
  }
  return seen
}
