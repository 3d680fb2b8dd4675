/**
 * Events are facts, in the past tense. `at` is when the host learned it; `answers` names the effect it is the answer
 * to. Time and chance reach the core only through these fields.
 */
import * as t from 'io-ts'
import { optional, record, tagged, variant } from './record.js'
import { BatchId, EffectId, EpochMs, PrNumber, Sha } from '../ids.js'
import { Policy } from './policy.js'
import { RunErrorCode } from './run.js'
import { BatchState, DeployBatchSnapshot, PullRequestSnapshot, TestBatchSnapshot } from './snapshot.js'

const at = { at: EpochMs }
const answer = { at: EpochMs, answers: EffectId }
const operator = { at: EpochMs, by: t.string }

/** Whose fault, and whether asking again helps. `unknown`: it may have happened; look before you act. */
export const Failure = record('Failure', {
  kind: t.keyof({ transient: null, permanent: null, unknown: null }),
  code: t.string,
  text: t.string,
})
export type Failure = t.TypeOf<typeof Failure>

/** What a webhook says is worth a look. */
export const GithubConcern = tagged('GithubConcern', {
  Everything: variant('Everything', {}),
  Head: variant('Head', {}),
  PullRequest: variant('PullRequest', { pr: PrNumber }),
  /** The checks of a commit changed; concerns the pull requests whose source it is. */
  Checks: variant('Checks', { sha: Sha }),
})
export type GithubConcern = t.TypeOf<typeof GithubConcern>

/** What became of a pull request that was asked for by number. */
export const PullRequestFate = tagged('PullRequestFate', {
  Open: variant('Open', { snapshot: PullRequestSnapshot }),
  Merged: variant('Merged', { commit: optional(Sha) }),
  Closed: variant('Closed', {}),
  /** It targets another branch now. */
  Elsewhere: variant('Elsewhere', {}),
})
export type PullRequestFate = t.TypeOf<typeof PullRequestFate>

export const BatchFate = tagged('BatchFate', {
  Known: variant('Known', { state: BatchState, complete: t.boolean }),
  /** Deleted, or never there. */
  Gone: variant('Gone', {}),
})
export type BatchFate = t.TypeOf<typeof BatchFate>

export const RefusalCode = t.keyof(
  {
    /** The compare-and-swap lost: the branch is not where the test started from. */
    HeadMoved: null,
    /** A pull request's head is not what was tested. */
    SourceMoved: null,
    /** The forge's own rules say no (protection, reviews, conflicts). */
    Refused: null,
  },
  'RefusalCode',
)
export type RefusalCode = t.TypeOf<typeof RefusalCode>

export const Event = tagged('Event', {
  ServiceStarted: variant('ServiceStarted', { ...at }),
  TimeAdvanced: variant('TimeAdvanced', { ...at }),
  GithubHinted: variant('GithubHinted', { ...at, concern: GithubConcern }),
  BatchHinted: variant('BatchHinted', { ...at, batchId: optional(BatchId) }),

  BranchObserved: variant('BranchObserved', {
    ...answer,
    head: Sha,
    requiredChecks: t.readonlyArray(t.string),
    pullRequests: t.readonlyArray(PullRequestSnapshot),
  }),
  HeadObserved: variant('HeadObserved', { ...answer, head: Sha }),
  PullRequestObserved: variant('PullRequestObserved', { ...answer, fate: PullRequestFate }),
  CommitInspected: variant('CommitInspected', { ...answer, parents: t.readonlyArray(Sha), tree: Sha }),
  /** `chain`: the commits after each member, in order; the last is `commit`. */
  CommitPrepared: variant('CommitPrepared', {
    ...answer,
    commit: Sha,
    tree: Sha,
    chain: t.readonlyArray(Sha),
  }),
  /** `culprit`: the member that could not be put on those before it. */
  PreparationFailed: variant('PreparationFailed', {
    ...answer,
    code: RunErrorCode,
    text: t.string,
    culprit: optional(PrNumber),
  }),
  PreparedCommitDeleted: variant('PreparedCommitDeleted', { ...answer }),
  StatusPosted: variant('StatusPosted', { ...answer }),
  BranchLanded: variant('BranchLanded', { ...answer, landed: Sha }),
  LandingRefused: variant('LandingRefused', { ...answer, code: RefusalCode, text: t.string }),
  PullRequestClosed: variant('PullRequestClosed', { ...answer }),

  TestBatchSubmitted: variant('TestBatchSubmitted', { ...answer, batchId: BatchId }),
  TestBatchRejected: variant('TestBatchRejected', { ...answer, code: RunErrorCode, text: t.string }),
  BatchObserved: variant('BatchObserved', { ...answer, fate: BatchFate }),
  BatchesObserved: variant('BatchesObserved', {
    ...answer,
    tests: t.readonlyArray(TestBatchSnapshot),
    deploys: t.readonlyArray(DeployBatchSnapshot),
  }),
  BatchCancelled: variant('BatchCancelled', { ...answer }),
  DeployBatchSubmitted: variant('DeployBatchSubmitted', { ...answer, batchId: BatchId }),
  DeployBatchRejected: variant('DeployBatchRejected', { ...answer, text: t.string }),
  DeployFailureAnnounced: variant('DeployFailureAnnounced', { ...answer }),
  EffectFailed: variant('EffectFailed', { ...answer, failure: Failure }),

  ShaAuthorized: variant('ShaAuthorized', { ...operator, sha: Sha }),
  BranchFrozen: variant('BranchFrozen', { ...operator, reason: t.string }),
  BranchUnfrozen: variant('BranchUnfrozen', { ...operator }),
  /** Invalidates a batch of a pull request (none: the current run or result) and everything older. */
  TestRetried: variant('TestRetried', { ...operator, pr: PrNumber, batchId: optional(BatchId) }),
  /** Tests the head again after it failed its own test. */
  HeadTestRetried: variant('HeadTestRetried', { ...operator }),
  DeployRetried: variant('DeployRetried', { ...operator }),
  PolicyChanged: variant('PolicyChanged', { ...operator, policy: Policy }),
})
export type Event = t.TypeOf<typeof Event>
export type EventOf<T extends Event['_tag']> = Extract<Event, { readonly _tag: T }>

/** Events that answer an effect. */
export type Answer = Extract<Event, { readonly answers: EffectId }>
