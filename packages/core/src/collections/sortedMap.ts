/**
 * A persistent sorted map: every "change" returns a new map and shares what it did not touch, so old states stay valid
 * and a change costs O(log n). A thin door to `sorted-btree`, whose clones are copy-on-write; nothing outside this
 * file sees the tree, so nobody can mutate one in place.
 */
import library from 'sorted-btree'
import differ from 'sorted-btree/extended/diffAgainst.js'
import { none, some, type Option } from 'fp-ts/lib/Option.js'
import type { Ord } from 'fp-ts/lib/Ord.js'

// The package is CommonJS: what Node's ESM loader calls its default export is the whole module.
const BTree = library.default
type BTree<K, V> = InstanceType<typeof library.default<K, V>>

declare const sortedMap: unique symbol
/** An immutable map from K to V, iterated in ascending order of its `Ord`. */
export interface SortedMap<K, V> {
  readonly [sortedMap]: readonly [K, V]
}

const wrap = <K, V>(tree: BTree<K, V>): SortedMap<K, V> => tree as unknown as SortedMap<K, V>
const open = <K, V>(map: SortedMap<K, V>): BTree<K, V> => map as unknown as BTree<K, V>

export const empty = <K, V>(ord: Ord<K>): SortedMap<K, V> => wrap(new BTree<K, V>(undefined, ord.compare))

export const fromEntries = <K, V>(ord: Ord<K>, entries: ReadonlyArray<readonly [K, V]>): SortedMap<K, V> =>
  wrap(new BTree<K, V>(entries as Array<[K, V]>, ord.compare))

export const size = <K, V>(map: SortedMap<K, V>): number => open(map).size
export const isEmpty = <K, V>(map: SortedMap<K, V>): boolean => open(map).isEmpty
export const has = <K, V>(map: SortedMap<K, V>, key: K): boolean => open(map).has(key)

/** The value at `key`, as an Option. */
export const lookup = <K, V>(map: SortedMap<K, V>, key: K): Option<V> => {
  const value = open(map).get(key)
  return value === undefined ? none : some(value)
}

/** The value at `key`, or undefined: for hot paths where V itself is never undefined. */
export const get = <K, V>(map: SortedMap<K, V>, key: K): V | undefined => open(map).get(key)

export const set = <K, V>(map: SortedMap<K, V>, key: K, value: V): SortedMap<K, V> => {
  const copy = open(map).clone()
  copy.set(key, value)
  return wrap(copy)
}

/** The map without `key`; the same map when it has none. */
export const remove = <K, V>(map: SortedMap<K, V>, key: K): SortedMap<K, V> => {
  if (!open(map).has(key)) return map
  const copy = open(map).clone()
  copy.delete(key)
  return wrap(copy)
}

/** The entry with the smallest key. */
export const first = <K, V>(map: SortedMap<K, V>): readonly [K, V] | undefined => {
  const tree = open(map)
  const key = tree.minKey()
  return key === undefined ? undefined : [key, tree.get(key) as V]
}

export const keys = <K, V>(map: SortedMap<K, V>): Iterable<K> => ({
  [Symbol.iterator]: () => open(map).keys(),
})
export const values = <K, V>(map: SortedMap<K, V>): Iterable<V> => ({
  [Symbol.iterator]: () => open(map).values(),
})
export const entries = <K, V>(map: SortedMap<K, V>): Iterable<readonly [K, V]> => ({
  [Symbol.iterator]: () => open(map).entries(),
})

export const toArray = <K, V>(map: SortedMap<K, V>): ReadonlyArray<readonly [K, V]> => open(map).toArray()
export const valuesArray = <K, V>(map: SortedMap<K, V>): ReadonlyArray<V> => open(map).valuesArray()
export const keysArray = <K, V>(map: SortedMap<K, V>): ReadonlyArray<K> => open(map).keysArray()

/** The keys at which two maps differ, in order. What they share is skipped, so few differences cost little. */
export const changedKeys = <K, V>(
  ord: Ord<K>,
  before: SortedMap<K, V>,
  after: SortedMap<K, V>,
): ReadonlyArray<K> => {
  const found = new BTree<K, true>(undefined, ord.compare)
  const note = (key: K): void => void found.set(key, true)
  differ.default(open(before), open(after), note, note, note)
  return found.keysArray()
}
