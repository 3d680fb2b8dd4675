/** The simulated game, for scenarios and for tests that only need something to happen. */
import * as fc from 'fast-check'
import { carryOut } from './simulation/carryOut.js'
import type { Game } from './simulation/game.js'
import { dieOf, nextMove } from './simulation/moves.js'
import { kinds, type Command } from './simulation/phrases.js'
import { evenSwarm } from './simulation/swarm.js'

export { feed, newGame, type Game } from './simulation/game.js'
export { settleDown } from './simulation/settle.js'

/** A move that is still to be chosen: the dice that choose it. */
export type Move = ReadonlyArray<number>
export const move: fc.Arbitrary<Move> = fc.array(fc.nat({ max: 2 ** 31 - 1 }), { minLength: 8, maxLength: 8 })

/** Carries out a command, or whatever the dice choose from what is possible now; orders wait until the dice choose them. */
export const play = (game: Game, next: Move | Command): void => {
  const drawn = !('do' in next)
  if (drawn) kinds.forEach((kind) => game.waits.add(kind))
  carryOut(game, drawn ? nextMove(game, evenSwarm, dieOf(next.values())) : next)
}
