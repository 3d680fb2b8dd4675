/**
 * Shrinks a failing list of commands to one from which no single command can be taken away (delta debugging, Zeller and
 * Hildebrandt 2002, by complements). It has a budget, counted in commands that were carried out.
 */
import type { Command } from './phrases.js'

export type Fails = (commands: ReadonlyArray<Command>) => boolean

const without = <A>(items: ReadonlyArray<A>, from: number, count: number): ReadonlyArray<A> => [
  ...items.slice(0, from),
  ...items.slice(from + count),
]

export const shrink = (
  commands: ReadonlyArray<Command>,
  fails: Fails,
  budget = 400_000,
): ReadonlyArray<Command> => {
  let [best, spent] = [commands, 0]
  for (let size = Math.ceil(best.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    // Small pieces are tried until a whole round takes nothing away.
    for (let before = -1; before !== best.length;) {
      before = best.length
      for (let from = 0; from < best.length && spent < budget;) {
        const candidate = without(best, from, size)
        spent += candidate.length
        if (fails(candidate)) best = candidate
        else from += size
      }
      if (size > 1) break
    }
  }
  return best
}
