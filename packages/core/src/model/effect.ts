/**
 * Effects are orders, as data. Each carries a deterministic id, is answered by exactly one event that names it, and is
 * idempotent by it: a host that crashed between acting and recording simply acts again.
 */
import * as t from 'io-ts'
import { optional, tagged, variant } from './record.js'
import { BatchId, EffectId, PrNumber, RunId, Sha } from '../ids.js'
import { MergeMethod } from './policy.js'
import { Member } from './run.js'
import { RunPurpose } from './snapshot.js'
import { LandingTicket } from './ticket.js'

export const StatusState = t.keyof({ pending: null, success: null, failure: null }, 'StatusState')
export type StatusState = t.TypeOf<typeof StatusState>

const id = { id: EffectId }

/** Read the head, the required checks and every open pull request. Answer: `BranchObserved`. */
export const ReadBranch = variant('ReadBranch', { ...id })
/** Read the head only. Answer: `HeadObserved`. */
export const ReadHead = variant('ReadHead', { ...id })
/** Read one pull request. Answer: `PullRequestObserved`. */
export const ReadPullRequest = variant('ReadPullRequest', { ...id, pr: PrNumber })
/**
 * Put the members' sources, in order, on the base: a commit for each, the last of which would land. The commit of a member
 * depends on nothing but the one before it, its source, the method and its title, so that chains that begin alike share
 * their commits. Answer: `CommitPrepared`, `PreparationFailed`.
 */
export const PrepareCommit = variant('PrepareCommit', {
  ...id,
  run: RunId,
  base: Sha,
  members: t.readonlyArray(Member),
  method: MergeMethod,
  /** One for each member. */
  titles: t.readonlyArray(t.string),
})
/** Delete the forge's copy of a prepared commit that nobody needs any more. Answer: `PreparedCommitDeleted`. */
export const DeletePreparedCommit = variant('DeletePreparedCommit', { ...id, run: RunId })
/** Submit the test batch of a prepared commit; the run id is its token. Answer: `TestBatchSubmitted`, `TestBatchRejected`. */
export const SubmitTestBatch = variant('SubmitTestBatch', {
  ...id,
  run: RunId,
  purpose: RunPurpose,
  commit: Sha,
  tree: optional(Sha),
  base: Sha,
  members: t.readonlyArray(Member),
  sourceBranch: optional(t.string),
  labels: t.readonlyArray(t.string),
  reason: t.string,
})
/** Read one batch. Answer: `BatchObserved`. */
export const ReadBatch = variant('ReadBatch', { ...id, batchId: BatchId })
/** List this branch's unfinished and newest batches. Answer: `BatchesObserved`. */
export const ReadBatches = variant('ReadBatches', { ...id })
/** Cancel a batch. Answer: `BatchCancelled` (also when it had ended already). */
export const CancelBatch = variant('CancelBatch', { ...id, batchId: BatchId, reason: t.string })
/** Post our commit status on the SHA it speaks of. Answer: `StatusPosted`. */
export const PostStatus = variant('PostStatus', {
  ...id,
  sha: Sha,
  context: t.string,
  state: StatusState,
  description: t.string,
  /** The pull request whose page the status links to. */
  pr: optional(PrNumber),
})
/** Land what the ticket names, guarded by its base and sources. Answer: `BranchLanded`, `LandingRefused`. */
export const LandBranch = variant('LandBranch', { ...id, ticket: LandingTicket })
/** Read a commit's parents and tree. Answer: `CommitInspected`. */
export const InspectCommit = variant('InspectCommit', { ...id, commit: Sha })
/** Say on a landed pull request that the forge still shows as open where it landed, and close it. Answer: `PullRequestClosed`. */
export const ClosePullRequest = variant('ClosePullRequest', { ...id, pr: PrNumber, landed: Sha })
/** Submit the deploy batch of a verified head; the run id is its token. Answer: `DeployBatchSubmitted`, `DeployBatchRejected`. */
export const SubmitDeployBatch = variant('SubmitDeployBatch', { ...id, run: RunId, sha: Sha })
/** Tell people that a deploy failed, once per SHA. Answer: `DeployFailureAnnounced`. */
export const AnnounceDeployFailure = variant('AnnounceDeployFailure', {
  ...id,
  sha: Sha,
  batchId: optional(BatchId),
  text: t.string,
})

export const Effect = tagged('Effect', {
  ReadBranch,
  ReadHead,
  ReadPullRequest,
  PrepareCommit,
  DeletePreparedCommit,
  SubmitTestBatch,
  ReadBatch,
  ReadBatches,
  CancelBatch,
  PostStatus,
  LandBranch,
  InspectCommit,
  ClosePullRequest,
  SubmitDeployBatch,
  AnnounceDeployFailure,
})
export type Effect = t.TypeOf<typeof Effect>
export type EffectOf<T extends Effect['_tag']> = Extract<Effect, { readonly _tag: T }>
/** An effect before the state gave it its id. */
export type Order = { [T in Effect['_tag']]: Omit<EffectOf<T>, 'id'> }[Effect['_tag']]
