/** What holds the whole branch back from landing anything now. */
import { isNone, isSome } from 'fp-ts/lib/Option.js'
import type { BranchState } from '../model/state.js'
import { hold, type Hold } from './hold.js'
import { short } from './pullRequestHolds.js'

/** The verified head waits to be deployed (and nothing else stands in the way of that). */
export const deployIsDue = (state: BranchState): boolean =>
  state.policy.deployable &&
  isNone(state.frozen) &&
  isNone(state.deploy.current) &&
  isSome(state.head) &&
  state.head.value.standing._tag === 'Verified' &&
  !(isSome(state.deploy.last) && state.deploy.last.value.sha === state.head.value.sha)

const deployHolds = (state: BranchState): ReadonlyArray<Hold> => {
  const { current, last } = state.deploy
  if (isSome(current)) {
    const text = `The deploy of ${short(current.value.sha)} is under way.`
    return [hold('DeployInFlight', text, 'headgate', 'BatchObserved')]
  }
  if (deployIsDue(state))
    return [hold('DeployDue', 'The head is about to be deployed.', 'headgate', 'DeployBatchSubmitted')]
  const held =
    state.policy.deployable &&
    state.policy.onDeployFailure === 'hold' &&
    isSome(last) &&
    last.value.outcome !== 'success'
  return held
    ? [
        hold(
          'DeployFailed',
          `The deploy of ${short(last.value.sha)} failed and the policy is to hold.`,
          'operator',
          'DeployRetried',
        ),
      ]
    : []
}

const headHolds = (state: BranchState): ReadonlyArray<Hold> => {
  if (isNone(state.head))
    return [hold('HeadUnknown', 'The branch has not been read yet.', 'forge', 'BranchObserved')]
  return state.head.value.doubted
    ? [
        hold(
          'HeadUnknown',
          'The forge says that the branch has moved; it is being read.',
          'forge',
          'HeadObserved',
        ),
      ]
    : []
}

export const branchHolds = (state: BranchState): ReadonlyArray<Hold> => [
  ...headHolds(state),
  ...(state.policy.mergeable
    ? []
    : [
        hold(
          'NotMergeableBranch',
          'This service may not merge into the branch.',
          'operator',
          'PolicyChanged',
        ),
      ]),
  ...(isSome(state.frozen)
    ? [
        hold(
          'Frozen',
          `Merges and deploys are frozen by ${state.frozen.value.by}: ${state.frozen.value.reason}`,
          'operator',
          'BranchUnfrozen',
        ),
      ]
    : []),
  ...deployHolds(state),
  ...(isSome(state.landing)
    ? [
        hold(
          'LandingInFlight',
          `Pull request ${state.landing.value.members.map((m) => `#${m.pr}`).join(', ')} is landing.`,
          'forge',
          'BranchLanded',
        ),
      ]
    : []),
]
