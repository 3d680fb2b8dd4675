/** What reads of GitHub brought. */
import { isNone, isSome } from 'fp-ts/lib/Option.js'
import * as M from '../collections/sortedMap.js'
import * as SortedSet from '../collections/sortedSet.js'
import type { PrNumber, Sha } from '../ids.js'
import type { EventOf, PullRequestFate } from '../model/event.js'
import type { InFlight } from '../model/state.js'
import { landed, landingLost, landingNotSeen } from '../work/landing.js'
import { askFates, askNewFates, learnFate } from '../work/fates.js'
import { forgetGone, observeGone, observeHead, observePullRequest } from '../work/observe.js'
import { replace } from '../work/pullRequests.js'
import { markStale, type Work } from '../work/work.js'

/** A landing whose outcome is unknown, if this read was asked since. */
const uncertain = (work: Work, seq: number) => {
  const flight = M.get(work.inFlight, 'LandBranch')
  return flight?.waiting === 'look' && seq >= flight.seq && isSome(work.landing)
    ? work.landing.value
    : undefined
}

/** Folds in the head; it may settle what became of a landing, asked or unanswered. */
const seeHead = (work: Work, sha: Sha, seq: number): Work => {
  if (isSome(work.landing)) {
    const ticket = work.landing.value
    if (isSome(ticket.commit) && ticket.commit.value === sha) return landed(work, ticket, sha)
    // Not seen is not undone: somebody may have built on it already. The order, given again, finds that out.
    if (ticket.landing === 'fast-forward' && uncertain(work, seq) !== undefined)
      return landingNotSeen(observeHead(work, sha, seq), ticket)
  }
  return observeHead(work, sha, seq)
}

const sameNames = (a: ReadonlyArray<string>, b: ReadonlyArray<string>): boolean =>
  a.length === b.length && a.every((name, i) => name === b[i])

const observeRequired = (work: Work, names: ReadonlyArray<string>): Work =>
  sameNames(work.requiredChecks, names)
    ? work
    : replace({ ...work, requiredChecks: names }, M.keysArray(work.pullRequests))

export const branchObserved = (work: Work, event: EventOf<'BranchObserved'>, flight: InFlight): Work => {
  const open = new Set(event.pullRequests.map((pr) => pr.number))
  const gone = M.keysArray(work.pullRequests).filter((number) => !open.has(number))
  const ruled = observeRequired(seeHead(work, event.head, flight.seq), event.requiredChecks)
  const seen = event.pullRequests.reduce((w, snapshot) => seeOpen(w, snapshot, flight.seq), ruled)
  const left = gone.reduce((w, number) => observeGone(w, number, flight.seq), seen)
  return askFates(forgetGone(askWhatBecame(left, flight.seq)), M.keysArray(left.book.dependents))
}

/** A forge merge that is still uncertain, so its pull request was not shown as open: only a read of it says whether it was ours. */
const askWhatBecame = (work: Work, seq: number): Work => {
  const ticket = uncertain(work, seq)
  if (ticket?.landing !== 'forge-merge') return work
  return markStale(work, {
    pullRequests: ticket.members.reduce((set, m) => SortedSet.add(set, m.pr), work.stale.pullRequests),
  })
}

/** An uncertain forge merge of a pull request that is still open did not happen so far. */
const seeOpen = (work: Work, snapshot: Parameters<typeof observePullRequest>[1], seq: number): Work => {
  const ticket = uncertain(work, seq)
  const mine = ticket?.landing === 'forge-merge' && ticket.members.some((m) => m.pr === snapshot.number)
  return observePullRequest(mine ? landingNotSeen(work, ticket) : work, snapshot, seq)
}

export const headObserved = (work: Work, event: EventOf<'HeadObserved'>, flight: InFlight): Work =>
  seeHead(work, event.head, flight.seq)

export const pullRequestObserved = (
  work: Work,
  event: EventOf<'PullRequestObserved'>,
  flight: InFlight,
): Work => {
  if (flight.effect._tag !== 'ReadPullRequest') return work
  const { pr } = flight.effect
  return askNewFates(seeFate(work, event.fate, pr, flight), pr)
}

const seeFate = (work: Work, fate: PullRequestFate, pr: PrNumber, flight: InFlight): Work => {
  const ticket = uncertain(work, flight.seq)
  const mine = ticket?.landing === 'forge-merge' && ticket.members.some((m) => m.pr === pr)
  switch (fate._tag) {
    case 'Open':
      return seeOpen(work, fate.snapshot, flight.seq)
    case 'Merged':
      return mine && isSome(fate.commit)
        ? landed(work, ticket, fate.commit.value)
        : learnFate(observeGone(mine ? landingLost(work) : work, pr, flight.seq), pr, 'merged')
    case 'Closed':
      return learnFate(observeGone(mine ? landingLost(work) : work, pr, flight.seq), pr, 'closed')
    case 'Elsewhere':
      return learnFate(observeGone(mine ? landingLost(work) : work, pr, flight.seq), pr, 'elsewhere')
  }
}

/** What the forge merged is what was tested if its parent is the tested base and its tree the tested tree. */
export const commitInspected = (work: Work, event: EventOf<'CommitInspected'>, flight: InFlight): Work => {
  if (flight.effect._tag !== 'InspectCommit' || isNone(work.head)) return work
  const head = work.head.value
  if (head.sha !== flight.effect.commit || head.standing._tag !== 'Inspecting') return work
  const { ticket } = head.standing
  const equal = event.parents[0] === ticket.base && isSome(ticket.tree) && ticket.tree.value === event.tree
  const why = `The forge merged something else than what was tested in batch ${ticket.batchId}.`
  return {
    ...work,
    head: {
      ...work.head,
      value: { ...head, standing: equal ? { _tag: 'Verified', how: 'landed' } : { _tag: 'Unverified', why } },
    },
  }
}
