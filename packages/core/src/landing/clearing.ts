/** Who can clear a hold, and the fact that does. */
import * as t from 'io-ts'
import type { Event } from '../model/event.js'
import type { HoldCode } from './hold.js'

export const Clearer = t.keyof(
  {
    author: null,
    reviewer: null,
    operator: null,
    maintainer: null,
    checks: null,
    headgate: null,
    forge: null,
    /** The pull request that it depends on. */
    dependency: null,
  },
  'Clearer',
)
export type Clearer = t.TypeOf<typeof Clearer>

export interface Clearing {
  readonly by: Clearer
  readonly when: Event['_tag']
}

const to = (by: Clearer, when: Event['_tag']): Clearing => ({ by, when })
const push = to('author', 'PullRequestObserved')
const review = to('reviewer', 'PullRequestObserved')
const check = to('checks', 'PullRequestObserved')

/** One row per code; `docs/reference/holds.md` shows it, checked by a test. */
export const clearing: Readonly<Record<HoldCode, Clearing>> = {
  HeadUnknown: to('forge', 'BranchObserved'),
  BranchUnread: to('forge', 'BranchObserved'),
  HeadDoubted: to('forge', 'HeadObserved'),
  HeadInspecting: to('headgate', 'CommitInspected'),
  HeadUnverified: to('headgate', 'BatchObserved'),
  HeadBroken: to('operator', 'HeadTestRetried'),
  NotMergeableBranch: to('operator', 'PolicyChanged'),
  NotDeployableBranch: to('operator', 'PolicyChanged'),
  Frozen: to('operator', 'BranchUnfrozen'),
  DeployInFlight: to('headgate', 'BatchObserved'),
  DeployDue: to('headgate', 'DeployBatchSubmitted'),
  BatchesUnlisted: to('headgate', 'BatchesObserved'),
  DeployFailed: to('operator', 'DeployRetried'),
  LandingInFlight: to('forge', 'BranchLanded'),

  Draft: push,
  NotAuthorized: to('operator', 'ShaAuthorized'),
  NotApproved: review,
  ChangesRequested: push,
  ApprovalOutdated: review,
  BlockingLabel: push,
  DoNotTest: push,
  CheckFailed: push,
  CheckPending: check,
  CheckNotReported: check,

  DependencyCycle: push,
  DependencyOpen: to('dependency', 'BranchLanded'),
  DependencyClosed: push,
  DependencyUnread: to('forge', 'PullRequestObserved'),

  WaitingForTest: to('headgate', 'TestBatchSubmitted'),
  Testing: to('headgate', 'BatchObserved'),
  TestFailed: push,
  MergeConflict: push,
  BuildFileMissing: push,
  BuildFileInvalid: push,
  Timeout: to('operator', 'TestRetried'),
  Infrastructure: to('operator', 'TestRetried'),
  OutOfDate: to('headgate', 'TestBatchSubmitted'),
  EvidenceIncomplete: to('operator', 'TestRetried'),

  StatusNotPosted: to('headgate', 'StatusPosted'),
  StatusRefused: to('operator', 'TestRetried'),
  LandingPaused: to('headgate', 'TimeAdvanced'),
  LandingRefused: to('maintainer', 'PullRequestObserved'),
}
