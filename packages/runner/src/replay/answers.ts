/** Which orders an answer can be about. */
import type { Answer, Effect, Event } from '@headgate/core'

type Orders = ReadonlyArray<Effect['_tag']>

/** By event. `EffectFailed` may answer any order. */
const ANSWERS: Readonly<Record<Exclude<Answer['_tag'], 'EffectFailed'>, Orders>> = {
  BranchObserved: ['ReadBranch'],
  HeadObserved: ['ReadHead'],
  PullRequestObserved: ['ReadPullRequest'],
  CommitInspected: ['InspectCommit'],
  CommitPrepared: ['PrepareCommit'],
  PreparationFailed: ['PrepareCommit'],
  PreparedCommitDeleted: ['DeletePreparedCommit'],
  StatusPosted: ['PostStatus'],
  BranchLanded: ['LandBranch'],
  LandingRefused: ['LandBranch'],
  PullRequestClosed: ['ClosePullRequest'],
  TestBatchSubmitted: ['SubmitTestBatch'],
  TestBatchRejected: ['SubmitTestBatch'],
  BatchObserved: ['ReadBatch'],
  BatchesObserved: ['ReadBatches'],
  BatchCancelled: ['CancelBatch'],
  DeployBatchSubmitted: ['SubmitDeployBatch'],
  DeployBatchRejected: ['SubmitDeployBatch'],
  DeployFailureAnnounced: ['AnnounceDeployFailure'],
}

export const isAnswer = (event: Event): event is Answer => 'answers' in event

export const canAnswer = (event: Answer, order: Effect['_tag']): boolean =>
  event._tag === 'EffectFailed' || ANSWERS[event._tag].includes(order)
