/** What people told the service to do. */
import { isSome, some } from 'fp-ts/lib/Option.js'
import type { BranchState, Event } from '@headgate/core'
import { line, lineOfSeveral, type Line } from './line.js'
import { flightOf, numbersOf, short } from './words.js'

export const narrateOperator = (before: BranchState, event: Event): ReadonlyArray<Line> => {
  switch (event._tag) {
    case 'ShaAuthorized':
      return [line('operator', `${event.by} authorized ${short(event.sha)}.`)]
    case 'BranchFrozen':
      return [line('operator', `${event.by} froze merges and deploys: ${event.reason}`)]
    case 'BranchUnfrozen':
      return [line('operator', `${event.by} unfroze merges and deploys.`)]
    case 'TestRetried': {
      const which = isSome(event.batchId) ? ` (batch ${event.batchId.value} counts no longer)` : ''
      return [line('operator', `${event.by} asked for another test of #${event.pr}${which}.`, some(event.pr))]
    }
    case 'HeadTestRetried':
      return [line('operator', `${event.by} asked for another test of the head.`)]
    case 'DeployRetried':
      return [line('operator', `${event.by} asked for another deploy of the head.`)]
    case 'PolicyChanged':
      return [line('operator', `The policy was changed by ${event.by}.`)]
    case 'LandingRefused': {
      const effect = flightOf(before, event.answers)?.effect
      if (effect?._tag !== 'LandBranch') return []
      const prs = effect.ticket.members.map((m) => m.pr)
      return [lineOfSeveral('refused', `The forge refused to land ${numbersOf(prs)}: ${event.text}`, prs)]
    }
    default:
      return []
  }
}
