/** The first pull request, in merge priority, that holds a ticket lands. */
import { isNone, isSome, some } from 'fp-ts/lib/Option.js'
import { toArray } from '../collections/chain.js'
import * as M from '../collections/sortedMap.js'
import * as Set from '../collections/sortedSet.js'
import type { Sha } from '../ids.js'
import { branchHolds } from '../landing/branchHolds.js'
import { issueTicket } from '../landing/ticket.js'
import type { PriorityKey } from '../model/priority.js'
import { headSha, order, type Step, type Work } from '../work/work.js'

/** Our status on this source is being said, or about to be: its answer is worth waiting for. */
const isBeingSaid = (work: Work, source: Sha): boolean => {
  const flight = M.get(work.inFlight, `PostStatus/${source}`)
  return flight === undefined ? toArray(work.attention).includes(source) : flight.waiting === 'answer'
}

const isUnsaid = (work: Work, key: PriorityKey): boolean => {
  const source = M.get(work.pullRequests, key.number)?.snapshot.source
  const known = source === undefined ? undefined : M.get(work.sources, source)
  const said = known !== undefined && isSome(known.posted) && known.posted.value === 'success'
  return source !== undefined && !said && isBeingSaid(work, source)
}

/** Whose turn it is to land on the head: it holds a ticket, or will when the forge has taken its status. */
const nextToLand = (work: Work): PriorityKey | undefined => {
  const head = headSha(work)
  const ready = head === undefined ? undefined : M.get(work.book.landable, head)
  if (ready === undefined || branchHolds(work).length > 0) return undefined
  for (const key of Set.iterate(ready))
    if (isSome(issueTicket(work, key.number)) || isUnsaid(work, key)) return key
  return undefined
}

/** Something lands, or will in a moment: what the head is now it will not be. */
export const isLanding = (work: Work): boolean =>
  M.get(work.inFlight, 'LandBranch')?.waiting === 'answer' || nextToLand(work) !== undefined

export const planLandings: Step = (work) => {
  const next = nextToLand(work)
  const ticket = next === undefined ? undefined : issueTicket(work, next.number)
  return ticket === undefined || isNone(ticket)
    ? work
    : order({ ...work, landing: some(ticket.value) }, { _tag: 'LandBranch', ticket: ticket.value })
}
