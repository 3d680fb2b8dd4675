/** Starts and stops the test runs that the strategy wants, as far as the cap allows. */
import { isSome, none } from 'fp-ts/lib/Option.js'
import { putPullRequest } from '../work/pullRequests.js'
import * as M from '../collections/sortedMap.js'
import * as Set from '../collections/sortedSet.js'
import type { RunId, Sha } from '../ids.js'
import { strategyOf } from '../queue/strategy.js'
import type { QueueView, Strategy, WantedRun } from '../queue/view.js'
import { isLanding } from './landings.js'
import { abandonRun, gateRuns, startGateRun } from '../work/runs.js'
import { headSha, isListing, type Step, type Work } from '../work/work.js'

const viewOf = (work: Work, head: Sha): QueueView => ({
  head,
  now: work.now,
  // While the outcome of a landing is unknown nobody knows whose turn it is.
  candidates: isSome(work.landing) ? [] : Set.iterate(work.book.candidates),
  untested: Set.iterate(work.book.untested),
  running: gateRuns(work),
  tried: work.tried,
  lately: work.lately,
  maxTestRuns: work.policy.maxTestRuns,
  pullRequest: (number) => M.get(work.pullRequests, number),
})

/** A strategy may ask for anything; of several together what is open, different and not under test on this head is started. */
const isSensible = (work: Work, head: Sha, { members }: WantedRun): boolean =>
  members.length === 1 ||
  (new globalThis.Set(members).size === members.length &&
    work.policy.landing === 'fast-forward' &&
    members.every((number) => M.get(work.pullRequests, number)?.place.candidate === true) &&
    !hasBeenTried(work, head, members))

const hasBeenTried = (work: Work, head: Sha, members: WantedRun['members']): boolean =>
  [...gateRuns(work), ...work.tried].some(
    (run) =>
      run.base === head &&
      run.members.length === members.length &&
      run.members.every(
        ({ pr, source }, i) => pr === members[i] && M.get(work.pullRequests, pr)?.snapshot.source === source,
      ),
  )

/**
 * The cap counts unfinished gate runs; the candidate's may be one more. A run that replaces one of the same pull request
 * is no addition.
 */
const start = (work: Work, head: Sha, wanted: WantedRun): Work => {
  const prs = wanted.members.flatMap((number) => M.get(work.pullRequests, number) ?? [])
  const [pr, ...more] = prs
  if (pr === undefined || prs.length < wanted.members.length || !isSensible(work, head, wanted)) return work
  const replaced = more.length === 0 && isSome(pr.run) ? pr.run.value : undefined
  const others = gateRuns(work).filter((run) => run.id !== replaced)
  const cap = work.policy.maxTestRuns + (wanted.mayExceedCap ? 1 : 0)
  return others.length < cap ? startGateRun(work, prs, head, wanted.reason) : work
}

const stop = (work: Work, id: RunId): Work =>
  (M.get(work.runs, id)?.members ?? []).reduce(
    (w, { pr: number }) => {
      const pr = M.get(w.pullRequests, number)
      return pr !== undefined && isSome(pr.run) && pr.run.value === id
        ? putPullRequest(w, { ...pr, run: none })
        : w
    },
    abandonRun(work, id, 'it is worth nothing any more'),
  )

/** With this strategy; undefined: with the policy's. */
export const planTestsWith =
  (own: Strategy | undefined): Step =>
  (work) => {
    const head = headSha(work)
    // While something lands a test would be out of date before it began.
    if (head === undefined || isLanding(work) || isListing(work)) return work
    const wants = (own ?? strategyOf(work.policy))(viewOf(work, head))
    const stopped = wants.stop.reduce((w, id) => stop(w, id), work)
    return wants.start.reduce((w, wanted) => start(w, head, wanted), stopped)
  }
