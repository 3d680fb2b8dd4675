/** Starts the test runs that the strategy wants, as far as the cap allows. */
import { isSome } from 'fp-ts/lib/Option.js'
import * as M from '../collections/sortedMap.js'
import * as Set from '../collections/sortedSet.js'
import type { Sha } from '../ids.js'
import { strategyOf } from '../queue/strategy.js'
import type { QueueView, WantedRun } from '../queue/view.js'
import { isLanding } from './landings.js'
import { gateRuns, startGateRun } from '../work/runs.js'
import { headSha, isListing, type Step, type Work } from '../work/work.js'

const viewOf = (work: Work, head: Sha): QueueView => ({
  head,
  // While the outcome of a landing is unknown nobody knows whose turn it is.
  candidates: isSome(work.landing) ? [] : Set.iterate(work.book.candidates),
  untested: Set.iterate(work.book.untested),
  running: gateRuns(work),
  maxTestRuns: work.policy.maxTestRuns,
  pullRequest: (number) => M.get(work.pullRequests, number),
})

/** The cap counts unfinished gate runs; the candidate's may be one more. A run that replaces one of the same pull request is no addition. */
const start = (work: Work, head: Sha, wanted: WantedRun): Work => {
  const pr = M.get(work.pullRequests, wanted.pr)
  if (pr === undefined) return work
  const others = gateRuns(work).filter((run) => !run.members.some((m) => m.pr === wanted.pr))
  const cap = work.policy.maxTestRuns + (wanted.mayExceedCap ? 1 : 0)
  return others.length < cap ? startGateRun(work, pr, head, wanted.reason) : work
}

export const planTests: Step = (work) => {
  const head = headSha(work)
  // While something lands a test would be out of date before it began.
  if (head === undefined || isLanding(work) || isListing(work)) return work
  return strategyOf(work.policy.strategy)(viewOf(work, head)).reduce(
    (w, wanted) => start(w, head, wanted),
    work,
  )
}
