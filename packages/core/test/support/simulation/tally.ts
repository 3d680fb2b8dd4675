/** What random games have reached. A generator that reaches nothing proves nothing. */
import { isSome } from 'fp-ts/lib/Option.js'
import { explain, explainBranch, SortedMap, type Member } from '@headgate/core'
import type { Step } from './game.js'

export type Tally = Map<string, number>

const count = (tally: Tally, what: string): void => {
  tally.set(what, (tally.get(what) ?? 0) + 1)
}

/** Why each pull request waits is asked at every n-th step only: it costs more than the step. */
const stride = 4

const countHolds = (tally: Tally, { after }: Step): void => {
  for (const number of SortedMap.keysArray(after.pullRequests))
    for (const { code } of explain(after, number)) count(tally, `hold ${code}`)
  const { landing, deploying } = explainBranch(after)
  for (const { code } of [...landing, ...deploying]) count(tally, `hold ${code}`)
  for (const { result } of SortedMap.valuesArray(after.pullRequests))
    if (isSome(result)) count(tally, `result ${result.value._tag}`)
}

/** One of these depends on another of these. */
const isStack = ({ after }: Step, members: ReadonlyArray<Member>): boolean =>
  members.some(({ pr }) =>
    SortedMap.get(after.pullRequests, pr)?.snapshot.dependsOn.some((n) => members.some((m) => m.pr === n)),
  )

export const record = (tally: Tally, step: Step): void => {
  const { event, effects, after } = step
  count(tally, `event ${event._tag}`)
  for (const effect of effects) count(tally, `effect ${effect._tag}`)
  if (event._tag === 'EffectFailed') count(tally, `failure ${event.failure.kind}`)
  if (event._tag === 'LandingRefused') count(tally, `refusal ${event.code}`)
  if (event._tag === 'PullRequestObserved') count(tally, `fate ${event.fate._tag}`)
  for (const effect of effects)
    if (effect._tag === 'LandBranch' && isStack(step, effect.ticket.members))
      count(tally, 'landing of a stack')
  if (isSome(after.head)) count(tally, `head ${after.head.value.standing._tag}`)
  if (after.seq % stride === 0 || event._tag === 'LandingRefused') countHolds(tally, step)
}

/** What every run of the property tests must reach. */
export const mustReach: ReadonlyArray<string> = [
  'hold DependencyOpen',
  'hold DependencyClosed',
  'hold DependencyUnread',
  'hold DependencyCycle',
  'landing of a stack',
  ...[
    'ReadBranch',
    'ReadHead',
    'ReadPullRequest',
    'PrepareCommit',
    'DeletePreparedCommit',
    'SubmitTestBatch',
    'ReadBatch',
    'ReadBatches',
    'CancelBatch',
    'PostStatus',
    'LandBranch',
    'InspectCommit',
    'SubmitDeployBatch',
    'AnnounceDeployFailure',
  ].map((tag) => `effect ${tag}`),
  ...[
    'ServiceStarted',
    'TimeAdvanced',
    'GithubHinted',
    'BatchHinted',
    'PreparationFailed',
    'TestBatchRejected',
    'DeployBatchRejected',
    'LandingRefused',
    'BranchLanded',
    'CommitInspected',
    'EffectFailed',
    'ShaAuthorized',
    'BranchFrozen',
    'BranchUnfrozen',
    'TestRetried',
    'HeadTestRetried',
    'DeployRetried',
    'PolicyChanged',
  ].map((tag) => `event ${tag}`),
  ...['Passed', 'Failed', 'Errored'].map((tag) => `result ${tag}`),
  ...['transient', 'permanent', 'unknown'].map((kind) => `failure ${kind}`),
  ...['HeadMoved', 'SourceMoved', 'Refused'].map((code) => `refusal ${code}`),
  ...['Open', 'Merged', 'Closed', 'Elsewhere'].map((fate) => `fate ${fate}`),
  ...['Verified', 'Inspecting', 'Unverified', 'Broken'].map((standing) => `head ${standing}`),
  ...[
    'HeadDoubted',
    'HeadInspecting',
    'HeadUnverified',
    'HeadBroken',
    'NotDeployableBranch',
    'NotMergeableBranch',
    'Frozen',
    'DeployInFlight',
    'DeployDue',
    'DeployFailed',
    'LandingInFlight',
    'Draft',
    'NotApproved',
    'ChangesRequested',
    'ApprovalOutdated',
    'BlockingLabel',
    'NotAuthorized',
    'DoNotTest',
    'CheckFailed',
    'CheckPending',
    'CheckNotReported',
    'WaitingForTest',
    'Testing',
    'TestFailed',
    'MergeConflict',
    'BuildFileMissing',
    'BuildFileInvalid',
    'Timeout',
    'Infrastructure',
    'OutOfDate',
    'StatusNotPosted',
    'StatusRefused',
    'LandingPaused',
    'LandingRefused',
  ].map((code) => `hold ${code}`),
]
