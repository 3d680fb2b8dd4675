/** The first pull request, in merge priority, that holds a ticket lands. */
import { isNone, some } from 'fp-ts/lib/Option.js'
import * as M from '../collections/sortedMap.js'
import * as Set from '../collections/sortedSet.js'
import { issueTicket } from '../landing/ticket.js'
import { headSha, order, type Step } from '../work/work.js'

export const planLandings: Step = (work) => {
  const head = headSha(work)
  const ready = head === undefined ? undefined : M.get(work.book.landable, head)
  const next = ready === undefined ? undefined : Set.first(ready)
  if (next === undefined) return work
  const ticket = issueTicket(work, next.number)
  return isNone(ticket)
    ? work
    : order({ ...work, landing: some(ticket.value) }, { _tag: 'LandBranch', ticket: ticket.value })
}
