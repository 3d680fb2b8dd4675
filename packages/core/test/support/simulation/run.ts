/** Random games: played, recorded as commands, judged at every step. */
import { carryOut } from './carryOut.js'
import { Broken, setUp, type Game, type GameOptions } from './game.js'
import { dieOf, nextMove, opening } from './moves.js'
import type { Command } from './phrases.js'
import { shrink } from './shrink.js'
import type { Swarm } from './swarm.js'

export interface Played {
  readonly game: Game
  /** What was carried out, in order. */
  readonly commands: ReadonlyArray<Command>
  readonly broken: Broken | undefined
}

/** Carries out commands as they come; what can't be carried out is left out. Ends at the first broken guarantee. */
const play = (game: Game, next: (done: number) => Command | undefined): Played => {
  const commands: Array<Command> = []
  try {
    for (let n = 0; ; n++) {
      const command = next(n)
      if (command === undefined) return { game, commands, broken: undefined }
      commands.push(command)
      if (carryOut(game, command) !== undefined) commands.pop()
    }
  } catch (error) {
    if (!(error instanceof Broken)) throw error
    return { game, commands, broken: error }
  }
}

/** Plays these commands. */
export const playCommands = (commands: ReadonlyArray<Command>, options: GameOptions = {}): Played =>
  play(setUp(options), (n) => commands[n])

/** Plays a game that is drawn as it goes, then the commands of `ending`. */
export const playSwarm = (
  swarm: Swarm,
  options: GameOptions = {},
  ending: ReadonlyArray<Command> = [],
): Played => {
  const game = setUp(options)
  const die = dieOf(swarm.dice)
  const first = opening(swarm)
  const whole = first.length + swarm.commands
  return play(game, (n) => {
    if (n < first.length) return first[n]
    return n < whole ? nextMove(game, swarm, die) : ending[n - whole]
  })
}

/** The shortest game that this one shrinks to and that breaks one of the same guarantees. */
export const shrinkPlayed = (played: Played, options: GameOptions = {}): Played => {
  const guarantees = (broken: Broken | undefined) => broken?.violations.map((v) => v.guarantee) ?? []
  const wanted = guarantees(played.broken)
  const fails = (commands: ReadonlyArray<Command>): boolean =>
    guarantees(playCommands(commands, options).broken).some((guarantee) => wanted.includes(guarantee))
  return playCommands(shrink(played.commands, fails), options)
}
