/** What holds one pull request back, whatever the branch is doing. The source of `place`, of tickets and of `explain`. */
import { fromNullable, isNone, isSome, none, some } from 'fp-ts/lib/Option.js'
import type { RunId, Sha } from '../ids.js'
import * as M from '../collections/sortedMap.js'
import type { PullRequestSnapshot } from '../model/snapshot.js'
import type { BranchState, PullRequest } from '../model/state.js'
import { requiredChecks } from '../queue/checks.js'
import type { Hold } from './hold.js'

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

const reviewHolds = (state: BranchState, s: PullRequestSnapshot): ReadonlyArray<Hold> => {
  switch (s.reviewDecision) {
    case 'CHANGES_REQUESTED':
      return [{ _tag: 'ChangesRequested' }]
    case 'NONE':
    case 'REVIEW_REQUIRED':
      return [{ _tag: 'NotApproved', decision: s.reviewDecision }]
    case 'APPROVED':
      return state.policy.approvals === 'of-the-pull-request' || s.approvedShas.includes(s.source)
        ? []
        : [{ _tag: 'ApprovalOutdated', source: s.source, approved: s.approvedShas }]
  }
}

const checkHolds = (state: BranchState, s: PullRequestSnapshot): ReadonlyArray<Hold> =>
  requiredChecks(state.policy, state.requiredChecks, s).flatMap((check): ReadonlyArray<Hold> => {
    const { name, verdict, reports } = check
    if (verdict === 'success') return []
    if (verdict === 'failure') return [{ _tag: 'CheckFailed', check: name, reports }]
    return reports.length > 0
      ? [{ _tag: 'CheckPending', check: name, reports }]
      : [notReported(state, s, name)]
  })

const notReported = (state: BranchState, s: PullRequestSnapshot, check: string): Hold => ({
  _tag: 'CheckNotReported',
  check,
  reporter: fromNullable(state.policy.checkReporters[check]),
  ignored: s.checks.filter((report) => report.name === check),
})

/** Holds that a person or a check must clear, in the order in which people should read them. */
export const standingHolds = (state: BranchState, s: PullRequestSnapshot): ReadonlyArray<Hold> => {
  const labels = blockingLabels(state, s)
  return [
    ...(s.draft ? [{ _tag: 'Draft' } as const] : []),
    ...(isAuthorized(state, s)
      ? []
      : [{ _tag: 'NotAuthorized', author: s.author, source: s.source } as const]),
    ...reviewHolds(state, s),
    ...(labels.length === 0 ? [] : [{ _tag: 'BlockingLabel', labels } as const]),
    ...checkHolds(state, s),
  ]
}

/** Holds that say what its own test has to say about landing on `head`. */
export const testHolds = (
  state: BranchState,
  pr: Pick<PullRequest, 'snapshot' | 'result' | 'run'>,
  head: Sha,
): ReadonlyArray<Hold> => {
  const result = pr.result
  if (isSome(pr.run)) return [runningHold(state, pr.run.value)]
  // What may not run does not wait for a place: the hold that forbids it says all there is to say.
  if (isNone(result)) return isAuthorized(state, pr.snapshot) ? [untestedHold(state, pr.snapshot)] : []
  switch (result.value._tag) {
    case 'Passed': {
      const { base, batchId } = result.value.evidence
      return base === head
        ? []
        : [
            ...(hasDoNotTest(state, pr.snapshot) ? [doNotTestHold(state)] : []),
            { _tag: 'OutOfDate', base, head, batchId },
          ]
    }
    case 'Failed': {
      const { run, base, batchId } = result.value.evidence
      return [{ _tag: 'TestFailed', run, base, batchId }]
    }
    case 'Errored':
      return [{ _tag: result.value.code, base: result.value.base, text: result.value.text }]
  }
}

const doNotTestHold = (state: BranchState): Hold => ({
  _tag: 'DoNotTest',
  label: state.policy.labels.doNotTest,
})

const untestedHold = (state: BranchState, s: PullRequestSnapshot): Hold =>
  hasDoNotTest(state, s) ? doNotTestHold(state) : waitingHold(state)

/** The places are those of the runs that the cap counts, as in `work/runs.ts`. */
const waitingHold = (state: BranchState): Hold => ({
  _tag: 'WaitingForTest',
  running: M.valuesArray(state.runs)
    .filter((run) => run.purpose === 'gate' && !run.abandoned)
    .flatMap((run) => run.members.map((member) => member.pr)),
  places: state.policy.maxTestRuns,
})

const runningHold = (state: BranchState, id: RunId): Hold => {
  const run = M.get(state.runs, id)
  // A run that is gone would be a broken invariant; even then nothing lands.
  if (run === undefined) return waitingHold(state)
  const { base, stage, reason, startedAt } = run
  return {
    _tag: 'Testing',
    run: id,
    base,
    stage: stage._tag,
    batchId: stage._tag === 'Running' ? some(stage.batchId) : none,
    reason,
    startedAt,
  }
}

/** Holds about the evidence itself: it must be about exactly this pull request, and name the commit that is to land. */
export const evidenceHolds = (
  state: BranchState,
  pr: Pick<PullRequest, 'snapshot' | 'result'>,
): ReadonlyArray<Hold> => {
  if (isNone(pr.result) || pr.result.value._tag !== 'Passed') return []
  const { members, commit, batchId } = pr.result.value.evidence
  const [member] = members
  const exact =
    members.length === 1 && member?.pr === pr.snapshot.number && member.source === pr.snapshot.source
  return exact && (state.policy.landing === 'forge-merge' || isSome(commit))
    ? []
    : [{ _tag: 'EvidenceIncomplete', batchId, members, commit }]
}

/** Holds about what has been said to the forge and what the forge said back. */
export const reportHolds = (
  state: BranchState,
  pr: Pick<PullRequest, 'snapshot' | 'refusal'>,
): ReadonlyArray<Hold> => [...statusHolds(state, pr.snapshot.source), ...refusalHolds(state, pr)]

const statusHolds = (state: BranchState, source: Sha): ReadonlyArray<Hold> => {
  const known = M.get(state.sources, source)
  const posted = known?.posted ?? none
  const refused = known?.refused ?? none
  const context = state.policy.statusContext
  if (isSome(posted) && posted.value === 'success') return []
  return isSome(refused) && refused.value.state === 'success'
    ? [{ _tag: 'StatusRefused', source, context, text: refused.value.text }]
    : [{ _tag: 'StatusNotPosted', source, context, posted }]
}

const refusalHolds = (
  state: BranchState,
  { snapshot, refusal }: Pick<PullRequest, 'snapshot' | 'refusal'>,
): ReadonlyArray<Hold> => {
  if (isNone(refusal)) return []
  const { text, attempts, phase, retryAt } = refusal.value
  switch (phase) {
    case 'over':
      return []
    case 'paused': {
      const limit = state.policy.landingAttempts
      return [{ _tag: 'LandingPaused', pr: snapshot.number, text, attempts, limit, retryAt }]
    }
    case 'final':
      return [{ _tag: 'LandingRefused', text, attempts }]
  }
}
