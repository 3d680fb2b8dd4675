/** What something waits for, as data: the vocabulary of deadlines. */
import * as t from 'io-ts'
import { BatchId, EpochMs, PrNumber } from '../ids.js'
import { Clearer } from '../landing/clearing.js'
import type { Effect } from '../model/effect.js'
import type { Answer, Event } from '../model/event.js'
import { optional, record, tagged, variant } from '../model/record.js'
import { Member } from '../model/run.js'

/** The facts that answer each order; `EffectFailed` answers all of them. */
export const answersTo: Readonly<Record<Effect['_tag'], ReadonlyArray<Answer['_tag']>>> = {
  ReadBranch: ['BranchObserved'],
  ReadHead: ['HeadObserved'],
  ReadPullRequest: ['PullRequestObserved'],
  PrepareCommit: ['CommitPrepared', 'PreparationFailed'],
  DeletePreparedCommit: ['PreparedCommitDeleted'],
  SubmitTestBatch: ['TestBatchSubmitted', 'TestBatchRejected'],
  ReadBatch: ['BatchObserved'],
  ReadBatches: ['BatchesObserved'],
  CancelBatch: ['BatchCancelled'],
  PostStatus: ['StatusPosted'],
  LandBranch: ['BranchLanded', 'LandingRefused'],
  InspectCommit: ['CommitInspected'],
  ClosePullRequest: ['PullRequestClosed'],
  SubmitDeployBatch: ['DeployBatchSubmitted', 'DeployBatchRejected'],
  AnnounceDeployFailure: ['DeployFailureAnnounced'],
}

const eventTags: Readonly<Record<Event['_tag'], null>> = {
  ServiceStarted: null,
  TimeAdvanced: null,
  GithubHinted: null,
  BatchHinted: null,
  BranchObserved: null,
  HeadObserved: null,
  PullRequestObserved: null,
  CommitInspected: null,
  CommitPrepared: null,
  PreparationFailed: null,
  PreparedCommitDeleted: null,
  StatusPosted: null,
  BranchLanded: null,
  LandingRefused: null,
  PullRequestClosed: null,
  TestBatchSubmitted: null,
  TestBatchRejected: null,
  BatchObserved: null,
  BatchesObserved: null,
  BatchCancelled: null,
  DeployBatchSubmitted: null,
  DeployBatchRejected: null,
  DeployFailureAnnounced: null,
  EffectFailed: null,
  ShaAuthorized: null,
  BranchFrozen: null,
  BranchUnfrozen: null,
  TestRetried: null,
  HeadTestRetried: null,
  DeployRetried: null,
  PolicyChanged: null,
}
export const EventTag = t.keyof(eventTags, 'EventTag')

export const Awaited = tagged('Awaited', {
  /** An order is out. `order` is its text; `waiting` as in the state: for its answer, to be given again, to be looked at. */
  Order: variant('Order', {
    effect: t.keyof(answersTo),
    subject: t.string,
    order: t.string,
    attempt: t.number,
    waiting: t.keyof({ answer: null, retry: null, look: null }),
  }),
  /** A batch runs. */
  Batch: variant('Batch', {
    batchId: BatchId,
    purpose: t.keyof({ gate: null, head: null, deploy: null }),
    members: t.readonlyArray(Member),
  }),
  /** The test of one of these ends and makes room for another. */
  Place: variant('Place', { running: t.readonlyArray(PrNumber) }),
  /** Another pull request goes first. */
  Turn: variant('Turn', { first: PrNumber }),
  /** The pause after a refused landing ends. */
  Pause: variant('Pause', { pr: PrNumber }),
  /** Somebody outside acts; nothing of ours can hasten it, and nothing expires. */
  Somebody: variant('Somebody', { who: Clearer }),
  /** Everything is read afresh. */
  Poll: variant('Poll', {}),
  /** Nothing: it happens in this step. */
  Nothing: variant('Nothing', {}),
})
export type Awaited = t.TypeOf<typeof Awaited>

/** What is awaited, which facts bring it, and until when. */
export const Wait = record('Wait', {
  awaited: Awaited,
  text: t.string,
  /** Any of these facts ends the wait, or moves it on. */
  events: t.readonlyArray(EventTag),
  /** Without news headgate looks again, or acts, at this time at the latest. */
  nextLook: EpochMs,
  /** When headgate itself ends it at the latest; none for what only somebody outside can end, and for orders that are repeated. */
  expires: optional(EpochMs),
})
export type Wait = t.TypeOf<typeof Wait>
