import type { EffectOf } from '@headgate/core'
import type { Interpreter } from './context.js'
import { fastForward } from './fastForward.js'
import { forgeMerge } from './forgeMerge.js'
import { outcomeEvent } from './landing.js'

/** Lands what the ticket names, in the way the ticket says. */
export const interpretLandBranch: Interpreter<EffectOf<'LandBranch'>> = async (options, effect) => {
  const land = effect.ticket.landing === 'fast-forward' ? fastForward : forgeMerge
  return outcomeEvent(options, effect, await land(options, effect.ticket))
}
