/** Merge traffic: when pull requests came to the queue, and which of them touch the same files. */
/* eslint-disable functional/immutable-data -- sets that are made here are filled before anybody sees them */
import { pipe } from 'fp-ts/lib/function.js'
import * as N from 'fp-ts/lib/number.js'
import * as Ord from 'fp-ts/lib/Ord.js'
import * as A from 'fp-ts/lib/ReadonlyArray.js'

export interface Trace {
  readonly name: string
  /** When each arrived, in seconds, ascending. */
  readonly times: ReadonlyArray<number>
  /** For each, the others that it overlaps, ascending. Symmetric. */
  readonly overlaps: ReadonlyArray<ReadonlyArray<number>>
}

/** One pull request: when it came, in seconds, and the places in the list of those that it overlaps. */
export interface Arrival {
  readonly at: number
  readonly overlaps: ReadonlyArray<number>
}

const inOrder = (arrivals: ReadonlyArray<Arrival>): ReadonlyArray<number> =>
  pipe(
    arrivals.map((_, place) => place),
    A.sort(
      pipe(
        N.Ord,
        Ord.contramap((place: number) => arrivals[place]?.at ?? 0),
      ),
    ),
  )

/** Puts arrivals in the order of their times (those of one instant stay as they are) and makes overlaps mutual. */
export const traceOf = (name: string, arrivals: ReadonlyArray<Arrival>): Trace => {
  const order = inOrder(arrivals)
  const placeOf = new Map(order.map((old, place) => [old, place]))
  const neighbours: ReadonlyArray<Set<number>> = arrivals.map(() => new Set())
  arrivals.forEach(({ overlaps }, old) => {
    const place = placeOf.get(old) ?? 0
    for (const other of overlaps) {
      const otherPlace = placeOf.get(other)
      if (otherPlace === undefined || otherPlace === place) continue
      neighbours[place]?.add(otherPlace)
      neighbours[otherPlace]?.add(place)
    }
  })
  return {
    name,
    times: order.map((old) => arrivals[old]?.at ?? 0),
    overlaps: neighbours.map((set) => pipe([...set], A.sort(N.Ord))),
  }
}
