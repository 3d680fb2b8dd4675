/** What a move comes to: the situation after it, what headgate was told and ordered, and every guarantee that it broke. */
import type { Effect, Event, Violation } from '../../index.js'
import { judgeStep } from '../judge/truth.js'
import type { Reduce, Situation } from '../model.js'
import type { World } from '../world/world.js'
import type { Budget } from '../world/budget.js'

export interface Taken {
  readonly next: Situation
  /** What headgate was told by this move, in order. */
  readonly told: ReadonlyArray<Event>
  readonly ordered: ReadonlyArray<Effect>
  readonly broken: ReadonlyArray<Violation>
}

/** Headgate learns nothing of it. */
export const still = (next: Situation): Taken => ({ next, told: [], ordered: [], broken: [] })

/** Tells headgate a fact. */
export const tell = (reduce: Reduce, { state, world }: Situation, event: Event): Taken => {
  const [after, effects] = reduce(state, event)
  const next = { state: after, world: { ...world, orders: [...world.orders, ...effects] } }
  return { next, told: [event], ordered: effects, broken: judgeStep(state, next, event, effects) }
}

export const spend = (world: World, what: keyof Budget): World => ({
  ...world,
  budget: { ...world.budget, [what]: world.budget[what] - 1 },
})

export const without = <A>(items: ReadonlyArray<A>, index: number): ReadonlyArray<A> =>
  items.filter((_, i) => i !== index)
