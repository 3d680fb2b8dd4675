/** Time passes: the host rings when it was asked to, or sleeps through it and rings late. */
import { isSome } from 'fp-ts/lib/Option.js'
import { epochMs, nextWakeAt } from '@headgate/core'
import { feed, type Game } from './game.js'
import { carryOutAll } from './host.js'

/** A host gives up an order that it could not carry out while somebody waits for its answer; the core gives it again. */
const giveUp = (game: Game): void => {
  const patience = game.state.policy.durations.answerSeconds * 1000
  game.out = game.out.filter((effect) => game.world.now < (game.given.get(effect.id) ?? 0) + patience)
}

const ring = (game: Game, at: number): void => {
  game.world.now = Math.max(game.world.now, at)
  giveUp(game)
  feed(game, { _tag: 'TimeAdvanced', at: epochMs(game.world.now) })
  carryOutAll(game)
}

const bound = 10_000

/** Rings at every alarm on the way, and at the end. */
export const pass = (game: Game, seconds: number): undefined => {
  const end = game.world.now + seconds * 1000
  for (let n = 0; n < bound; n++) {
    const wake = nextWakeAt(game.state)
    if (!isSome(wake) || wake.value >= end) break
    ring(game, Math.max(wake.value, game.world.now + 1))
  }
  ring(game, end)
}

/** Sleeps through every alarm: rings are late, which is safe, but slow. */
export const passAtOnce = (game: Game, seconds: number): undefined => {
  ring(game, game.world.now + seconds * 1000)
}
