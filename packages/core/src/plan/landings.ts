/** The longest chain that holds a ticket lands, else the first pull request in merge priority that does. */
import { isNone, isSome, some } from 'fp-ts/lib/Option.js'
import { toArray } from '../collections/chain.js'
import * as M from '../collections/sortedMap.js'
import * as Set from '../collections/sortedSet.js'
import type { PrNumber, Sha } from '../ids.js'
import { branchHolds } from '../landing/branchHolds.js'
import { chainFor, chainReportHolds } from '../landing/chains.js'
import { issueTicket } from '../landing/ticket.js'
import { overdueOn } from '../queue/overdue.js'
import { headSha, order, type Step, type Work } from '../work/work.js'

/** Our status on this source is being said, or about to be: its answer is worth waiting for. */
const isBeingSaid = (work: Work, source: Sha): boolean => {
  const flight = M.get(work.inFlight, `PostStatus/${source}`)
  return flight === undefined ? toArray(work.attention).includes(source) : flight.waiting === 'answer'
}

const isUnsaidOn = (work: Work, source: Sha): boolean => {
  const known = M.get(work.sources, source)
  const said = known !== undefined && isSome(known.posted) && known.posted.value === 'success'
  return !said && isBeingSaid(work, source)
}

const isUnsaid = (work: Work, number: PrNumber): boolean => {
  const source = M.get(work.pullRequests, number)?.snapshot.source
  return source !== undefined && isUnsaidOn(work, source)
}

/** It has passed alone on the head, and waits only for the forge to take its status. */
const isUnsaidAlone = (work: Work, head: Sha, number: PrNumber): boolean => {
  const landableOn = M.get(work.pullRequests, number)?.place.landableOn
  return landableOn !== undefined && isSome(landableOn) && landableOn.value === head && isUnsaid(work, number)
}

/** One of a chain's members waits only for the forge to take its status, and so do they all. */
const chainIsUnsaid = (work: Work, number: PrNumber): boolean => {
  const pr = M.get(work.pullRequests, number)
  const chain = pr === undefined ? undefined : chainFor(work, pr)
  return (
    chain !== undefined &&
    chainReportHolds(work, chain).every((h) => h._tag === 'StatusNotPosted' && isUnsaidOn(work, h.source))
  )
}

/** The last of the longest chain that lands on the head, or will when the forge has taken its statuses. */
const nextChain = (work: Work): PrNumber | undefined => {
  const chains = [...M.valuesArray(work.chains)].sort((a, b) => b.members.length - a.members.length)
  return chains
    .flatMap(({ members }) => members.slice(-1).map(({ pr }) => pr))
    .find((number) => isSome(issueTicket(work, number)) || chainIsUnsaid(work, number))
}

/** Whose turn it is to land on the head: it holds a ticket, or will when the forge has taken its status. */
const nextToLand = (work: Work): PrNumber | undefined => {
  const head = headSha(work)
  if (head === undefined || branchHolds(work).length > 0) return undefined
  // Whom others have overtaken often enough they do not overtake once more.
  const overdue = overdueOn(work, head)
  if (overdue !== undefined && (isSome(issueTicket(work, overdue)) || isUnsaidAlone(work, head, overdue)))
    return overdue
  const chained = M.size(work.chains) === 0 ? undefined : nextChain(work)
  const ready = M.get(work.book.landable, head)
  if (chained !== undefined || ready === undefined) return chained
  for (const { number } of Set.iterate(ready))
    if (isSome(issueTicket(work, number)) || isUnsaid(work, number)) return number
  return undefined
}

/** Something lands, or will in a moment: what the head is now it will not be. */
export const isLanding = (work: Work): boolean =>
  M.get(work.inFlight, 'LandBranch')?.waiting === 'answer' || nextToLand(work) !== undefined

export const planLandings: Step = (work) => {
  const next = nextToLand(work)
  const ticket = next === undefined ? undefined : issueTicket(work, next)
  return ticket === undefined || isNone(ticket)
    ? work
    : order({ ...work, landing: some(ticket.value) }, { _tag: 'LandBranch', ticket: ticket.value })
}
