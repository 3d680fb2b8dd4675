/** The core in one function. */
import type { Effect } from './model/effect.js'
import type { Event } from './model/event.js'
import type { BranchState } from './model/state.js'
import { apply } from './apply/apply.js'
import { plan, planWith } from './plan/plan.js'
import type { Strategy } from './queue/view.js'
import { begin, end } from './work/work.js'

/**
 * What is true after `event`, and what is to be done about it. Pure: the same state and event give the same result on
 * any machine, for ever; time and chance are fields of events. Total: it never throws. The order of effects carries no
 * meaning; the host appends the event to its journal first and acts second, and answers each effect with one event.
 *
 * @example
 * const [s1, effects] = reduce(initialState({ repository: 'acme/app', branch: 'main' }, defaultPolicy), {
 *   _tag: 'ServiceStarted',
 *   at: epochMs(1),
 * })
 */
export const reduce = (
  state: BranchState,
  event: Event,
): readonly [state: BranchState, effects: ReadonlyArray<Effect>] =>
  end(plan(apply(begin(state, event.at), event)))

/**
 * The same reducer with a queue strategy of your own instead of the one that the policy names. It can make the queue
 * faster or slower, never unsafe: what it asks for is checked, and landing is decided from evidence alone.
 *
 * @example
 * const reduceMine = reduceWith((view) => ({ start: [], stop: [] }))
 */
export const reduceWith = (strategy: Strategy): typeof reduce => {
  const planned = planWith(strategy)
  return (state, event) => end(planned(apply(begin(state, event.at), event)))
}
