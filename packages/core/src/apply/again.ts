/** An order that did not happen is given again, if it may still happen: people may have decided otherwise meanwhile. */
import { isSome } from 'fp-ts/lib/Option.js'
import * as M from '../collections/sortedMap.js'
import type { EffectOf } from '../model/effect.js'
import { landAgain } from '../work/landing.js'
import { finishRun } from '../work/results.js'
import { markStale, orderAgain, retryLater, settle, subjectOf, type Work } from '../work/work.js'
import { mayRun } from './tests.js'

/** The pause before the order is over. */
export const giveAgain = (work: Work, subject: string): Work => {
  const effect = M.get(work.inFlight, subject)?.effect
  switch (effect?._tag) {
    case 'LandBranch':
      return landAgain(work, effect.ticket)
    case 'SubmitTestBatch':
      return submitAgain(work, effect)
    case 'SubmitDeployBatch':
      // It may have been submitted, so it is kept in mind; it is not submitted while frozen.
      return isSome(work.frozen) ? retryLater(work, subject) : orderAgain(work, subject)
    default:
      return orderAgain(work, subject)
  }
}

/** Code that may not run any more, or that nobody waits for, is not submitted; a listing shows whether it had been. */
const submitAgain = (work: Work, effect: EffectOf<'SubmitTestBatch'>): Work => {
  const run = M.get(work.runs, effect.run)
  if (run !== undefined && !run.abandoned && mayRun(work, run)) return orderAgain(work, subjectOf(effect))
  const settled = markStale(settle(work, subjectOf(effect)), { batches: true })
  return run === undefined ? settled : finishRun(settled, run, undefined)
}
