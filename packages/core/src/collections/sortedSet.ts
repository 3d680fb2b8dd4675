/** A persistent sorted set: a sorted map whose values carry nothing. */
import type { Ord } from 'fp-ts/lib/Ord.js'
import * as M from './sortedMap.js'

export type SortedSet<K> = M.SortedMap<K, true>

export const empty = <K>(ord: Ord<K>): SortedSet<K> => M.empty(ord)
export const fromArray = <K>(ord: Ord<K>, items: ReadonlyArray<K>): SortedSet<K> =>
  M.fromEntries(
    ord,
    items.map((item) => [item, true] as const),
  )
/** The set with `key`; the same set when it is already in. */
export const add = <K>(set: SortedSet<K>, key: K): SortedSet<K> =>
  M.has(set, key) ? set : M.set(set, key, true)
export const has = <K>(set: SortedSet<K>, key: K): boolean => M.has(set, key)
export const remove = <K>(set: SortedSet<K>, key: K): SortedSet<K> => M.remove(set, key)
export const first = <K>(set: SortedSet<K>): K | undefined => M.first(set)?.[0]
export const isEmpty = <K>(set: SortedSet<K>): boolean => M.isEmpty(set)
export const size = <K>(set: SortedSet<K>): number => M.size(set)
export const toArray = <K>(set: SortedSet<K>): ReadonlyArray<K> => M.keysArray(set)
export const iterate = <K>(set: SortedSet<K>): Iterable<K> => M.keys(set)
