/** A hold in one sentence (or two) for people. Total, and a function of the hold alone. */
import { isNone, isSome } from 'fp-ts/lib/Option.js'
import { short } from '../model/short.js'
import type { CheckSnapshot } from '../model/snapshot.js'
import type { Hold, HoldCode, HoldOf } from './hold.js'

const quoted = (names: ReadonlyArray<string>): string => names.map((name) => `"${name}"`).join(', ')
const people = (names: ReadonlyArray<string>): string => [...new Set(names)].join(', ')
const numbers = (list: ReadonlyArray<number>): string => list.map((pr) => `#${pr}`).join(', ')
const members = (list: ReadonlyArray<{ readonly pr: number }>): string => numbers(list.map(({ pr }) => pr))

const reporters = (reports: ReadonlyArray<CheckSnapshot>): ReadonlyArray<string> =>
  reports.map((report) => (isSome(report.reporter) ? report.reporter.value : 'somebody'))

/** ` (FAILURE, by ci-bot)`: what was reported, as far as the forge says. */
const said = (reports: ReadonlyArray<CheckSnapshot>): string => {
  const words = reports.flatMap((report) => (isSome(report.state) ? [report.state.value] : []))
  const by = reports.flatMap((report) => (isSome(report.reporter) ? [report.reporter.value] : []))
  const parts = [...(words.length > 0 ? [people(words)] : []), ...(by.length > 0 ? [`by ${people(by)}`] : [])]
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`
}

const notReported = ({ check, reporter, ignored }: HoldOf<'CheckNotReported'>): string =>
  isNone(reporter)
    ? `The required check "${check}" has not reported.`
    : ignored.length === 0
      ? `The required check "${check}" has not been reported by ${reporter.value}.`
      : `The required check "${check}" counts only from ${reporter.value}; it was reported by ${people(reporters(ignored))}.`

const stages = {
  Preparing: 'its commit is being prepared',
  Submitting: 'its batch is being submitted',
  Running: 'its batch runs',
} as const

const testing = ({ base, stage, batchId }: HoldOf<'Testing'>): string =>
  `Its test on ${short(base)} is under way: ${isSome(batchId) ? `batch ${batchId.value} runs` : stages[stage]}.`

const deployInFlight = ({ sha, batchId }: HoldOf<'DeployInFlight'>): string =>
  `The deploy of ${short(sha)} is under way${isSome(batchId) ? ` in batch ${batchId.value}` : ''}.`

const deployFailed = ({ sha, batchId, text }: HoldOf<'DeployFailed'>): string =>
  `Last deploy (${short(sha)}${isSome(batchId) ? `, batch ${batchId.value}` : ''}): ${text} It is made again on request.`

const dependencyClosed = ({ dependency, fate }: HoldOf<'DependencyClosed'>): string =>
  fate === 'closed'
    ? `It depends on #${dependency}, which is closed and has not landed: open #${dependency} again, or take "Depends-On: #${dependency}" out of the description.`
    : `It depends on #${dependency}, which is not against this branch: retarget #${dependency}, or take "Depends-On: #${dependency}" out of the description.`

const dependencyCycle = ({ cycle }: HoldOf<'DependencyCycle'>): string =>
  cycle.length === 1
    ? `It depends on itself: take "Depends-On: ${numbers(cycle)}" out of the description.`
    : `${numbers(cycle)} depend on one another in a circle, so that none of them can be the first: take one "Depends-On" out.`

type Sentences = { readonly [C in HoldCode]: (hold: HoldOf<C>) => string }

const sentences: Sentences = {
  HeadUnknown: () => 'The branch has not been read yet.',
  BranchUnread: () => 'The branch is being read afresh: what was seen before may have changed.',
  HeadDoubted: (h) =>
    `The forge says that the branch is no longer at ${short(h.believed)}; it is being read.`,
  HeadInspecting: (h) =>
    `What the forge merged as ${short(h.head)} is being compared with what was tested in batch ${h.batchId}.`,
  HeadUnverified: (h) =>
    `The head ${short(h.head)} is being tested: ${h.why} Nothing deploys until it passes.`,
  HeadBroken: (h) => `${h.text} Nothing deploys until a head passes.`,
  NotMergeableBranch: () => 'This service may not merge into the branch.',
  NotDeployableBranch: () => 'This service may not deploy the branch.',
  Frozen: (h) => `Merges and deploys are frozen by ${h.by}: ${h.reason}`,
  DeployInFlight: deployInFlight,
  DeployDue: (h) => `The head ${short(h.sha)} is about to be deployed.`,
  BatchesUnlisted: () =>
    'The batches are being listed: a test or a deploy may be under way that nobody knows of.',
  DeployFailed: deployFailed,
  LandingInFlight: (h) => `Pull request ${members(h.members)} is landing on ${short(h.base)}.`,

  Draft: () => 'It is a draft.',
  NotAuthorized: (h) =>
    `${h.author} is not a known developer and ${short(h.source)} has not been authorized.`,
  NotApproved: () => 'No reviewer has approved it.',
  ChangesRequested: () => 'A reviewer asked for changes.',
  ApprovalOutdated: (h) => `It was approved at another commit than its head ${short(h.source)}.`,
  BlockingLabel: (h) => `It is labelled ${quoted(h.labels)}.`,
  DoNotTest: (h) => `It is labelled "${h.label}" and needs a test.`,
  CheckFailed: (h) => `The required check "${h.check}" failed${said(h.reports)}.`,
  CheckPending: (h) => `The required check "${h.check}" has not finished.`,
  CheckNotReported: notReported,

  DependencyCycle: dependencyCycle,
  DependencyOpen: (h) => `It depends on #${h.dependency}, which has to land before it or together with it.`,
  DependencyClosed: dependencyClosed,
  DependencyUnread: (h) =>
    `It depends on #${h.dependency}, which is not open here; whether it has landed is being read.`,

  WaitingForTest: (h) =>
    h.running.length === 0
      ? 'It waits to be tested: first a landing ends, or the batches have been listed.'
      : `It waits for a free place to be tested; ${h.running.length} of ${h.places} are taken, by ${numbers(h.running)}.`,
  Testing: testing,
  TestFailed: (h) => `Its tests failed in batch ${h.batchId}.`,
  MergeConflict: (h) => h.text,
  BuildFileMissing: (h) => h.text,
  BuildFileInvalid: (h) => h.text,
  Timeout: (h) => h.text,
  Infrastructure: (h) => h.text,
  OutOfDate: (h) =>
    `It passed on ${short(h.base)}; the head is ${short(h.head)}. It is tested again when its turn comes.`,
  EvidenceIncomplete: (h) => `Batch ${h.batchId}, which passed, does not name what it tested.`,

  StatusNotPosted: (h) => `The status "${h.context}" has not been posted as success yet.`,
  StatusRefused: (h) => `The status "${h.context}" is not taken by the forge: ${h.text}`,
  LandingPaused: (h) =>
    `It is asked for again after a pause (${h.attempts} of ${h.limit} attempts made); the forge refused to merge it: ${h.text}`,
  LandingRefused: (h) => `The forge refused to merge it: ${h.text}`,
}

/** What this hold says to people. */
export const sentenceOf = (hold: Hold): string => (sentences[hold._tag] as (h: Hold) => string)(hold)
