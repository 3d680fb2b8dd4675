/**
 * Liveness on the graph of fair moves. Each state has at most one, so every way ends in a circle (or where the exploration
 * was cut). A sound circle is headgate polling in vain: it passes through a state at rest, in which whatever is held back
 * is held back by somebody else, and nothing but reads is ordered. Any other circle is a trap that can be reached.
 *
 * Each circle is found once by walking from every state and stopping where somebody has been: the stamps of the walks are
 * written in place.
 */
/* eslint-disable functional/no-let, functional/immutable-data -- see above */
import { atRest, broken, ordersMore } from './marks.js'
import { nowhere, type Table } from './table.js'

export interface Trap {
  /** A state of the circle: the one nearest to the beginning, or the one at rest. */
  readonly state: number
  readonly why: 'rest' | 'restless' | 'repeats'
  /** How many moves lead around the circle; 0 where the state itself says it all. */
  readonly length: number
}

const circleFrom = (table: Table, state: number): ReadonlyArray<number> => {
  const circle = [state]
  for (let next = table.fairOf(state); next !== state; next = table.fairOf(next)) circle.push(next)
  return circle
}

const trapOf = (table: Table, circle: ReadonlyArray<number>): ReadonlyArray<Trap> => {
  const marked = (bit: number): ReadonlyArray<number> =>
    circle.filter((state) => (table.marksOf(state) & bit) !== 0)
  const first = (states: ReadonlyArray<number>): number => states.reduce((a, b) => Math.min(a, b), nowhere)
  const trap = (why: Trap['why'], state: number, length = circle.length): ReadonlyArray<Trap> => [
    { state, why, length },
  ]
  if (marked(atRest).length === 0) return trap('restless', first(circle))
  if (marked(ordersMore).length > 0) return trap('repeats', first(circle))
  return marked(broken).length > 0 ? trap('rest', first(marked(broken)), 0) : []
}

/** Every trap, the one nearest to the beginning first. */
export const findTraps = (table: Table): ReadonlyArray<Trap> => {
  const traps: Array<Trap> = []
  const stamps = new Uint32Array(table.size())
  for (let start = 0; start < stamps.length; start++) {
    let state = start
    for (; state !== nowhere && stamps[state] === 0; state = table.fairOf(state)) stamps[state] = start + 1
    if (state !== nowhere && stamps[state] === start + 1)
      traps.push(...trapOf(table, circleFrom(table, state)))
  }
  return traps.sort((a, b) => a.state - b.state)
}
