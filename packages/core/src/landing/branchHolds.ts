/** What holds the whole branch back from landing, and from deploying, anything now. */
import { isNone, isSome, none, some } from 'fp-ts/lib/Option.js'
import * as M from '../collections/sortedMap.js'
import type { BranchState, Head } from '../model/state.js'
import type { Hold } from './hold.js'

/** The head has had its deploy, however that ended. */
const headHadItsDeploy = ({ deploy, head }: BranchState): boolean =>
  isSome(deploy.last) && isSome(head) && deploy.last.value.sha === head.value.sha

/** The verified head waits to be deployed (and nothing else stands in the way of that). */
export const deployIsDue = (state: BranchState): boolean =>
  state.policy.deployable &&
  isNone(state.frozen) &&
  isNone(state.deploy.current) &&
  isSome(state.head) &&
  state.head.value.standing._tag === 'Verified' &&
  !headHadItsDeploy(state)

const headHolds = ({ head }: BranchState): ReadonlyArray<Hold> =>
  isNone(head)
    ? [{ _tag: 'HeadUnknown' }]
    : head.value.doubted
      ? [{ _tag: 'HeadDoubted', believed: head.value.sha }]
      : []

/**
 * What was seen before, approvals too, may have changed while nobody looked, after a restart for one; and what is being
 * listed may change whose turn it is. Where listing fails, landing goes on.
 */
const readingHolds = ({ head, inFlight }: BranchState): ReadonlyArray<Hold> => [
  ...(isSome(head) && M.has(inFlight, 'ReadBranch') ? [{ _tag: 'BranchUnread' } as const] : []),
  ...(M.get(inFlight, 'ReadBatches')?.waiting === 'answer' ? [{ _tag: 'BatchesUnlisted' } as const] : []),
]

const frozenHolds = ({ frozen }: BranchState): ReadonlyArray<Hold> =>
  isSome(frozen) ? [{ _tag: 'Frozen', ...frozen.value }] : []

const runningDeployHolds = ({ deploy: { current } }: BranchState): ReadonlyArray<Hold> => {
  if (isNone(current)) return []
  const { sha, run, batchId, startedAt } = current.value
  return [{ _tag: 'DeployInFlight', sha, run, batchId, startedAt }]
}

const failedDeployHolds = ({ deploy: { last } }: BranchState): ReadonlyArray<Hold> => {
  if (isNone(last) || last.value.outcome === 'success') return []
  const { sha, batchId, outcome, text } = last.value
  return [{ _tag: 'DeployFailed', sha, batchId, outcome, text }]
}

const deployHolds = (state: BranchState): ReadonlyArray<Hold> => {
  const { policy, head, deploy } = state
  if (isSome(deploy.current)) return runningDeployHolds(state)
  if (deployIsDue(state) && isSome(head)) return [{ _tag: 'DeployDue', sha: head.value.sha }]
  return policy.deployable && policy.onDeployFailure === 'hold' ? failedDeployHolds(state) : []
}

const runningLandingHolds = ({ landing }: BranchState): ReadonlyArray<Hold> => {
  if (isNone(landing)) return []
  const { members, base, run, batchId } = landing.value
  return [{ _tag: 'LandingInFlight', members, base, run, batchId }]
}

/** What holds every pull request of the branch back from landing. */
export const branchHolds = (state: BranchState): ReadonlyArray<Hold> => [
  ...headHolds(state),
  ...readingHolds(state),
  ...(state.policy.mergeable ? [] : [{ _tag: 'NotMergeableBranch' } as const]),
  ...frozenHolds(state),
  ...deployHolds(state),
  ...runningLandingHolds(state),
]

const provenHolds = (state: BranchState, { sha, standing }: Head): ReadonlyArray<Hold> => {
  switch (standing._tag) {
    case 'Verified':
      return []
    case 'Inspecting':
      return [
        {
          _tag: 'HeadInspecting',
          head: sha,
          base: standing.ticket.base,
          batchId: standing.ticket.batchId,
        },
      ]
    case 'Unverified': {
      const run = M.valuesArray(state.runs).find((r) => r.purpose === 'head' && !r.abandoned)
      return [
        {
          _tag: 'HeadUnverified',
          head: sha,
          why: standing.why,
          run: run === undefined ? none : some(run.id),
        },
      ]
    }
    case 'Broken':
      return [{ _tag: 'HeadBroken', head: sha, batchId: standing.batchId, text: standing.text }]
  }
}

/** Until a listing that is out has come nobody knows whether a deploy of an earlier life still runs. */
const unlistedHolds = (state: BranchState): ReadonlyArray<Hold> =>
  deployIsDue(state) && (!state.listed || M.has(state.inFlight, 'ReadBatches'))
    ? [{ _tag: 'BatchesUnlisted' }]
    : []

/** Nothing is left to deploy. */
const headIsDeployed = (state: BranchState): boolean =>
  headHadItsDeploy(state) &&
  isNone(state.deploy.current) &&
  isSome(state.deploy.last) &&
  state.deploy.last.value.outcome === 'success'

/**
 * What holds the head back from being deployed. Law: empty exactly when its deploy succeeded or `plan` would start it
 * now.
 */
export const deployingHolds = (state: BranchState): ReadonlyArray<Hold> => {
  const { head, policy } = state
  if (headIsDeployed(state)) return []
  if (!policy.deployable) return [{ _tag: 'NotDeployableBranch' }]
  return [
    ...(isNone(head) ? [{ _tag: 'HeadUnknown' } as const] : provenHolds(state, head.value)),
    ...frozenHolds(state),
    ...runningDeployHolds(state),
    ...unlistedHolds(state),
    ...(headHadItsDeploy(state) ? failedDeployHolds(state) : []),
    ...runningLandingHolds(state),
  ]
}
