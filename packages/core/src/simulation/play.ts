/**
 * One game: a strategy in a world. The real reducer is told what happens, and what it orders is done at once; nothing
 * that it decides is decided here.
 */
/* eslint-disable functional/no-let, functional/immutable-data -- the loop of one game; its state is its own */
import { isSome } from 'fp-ts/lib/Option.js'
import { initialState, nextWakeAt, type BranchState, type Effect, type Event } from '../index.js'
import { policyFor } from './assumptions.js'
import type { Contender } from './contenders/contender.js'
import type { Fate } from './fate.js'
import type { Result } from './result.js'
import { answerOf } from './world/answer.js'
import { performFaulty } from './world/faults.js'
import { happenAll } from './world/happen.js'
import { clock, newWorld, sinceStart, type World } from './world/world.js'

/** One step of the reducer, for whoever wants to look. */
export interface Step {
  readonly before: BranchState
  readonly event: Event
  readonly after: BranchState
  readonly effects: ReadonlyArray<Effect>
}

export interface Progress {
  /** Pull requests that have landed or were given back. */
  readonly settled: number
  readonly size: number
}

export interface PlayOptions {
  /** Is shown every step. */
  readonly watch?: (step: Step) => void
}

/** How many events one instant may bring before the game counts as endless. */
const EVENTS_AT_ONCE = 100_000
/** How many runs there may be per pull request, in the mean. */
const RUNS_EACH = 60
/** How often headgate may look in vain when nothing is under way and something is left. */
const LOOKS_IN_VAIN = 10
/** How many instants there are between two reports of progress. */
const STRIDE = 200

interface Game {
  readonly world: World
  /** Tells it an event, and all that comes of it, until nothing is on its way. */
  readonly tell: (event: Event | undefined, now: number) => void
  readonly wakeAt: () => number
  readonly events: () => number
  readonly endless: () => boolean
}

const begin = ({ policy, reduce }: Contender, fate: Fate, { watch }: PlayOptions): Game => {
  const world = newWorld(fate)
  const orders: Effect[] = []
  let state = initialState(
    { repository: 'laboratory/app', branch: 'main' },
    policyFor(fate.assumptions, policy),
  )
  let events = 0
  let endless = false

  const step = (event: Event): void => {
    const before = state
    const [after, effects] = reduce(before, event)
    state = after
    events += 1
    orders.push(...effects)
    watch?.({ before, event, after, effects })
  }
  const tell = (first: Event | undefined, now: number): void => {
    const until = events + EVENTS_AT_ONCE
    if (first !== undefined) step(first)
    // Hints before answers: what happened at one instant is known to have happened before anything is seen of it.
    for (; (orders.length > 0 || world.hints.length > 0) && !endless; endless = events > until) {
      world.hints.splice(0).forEach(step)
      for (const order of orders.splice(0))
        step(answerOf(performFaulty(world, state, order, now), order.id, clock(now)))
    }
  }
  return {
    world,
    tell,
    wakeAt: () => {
      const wake = nextWakeAt(state)
      return isSome(wake) ? sinceStart(wake.value) : Infinity
    },
    events: () => events,
    endless: () => endless || world.engine.used().submitted > (fate.size + 100) * RUNS_EACH,
  }
}

const settledIn = ({ forge: { ends } }: World): number =>
  Object.keys(ends.landed).length + Object.keys(ends.ejected).length

const resultOf = ({ world, events, endless }: Game): Result => {
  const { fate, forge, engine, book } = world
  const { runs, ms } = engine.used()
  return {
    arrivals: fate.arrivals,
    landed: fate.arrivals.map((_, pr) => forge.ends.landed[pr]),
    ejected: fate.arrivals.map((_, pr) => forge.ends.ejected[pr]),
    innocents: book.innocents,
    runs,
    useful: book.useful.size,
    engineMs: ms,
    wrongs: book.wrongs,
    cut: endless(),
    events: events(),
  }
}

/**
 * Plays a fate to its end: until everything has landed or was given back, or nothing more happens. The same contender
 * and fate give the same result. Yields progress from time to time.
 *
 * @example
 * const game = play(contenders.serial, fateOf(trace, defaultAssumptions, 1))
 * for (let step = game.next(); step.done !== true; step = game.next()) show(step.value)
 */
export function* play(
  contender: Contender,
  fate: Fate,
  options: PlayOptions = {},
): Generator<Progress, Result> {
  const game = begin(contender, fate, options)
  const { world } = game
  const news = (): number => settledIn(world) + world.engine.used().submitted
  let looked = 0
  let last = -1
  game.tell({ _tag: 'ServiceStarted', at: clock(0) }, 0)
  for (let instant = 1; !game.endless(); instant += 1) {
    const next = world.agenda.next()
    if (next === undefined && (world.forge.open.size === 0 || looked >= LOOKS_IN_VAIN)) break
    const wake = Math.max(game.wakeAt(), last + 1)
    if (next !== undefined && next < wake) {
      last = next
      happenAll(world, world.agenda.take())
      game.tell(undefined, next)
      looked = 0
    } else {
      const before = news()
      last = wake
      game.tell({ _tag: 'TimeAdvanced', at: clock(wake) }, wake)
      looked = news() === before ? looked + 1 : 0
    }
    if (instant % STRIDE === 0) yield { settled: settledIn(world), size: fate.size }
  }
  return resultOf(game)
}

/** Plays to the end without a pause. */
export const playOut = (contender: Contender, fate: Fate, options: PlayOptions = {}): Result => {
  const game = play(contender, fate, options)
  for (;;) {
    const step = game.next()
    if (step.done === true) return step.value
  }
}
