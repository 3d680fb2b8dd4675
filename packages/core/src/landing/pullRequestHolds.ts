/** What holds one pull request back, whatever the branch is doing. The source of `place`, of tickets and of `explain`. */
import { isNone, isSome, none, type Option } from 'fp-ts/lib/Option.js'
import type { RunId, Sha } from '../ids.js'
import * as M from '../collections/sortedMap.js'
import type { PullRequestSnapshot } from '../model/snapshot.js'
import type { BranchState, PullRequest, Refusal, Source } from '../model/state.js'
import { requiredChecks, type RequiredCheck } from '../queue/checks.js'
import { hold, type Hold } from './hold.js'

/** May code of this pull request run at all? A known developer's may; a stranger's only at an authorized SHA. */
export const isAuthorized = (
  state: Pick<BranchState, 'policy' | 'authorizations'>,
  snapshot: PullRequestSnapshot,
): boolean =>
  state.policy.trustedAuthors.includes(snapshot.author) || M.has(state.authorizations, snapshot.source)

export const hasDoNotTest = (state: Pick<BranchState, 'policy'>, snapshot: PullRequestSnapshot): boolean =>
  snapshot.labels.includes(state.policy.labels.doNotTest)

export const blockingLabels = (
  state: Pick<BranchState, 'policy'>,
  snapshot: PullRequestSnapshot,
): ReadonlyArray<string> => snapshot.labels.filter((label) => state.policy.labels.blocking.includes(label))

const quoted = (names: ReadonlyArray<string>): string => names.map((name) => `"${name}"`).join(', ')

const reviewHolds = (state: BranchState, s: PullRequestSnapshot): ReadonlyArray<Hold> => {
  switch (s.reviewDecision) {
    case 'CHANGES_REQUESTED':
      return [hold('ChangesRequested', 'A reviewer asked for changes.', 'author', 'PullRequestObserved')]
    case 'NONE':
    case 'REVIEW_REQUIRED':
      return [hold('NotApproved', 'No reviewer has approved it.', 'reviewer', 'PullRequestObserved')]
    case 'APPROVED':
      return state.policy.approvals === 'of-the-pull-request' || s.approvedShas.includes(s.source)
        ? []
        : [
            hold(
              'ApprovalOutdated',
              `It was approved at another commit than its head ${short(s.source)}.`,
              'reviewer',
              'PullRequestObserved',
            ),
          ]
  }
}

const checkHold = (check: RequiredCheck): ReadonlyArray<Hold> =>
  check.verdict === 'success'
    ? []
    : check.verdict === 'failure'
      ? [hold('CheckFailed', `The required check "${check.name}" failed.`, 'author', 'PullRequestObserved')]
      : check.reported
        ? [
            hold(
              'CheckPending',
              `The required check "${check.name}" has not finished.`,
              'checks',
              'PullRequestObserved',
            ),
          ]
        : [
            hold(
              'CheckNotReported',
              `The required check "${check.name}" has not reported.`,
              'checks',
              'PullRequestObserved',
            ),
          ]

/** The first seven characters, as people write SHAs. */
export const short = (s: string): string => s.slice(0, 7)

/** Holds that a person or a check must clear, in the order in which people should read them. */
export const standingHolds = (state: BranchState, s: PullRequestSnapshot): ReadonlyArray<Hold> => [
  ...(s.draft ? [hold('Draft', 'It is a draft.', 'author', 'PullRequestObserved')] : []),
  ...(isAuthorized(state, s)
    ? []
    : [
        hold(
          'NotAuthorized',
          `${s.author} is not a known developer and ${short(s.source)} has not been authorized.`,
          'operator',
          'ShaAuthorized',
        ),
      ]),
  ...reviewHolds(state, s),
  ...(blockingLabels(state, s).length === 0
    ? []
    : [
        hold(
          'BlockingLabel',
          `It is labelled ${quoted(blockingLabels(state, s))}.`,
          'author',
          'PullRequestObserved',
        ),
      ]),
  ...requiredChecks(state.policy, state.requiredChecks, s).flatMap(checkHold),
]

/** Holds that say what its own test has to say about landing on `head`. */
export const testHolds = (
  state: BranchState,
  pr: Pick<PullRequest, 'snapshot' | 'result' | 'run'>,
  head: Sha,
): ReadonlyArray<Hold> => {
  const result = pr.result
  if (isSome(pr.run)) return [runningHold(state, pr.run.value)]
  // What may not run does not wait for a place: the hold that forbids it says all there is to say.
  if (isNone(result)) return isAuthorized(state, pr.snapshot) ? [waitingHold(state, pr.snapshot)] : []
  switch (result.value._tag) {
    case 'Passed':
      return result.value.evidence.base === head
        ? []
        : [
            ...(hasDoNotTest(state, pr.snapshot) ? [doNotTestHold(state)] : []),
            hold(
              'OutOfDate',
              `It passed on ${short(result.value.evidence.base)}; the head is ${short(head)}. It is tested again when its turn comes.`,
              'headgate',
              'TestBatchSubmitted',
            ),
          ]
    case 'Failed':
      return [
        hold(
          'TestFailed',
          `Its tests failed in batch ${result.value.evidence.batchId}.`,
          'author',
          'PullRequestObserved',
        ),
      ]
    case 'Errored':
      return [hold(result.value.code, result.value.text, 'author', 'PullRequestObserved')]
  }
}

const doNotTestHold = (state: BranchState): Hold =>
  hold(
    'DoNotTest',
    `It is labelled "${state.policy.labels.doNotTest}" and needs a test.`,
    'author',
    'PullRequestObserved',
  )

const waitingHold = (state: BranchState, s: PullRequestSnapshot): Hold =>
  hasDoNotTest(state, s)
    ? doNotTestHold(state)
    : hold('WaitingForTest', 'It waits for a free place to be tested.', 'headgate', 'TestBatchSubmitted')

const runningHold = (state: BranchState, id: RunId): Hold => {
  const run = M.get(state.runs, id)
  const where = run === undefined ? '' : ` on ${short(run.base)}`
  return hold('Testing', `Its test${where} is under way.`, 'headgate', 'BatchObserved')
}

/** Holds about the evidence itself: it must be about exactly this pull request, and name the commit that is to land. */
export const evidenceHolds = (
  state: BranchState,
  pr: Pick<PullRequest, 'snapshot' | 'result'>,
): ReadonlyArray<Hold> => {
  if (isNone(pr.result) || pr.result.value._tag !== 'Passed') return []
  const { members, commit } = pr.result.value.evidence
  const [member] = members
  const exact =
    members.length === 1 && member?.pr === pr.snapshot.number && member.source === pr.snapshot.source
  return exact && (state.policy.landing === 'forge-merge' || isSome(commit))
    ? []
    : [
        hold(
          'EvidenceIncomplete',
          'The batch that passed does not name what it tested.',
          'operator',
          'TestRetried',
        ),
      ]
}

/** Holds about what has been said to the forge and what the forge said back. */
export const reportHolds = (
  state: BranchState,
  source: Option<Source>,
  refusal: Option<Refusal>,
): ReadonlyArray<Hold> => [...statusHolds(state, source), ...refusalHolds(refusal)]

const statusHolds = (state: BranchState, source: Option<Source>): ReadonlyArray<Hold> => {
  const { posted, refused } = isSome(source) ? source.value : { posted: none, refused: none }
  if (isSome(posted) && posted.value === 'success') return []
  const name = `The status "${state.policy.statusContext}"`
  return isSome(refused) && refused.value.state === 'success'
    ? [
        hold(
          'StatusNotPosted',
          `${name} is not taken by the forge: ${refused.value.text}`,
          'operator',
          'TestRetried',
        ),
      ]
    : [hold('StatusNotPosted', `${name} has not been posted as success yet.`, 'headgate', 'StatusPosted')]
}

const refusalHolds = (refusal: Option<Refusal>): ReadonlyArray<Hold> =>
  isNone(refusal) || refusal.value.phase === 'over'
    ? []
    : [
        hold(
          'LandingRefused',
          `The forge refused to merge it: ${refusal.value.text}`,
          'maintainer',
          'PullRequestObserved',
        ),
      ]
