/** What a host does with orders: carries them out, fails to, loses answers. */
import type { Effect, Event } from '@headgate/core'
import { feed, type Game } from './game.js'
import { kindOf, orderName } from './orders.js'
import { failed, perform, performLagging, refused } from './perform.js'
import type { Outcome } from './phrases.js'

/** Takes an order off the list. A repeat of it (same id) stays. */
const take = (game: Game, effect: Effect): void => {
  game.out.splice(game.out.indexOf(effect), 1)
}

const bound = 10_000

/** Carries out what need not wait, until nothing is left. Time stands still. */
export const carryOutAll = (game: Game): void => {
  for (let n = 0; n < bound; n++) {
    const effect = game.out.find((order) => !game.waits.has(kindOf(order)))
    if (effect === undefined) return
    take(game, effect)
    feed(game, perform(game.world, effect))
  }
  throw new Error(`Liveness: orders without end\n${game.trace.join('\n')}`)
}

const lagSeconds = 60

/** A replica may lag behind a landing for as long as the policy grants the forge. */
const lagging = (game: Game, effect: Effect) => {
  const { lagging: picture, now } = game.world
  const isForgeRead =
    effect._tag === 'ReadBranch' || effect._tag === 'ReadHead' || effect._tag === 'ReadPullRequest'
  return isForgeRead && picture !== null && now < picture.at + lagSeconds * 1000
    ? performLagging(game.world, picture, effect)
    : undefined
}

/** What comes back, in order; undefined for an outcome that this order can't have now. */
const answersOf = (game: Game, effect: Effect, outcome: Outcome): ReadonlyArray<Event> | undefined => {
  const { world } = game
  switch (outcome) {
    case 'is carried out':
      return [perform(world, effect)]
    case 'is carried out, answered twice': {
      const event = perform(world, effect)
      return [event, event]
    }
    case 'is carried out, its answer is late':
      game.late.push({ effect, event: perform(world, effect) })
      return []
    case 'is carried out, its answer is lost':
      perform(world, effect)
      return []
    case 'is carried out, its outcome is unknown':
      perform(world, effect)
      return [failed(world, effect, 'unknown')]
    case 'is lost':
      return []
    case 'is lost, its outcome is unknown':
      return [failed(world, effect, 'unknown')]
    case 'fails for now':
      return [failed(world, effect, 'transient')]
    case 'fails for ever':
      return [failed(world, effect, 'permanent')]
    case 'is refused': {
      const event = refused(world, effect)
      return event && [event]
    }
    case 'shows an old picture': {
      const event = lagging(game, effect)
      return event && [event]
    }
  }
}

/** The oldest order of this name has this outcome. */
export const answer = (game: Game, name: string, outcome: Outcome): string | undefined => {
  const effect = game.out.find((order) => orderName(game.owners, order) === name)
  if (effect === undefined) return `${name} is not ordered`
  const events = answersOf(game, effect, outcome)
  if (events === undefined) return `${name} can't end so now`
  take(game, effect)
  events.forEach((event) => feed(game, event))
  return undefined
}

export const arrive = (game: Game, name: string): string | undefined => {
  const at = game.late.findIndex(({ effect }) => orderName(game.owners, effect) === name)
  const [late] = at < 0 ? [] : game.late.splice(at, 1)
  if (late === undefined) return `no answer to ${name} is on its way`
  feed(game, late.event)
  return undefined
}
