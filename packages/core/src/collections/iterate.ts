/** Lazy reading of long sequences: what is not needed is never looked at. */

/** The items before the first that does not hold. */
export function* takeWhile<A>(items: Iterable<A>, holds: (item: A) => boolean): Generator<A> {
  for (const item of items) {
    if (!holds(item)) return
    yield item
  }
}

/** The items that hold, at most `count` of them. */
export function* takeWhere<A>(items: Iterable<A>, holds: (item: A) => boolean, count: number): Generator<A> {
  const rest = items[Symbol.iterator]()
  for (let taken = 0; taken < count;) {
    const next = rest.next()
    if (next.done === true) return
    if (!holds(next.value)) continue
    taken += 1
    yield next.value
  }
}
