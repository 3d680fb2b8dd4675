/** The one place where the right to land is issued. */
import { isNone, isSome, none, some, type Option } from 'fp-ts/lib/Option.js'
import * as M from '../collections/sortedMap.js'
import type { PrNumber } from '../ids.js'
import type { RunEvidence } from '../model/run.js'
import type { BranchState, PullRequest } from '../model/state.js'
import { stamp, type LandingTicket } from '../model/ticket.js'
import { branchHolds } from './branchHolds.js'
import type { Hold } from './hold.js'
import { chainFor, chainReportHolds } from './chains.js'
import { dependencyHolds } from './dependencies.js'
import { evidenceHolds, reportHolds, standingHolds, testHolds } from './pullRequestHolds.js'

/** On what this pull request would land, and what its tests and the reports about them hold against that. */
interface Way {
  readonly evidence: RunEvidence | undefined
  readonly holds: ReadonlyArray<Hold>
}

/** Who waits for another to land is not tested alone, and so does not wait for a place. */
const ownWay = (state: BranchState, pr: PullRequest): Way => {
  const dependencies = dependencyHolds(state, pr.snapshot)
  const waits = dependencies.length > 0 && isNone(pr.run) && isNone(pr.result)
  return {
    evidence: isSome(pr.result) && pr.result.value._tag === 'Passed' ? pr.result.value.evidence : undefined,
    holds: [
      ...dependencies,
      ...(isSome(state.head) && !waits ? testHolds(state, pr, state.head.value.sha) : []),
      ...evidenceHolds(state, pr),
      ...(hasPassed(pr) ? reportHolds(state, pr) : []),
    ],
  }
}

/** With a chain that passed, rather than alone; unless only alone it can land now. */
const wayOf = (state: BranchState, pr: PullRequest): Way => {
  const chain = chainFor(state, pr)
  if (chain === undefined) return ownWay(state, pr)
  const holds = chainReportHolds(state, chain)
  const own = holds.length === 0 ? undefined : ownWay(state, pr)
  return own !== undefined && own.holds.length === 0 ? own : { evidence: chain, holds }
}

/** Everything about this pull request itself that holds it back from landing on the current head. */
export const pullRequestHolds = (state: BranchState, pr: PullRequest): ReadonlyArray<Hold> => [
  ...standingHolds(state, pr.snapshot),
  ...wayOf(state, pr).holds,
]

/** Before its test has passed there is nothing to report, and the holds about the test say so. */
const hasPassed = (pr: PullRequest): boolean =>
  isNone(pr.run) && isSome(pr.result) && pr.result.value._tag === 'Passed'

/** All that holds this pull request back, its own holds first. Empty exactly when `issueTicket` gives a ticket. */
export const landingHolds = (state: BranchState, pr: PullRequest): ReadonlyArray<Hold> => [
  ...pullRequestHolds(state, pr),
  ...branchHolds(state),
]

/**
 * The right to land pull request `number` on the current head, if every condition holds on recorded evidence:
 * passed on exactly this base with exactly this source, approved, required checks green, authorized, all that it depends on
 * in the head or before it in the chain, not frozen, no deploy in the way, no other landing under way.
 */
export const issueTicket = (state: BranchState, number: PrNumber): Option<LandingTicket> => {
  const pr = M.get(state.pullRequests, number)
  const evidence = pr === undefined ? undefined : wayOf(state, pr).evidence
  if (pr === undefined || evidence === undefined || isNone(state.head)) return none
  if (landingHolds(state, pr).length > 0) return none
  return some(
    stamp({
      landing: state.policy.landing,
      method: state.policy.mergeMethod,
      base: state.head.value.sha,
      commit: evidence.commit,
      tree: evidence.tree,
      members: evidence.members,
      run: evidence.run,
      batchId: evidence.batchId,
      title: pr.snapshot.title,
    }),
  )
}
