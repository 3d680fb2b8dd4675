/** Starts and stops the test runs that the strategy wants, as far as the cap allows. */
import { isSome } from 'fp-ts/lib/Option.js'
import * as M from '../collections/sortedMap.js'
import * as SortedSet from '../collections/sortedSet.js'
import type { PrNumber, Sha } from '../ids.js'
import type { TestRun } from '../model/run.js'
import { isConflict } from '../queue/lists.js'
import { strategyOf } from '../queue/strategy.js'
import type { QueueView, Strategy, WantedRun } from '../queue/view.js'
import { isLanding } from './landings.js'
import { gateRuns, startGateRun, stopRun } from '../work/runs.js'
import { headSha, isListing, type Step, type Work } from '../work/work.js'

const viewOf = (work: Work, head: Sha): QueueView => ({
  head,
  now: work.now,
  // While the outcome of a landing is unknown nobody knows whose turn it is.
  candidates: isSome(work.landing) ? [] : SortedSet.iterate(work.book.candidates),
  untested: SortedSet.iterate(work.book.untested),
  running: gateRuns(work),
  tried: work.tried,
  chains: M.valuesArray(work.chains),
  mayTest: (members) => isSensible(work, head, members),
  lately: work.lately,
  maxTestRuns: work.policy.maxTestRuns,
  pullRequest: (number) => M.get(work.pullRequests, number),
})

/** Its own test on this head runs, or has passed. */
const isUnderTest = (work: Work, head: Sha, number: PrNumber): boolean => {
  const pr = M.get(work.pullRequests, number)
  if (pr === undefined) return false
  if (isSome(pr.run)) return M.get(work.runs, pr.run.value)?.base === head
  return isSome(pr.result) && pr.result.value._tag === 'Passed' && pr.result.value.evidence.base === head
}

/** It errored on this head as often as it may: another test of it alone would teach nothing before the branch moves. */
const isSettled = (work: Work, head: Sha, number: PrNumber): boolean => {
  const place = M.get(work.pullRequests, number)?.place
  return place !== undefined && isSome(place.settledOn) && place.settledOn.value === head
}

/** A strategy may ask for anything; of several together what is open, different and not under test on this head is started. */
const isSensible = (work: Work, head: Sha, members: WantedRun['members']): boolean =>
  members.length === 1
    ? members.every((number) => !isUnderTest(work, head, number) && !isSettled(work, head, number))
    : new Set(members).size === members.length &&
      work.policy.landing === 'fast-forward' &&
      members.every((number) => M.get(work.pullRequests, number)?.place.ready === true) &&
      !hasBeenTried(work, head, members)

/** Under test or passed on this head, or failed there as often as a single one may. */
const hasBeenTried = (work: Work, head: Sha, members: WantedRun['members']): boolean => {
  const isSame = (run: Pick<TestRun, 'base' | 'members'>): boolean =>
    run.base === head &&
    run.members.length === members.length &&
    run.members.every(
      ({ pr, source }, i) => pr === members[i] && M.get(work.pullRequests, pr)?.snapshot.source === source,
    )
  const failures = work.tried.filter((run) => isSame(run))
  return (
    gateRuns(work).some(isSame) ||
    M.valuesArray(work.chains).some(isSame) ||
    failures.some((run) => isConflict(run)) ||
    failures.length > work.policy.retries.failed
  )
}

/**
 * The cap counts unfinished gate runs; the candidate's may be one more. A run that replaces one of the same pull request
 * is no addition.
 */
const start = (work: Work, head: Sha, wanted: WantedRun): Work => {
  const prs = wanted.members.flatMap((number) => M.get(work.pullRequests, number) ?? [])
  const [pr, ...more] = prs
  if (pr === undefined || prs.length < wanted.members.length || !isSensible(work, head, wanted.members))
    return work
  const replaced = more.length === 0 && isSome(pr.run) ? pr.run.value : undefined
  const others = gateRuns(work).filter((run) => run.id !== replaced)
  const cap = work.policy.maxTestRuns + (wanted.mayExceedCap ? 1 : 0)
  return others.length < cap ? startGateRun(work, prs, head, wanted.reason) : work
}

/** With this strategy; undefined: with the policy's. */
export const planTestsWith =
  (own: Strategy | undefined): Step =>
  (work) => {
    const head = headSha(work)
    // While something lands a test would be out of date before it began.
    if (head === undefined || isLanding(work) || isListing(work)) return work
    const wants = (own ?? strategyOf(work.policy))(viewOf(work, head))
    const stopped = wants.stop.reduce((w, id) => stopRun(w, id, 'it is worth nothing any more'), work)
    return wants.start.reduce((w, wanted) => start(w, head, wanted), stopped)
  }
