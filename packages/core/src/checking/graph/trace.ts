/** The way to a state as text that people can follow: one line per move, with what headgate ordered because of it. */
import { describeEffect, describeEvent, type Effect } from '../../index.js'
import { beginning, type Model, type Reduce, type Situation } from '../model.js'
import { describeMove } from '../moves/describe.js'
import { enabled } from '../moves/enabled.js'
import type { Move } from '../moves/move.js'
import { take } from '../moves/take.js'
import { nowhere, type Table } from './table.js'

/** The moves from the beginning to this state, as numbers among those that were possible. */
export const wayTo = (table: Table, state: number): ReadonlyArray<number> => {
  const parent = table.parentOf(state)
  return parent === nowhere ? [] : [...wayTo(table, parent), table.moveOf(state)]
}

interface Walked {
  readonly situation: Situation
  readonly lines: ReadonlyArray<string>
}

const orders = (effects: ReadonlyArray<Effect>): ReadonlyArray<string> =>
  effects.map((effect) => `       headgate orders: ${describeEffect(effect)}`)

const walk =
  (reduce: Reduce) =>
  ({ situation, lines }: Walked, move: Move): Walked => {
    const taken = take(reduce, situation, move)
    const number = String(lines.filter((line) => /^ *\d/.test(line)).length).padStart(4)
    const told = taken.told.map((event) => `       headgate learns: ${describeEvent(event)}`)
    return {
      situation: taken.next,
      lines: [...lines, `${number}  ${describeMove(situation, move)}`, ...told, ...orders(taken.ordered)],
    }
  }

const start = (model: Model, reduce: Reduce): Walked => {
  const situation = beginning(model, reduce)
  return { situation, lines: ['   0  the service starts', ...orders(situation.world.orders)] }
}

/** Follows numbered moves from the beginning. */
export const follow = (model: Model, reduce: Reduce, way: ReadonlyArray<number>): Walked =>
  way.reduce(
    (walked, n) => {
      const move = enabled(walked.situation)[n]
      return move === undefined ? walked : walk(reduce)(walked, move)
    },
    start(model, reduce),
  )

/** The same, and some more moves after it. */
export const goOn = (reduce: Reduce, from: Walked, moves: ReadonlyArray<Move>): Walked =>
  moves.reduce(walk(reduce), from)
