/** Why something has not happened yet: total, pure, and with the same conditions that decide. */
import { fromNullable, isSome, none, some, type Option } from 'fp-ts/lib/Option.js'
import * as M from '../collections/sortedMap.js'
import type { PrNumber } from '../ids.js'
import { branchHolds, deployingHolds } from '../landing/branchHolds.js'
import { clearing } from '../landing/clearing.js'
import type { Hold } from '../landing/hold.js'
import { sentenceOf } from '../landing/sentence.js'
import { landingHolds } from '../landing/ticket.js'
import type { BranchState, PullRequest } from '../model/state.js'
import { queueOf } from '../ask.js'
import { firstInQueue } from '../queue/order.js'
import { gateRuns, headRun } from '../work/runs.js'
import type { Wait } from './awaited.js'
import type { BranchExplanation, Explanation, Reason } from './explanation.js'
import { branchHoldWait, holdWait, nextWait } from './holdWait.js'
import { deployWait, landingWait, pollWait, runWait } from './waits.js'

const reason = (hold: Hold, wait: Wait): Reason => ({
  code: hold._tag,
  text: sentenceOf(hold),
  evidence: hold,
  clearedBy: clearing[hold._tag].by,
  clearedWhen: clearing[hold._tag].when,
  wait,
})

const reasonsOf = (state: BranchState, pr: PullRequest): ReadonlyArray<Reason> =>
  landingHolds(state, pr).map((hold) => reason(hold, holdWait(state, pr, hold)))

/**
 * Each condition that holds the open pull request back, its own first. Law: empty exactly when a landing ticket would
 * be issued for it. A number that is not open here has no holds to name: none.
 */
export const explain = (state: BranchState, number: PrNumber): ReadonlyArray<Reason> => {
  const pr = M.get(state.pullRequests, number)
  return pr === undefined ? [] : reasonsOf(state, pr)
}

/** What happens next to the open pull request, and until when. */
export const nextFor = (state: BranchState, number: PrNumber): Option<Wait> => {
  const pr = M.get(state.pullRequests, number)
  return pr === undefined ? none : some(nextWait(state, pr))
}

/** The pull requests that go before this one in the queue, first first. */
export const aheadOf = (state: BranchState, number: PrNumber): ReadonlyArray<PrNumber> => {
  const queue = queueOf(state)
  return queue.slice(0, Math.max(0, queue.indexOf(number)))
}

/**
 * Why the open pull request has not landed, its place in the queue, who is ahead, and what happens next; none for a
 * number that is not open here.
 *
 * @example
 * const why = explainPullRequest(state, prNumber(7))
 * // Some: holds[0].text 'It passed on 1a2b3c4; the head is …', position Some(2), ahead [3], next.text '#3 goes first.'
 */
export const explainPullRequest = (state: BranchState, number: PrNumber): Option<Explanation> => {
  const pr = M.get(state.pullRequests, number)
  if (pr === undefined) return none
  const queue = queueOf(state)
  const at = queue.indexOf(number)
  return some({
    pr: number,
    holds: reasonsOf(state, pr),
    position: at < 0 ? none : some(at + 1),
    ahead: queue.slice(0, Math.max(0, at)),
    next: nextWait(state, pr),
  })
}

/** The pull request whose turn it is. */
export const mergeCandidate = (state: BranchState): PrNumber | undefined =>
  isSome(state.head) ? firstInQueue(state)?.number : undefined

/** What is under way for the whole branch: at most one landing, one deploy, one test of the head. */
const branchWaits = (state: BranchState): ReadonlyArray<Wait> => {
  const head = headRun(state)
  return [
    ...(isSome(state.landing) ? [landingWait(state)] : []),
    ...(isSome(state.deploy.current) ? [deployWait(state)] : []),
    ...(head === undefined ? [] : [runWait(state, head)]),
  ]
}

const nextOfBranch = (state: BranchState): Wait => {
  const [first] = branchWaits(state)
  const candidate = mergeCandidate(state)
  const pr = candidate === undefined ? undefined : M.get(state.pullRequests, candidate)
  const [run] = gateRuns(state)
  return (
    first ??
    (pr !== undefined ? nextWait(state, pr) : run === undefined ? pollWait(state) : runWait(state, run))
  )
}

/** What holds the branch back from landing and from deploying, what is under way, the queue, and what happens next. */
export const explainBranch = (state: BranchState): BranchExplanation => ({
  landing: branchHolds(state).map((hold) => reason(hold, branchHoldWait(state, hold))),
  deploying: deployingHolds(state).map((hold) => reason(hold, branchHoldWait(state, hold))),
  underWay: [...branchWaits(state), ...gateRuns(state).map((run) => runWait(state, run))],
  candidate: fromNullable(mergeCandidate(state)),
  queue: queueOf(state),
  next: nextOfBranch(state),
})
