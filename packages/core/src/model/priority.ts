/**
 * The merge priority is one `Ord`: `label, nothing blocking, checks, turn, lowest number`, highest first. Ordered as the
 * reference does, all turns are equal; ordered by arrival, nothing but the turn differs.
 */
import type { Ord } from 'fp-ts/lib/Ord.js'
import type { PrNumber } from '../ids.js'

/** Rank of the required checks: 2 all passing, 1 unknown, 0 some failed. */
export type CheckRank = 0 | 1 | 2

export interface PriorityKey {
  readonly high: boolean
  readonly unblocked: boolean
  readonly rank: CheckRank
  readonly turn: number
  readonly number: PrNumber
}

const compare = (a: PriorityKey, b: PriorityKey): -1 | 0 | 1 => {
  if (a.high !== b.high) return a.high ? -1 : 1
  if (a.unblocked !== b.unblocked) return a.unblocked ? -1 : 1
  if (a.rank !== b.rank) return a.rank > b.rank ? -1 : 1
  if (a.turn !== b.turn) return a.turn < b.turn ? -1 : 1
  return a.number < b.number ? -1 : a.number > b.number ? 1 : 0
}

/** Ascending order = descending priority: the first in a sorted set is the one to merge first. */
export const byPriority: Ord<PriorityKey> = { equals: (a, b) => compare(a, b) === 0, compare }
