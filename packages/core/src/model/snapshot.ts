/** The world as a read showed it. Snapshots are facts; webhooks are only hints that a snapshot is stale. */
import * as B from 'fp-ts/lib/boolean.js'
import { struct, type Eq } from 'fp-ts/lib/Eq.js'
import * as N from 'fp-ts/lib/number.js'
import { getEq as optionEq } from 'fp-ts/lib/Option.js'
import { getEq as arrayEq } from 'fp-ts/lib/ReadonlyArray.js'
import * as S from 'fp-ts/lib/string.js'
import * as t from 'io-ts'
import { optional, record } from './record.js'
import { BatchId, PrNumber, RunId, Sha } from '../ids.js'

export const ReviewDecision = t.keyof(
  { APPROVED: null, CHANGES_REQUESTED: null, REVIEW_REQUIRED: null, NONE: null },
  'ReviewDecision',
)
export type ReviewDecision = t.TypeOf<typeof ReviewDecision>

/** One entry of a commit's check rollup. `state` is GitHub's own word (a conclusion or a status state), upper case. */
export const CheckSnapshot = record('CheckSnapshot', {
  name: t.string,
  state: optional(t.string),
  /** The app slug or login that reported it, where the forge says. */
  reporter: optional(t.string),
})
export type CheckSnapshot = t.TypeOf<typeof CheckSnapshot>

/** An open pull request against the watched branch. */
export const PullRequestSnapshot = record('PullRequestSnapshot', {
  number: PrNumber,
  title: t.string,
  author: t.string,
  /** The head of the pull request: what is reviewed, tested and landed. */
  source: Sha,
  sourceBranch: t.string,
  draft: t.boolean,
  labels: t.readonlyArray(t.string),
  reviewDecision: ReviewDecision,
  /** The SHAs that currently carry an approving review. */
  approvedShas: t.readonlyArray(Sha),
  checks: t.readonlyArray(CheckSnapshot),
  /** The files it changes, as far as the forge was asked; strategies keep apart what touches the same. */
  paths: t.readonlyArray(t.string),
  /** Pull requests that must land before it, or with it. */
  dependsOn: t.readonlyArray(PrNumber),
})
export type PullRequestSnapshot = t.TypeOf<typeof PullRequestSnapshot>

const eqCheck: Eq<CheckSnapshot> = struct({
  name: S.Eq,
  state: optionEq(S.Eq),
  reporter: optionEq(S.Eq),
})

/** Whether two reads of a pull request show the same; what changes most is compared first. */
export const eqPullRequest: Eq<PullRequestSnapshot> = struct({
  source: S.Eq,
  checks: arrayEq(eqCheck),
  reviewDecision: S.Eq,
  approvedShas: arrayEq(S.Eq),
  labels: arrayEq(S.Eq),
  draft: B.Eq,
  title: S.Eq,
  author: S.Eq,
  sourceBranch: S.Eq,
  paths: arrayEq(S.Eq),
  dependsOn: arrayEq(N.Eq),
  number: N.Eq,
})

/** As Hail Batch computes it: any failed job is `failure`, even while others still run. */
export const BatchState = t.keyof(
  { running: null, success: null, failure: null, cancelled: null },
  'BatchState',
)
export type BatchState = t.TypeOf<typeof BatchState>

/** What a batch was made for. Only `gate` runs justify a landing. */
export const RunPurpose = t.keyof({ gate: null, head: null }, 'RunPurpose')
export type RunPurpose = t.TypeOf<typeof RunPurpose>

/** A test batch of this branch as the Batch service lists it; the attributes make it findable after a restart. */
export const TestBatchSnapshot = record('TestBatchSnapshot', {
  batchId: BatchId,
  run: RunId,
  purpose: RunPurpose,
  /** None for a batch that tests the head itself. */
  pr: optional(PrNumber),
  source: Sha,
  target: Sha,
  /** The commit that was tested, and its tree, where the attributes say. */
  commit: optional(Sha),
  tree: optional(Sha),
  state: BatchState,
  complete: t.boolean,
})
export type TestBatchSnapshot = t.TypeOf<typeof TestBatchSnapshot>

export const DeployBatchSnapshot = record('DeployBatchSnapshot', {
  batchId: BatchId,
  run: RunId,
  sha: Sha,
  state: BatchState,
  complete: t.boolean,
})
export type DeployBatchSnapshot = t.TypeOf<typeof DeployBatchSnapshot>
