/** A hold is one condition that keeps a pull request (or the branch) from going on: why, who can clear it, and by what. */
import type { Event } from '../model/event.js'

export type HoldCode =
  | 'HeadUnknown'
  | 'HeadUnverified'
  | 'HeadBroken'
  | 'NotMergeableBranch'
  | 'Frozen'
  | 'DeployInFlight'
  | 'DeployDue'
  | 'DeployFailed'
  | 'LandingInFlight'
  | 'Draft'
  | 'NotApproved'
  | 'ChangesRequested'
  | 'ApprovalOutdated'
  | 'BlockingLabel'
  | 'NotAuthorized'
  | 'DoNotTest'
  | 'CheckFailed'
  | 'CheckPending'
  | 'CheckNotReported'
  | 'WaitingForTest'
  | 'Testing'
  | 'TestFailed'
  | 'MergeConflict'
  | 'BuildFileMissing'
  | 'BuildFileInvalid'
  | 'Timeout'
  | 'Infrastructure'
  | 'OutOfDate'
  | 'EvidenceIncomplete'
  | 'StatusNotPosted'
  | 'LandingRefused'

export interface Hold {
  readonly code: HoldCode
  /** One sentence for people. */
  readonly text: string
  readonly clearedBy: 'author' | 'reviewer' | 'operator' | 'maintainer' | 'checks' | 'headgate' | 'forge'
  /** The fact that would clear it. */
  readonly clearedWhen: Event['_tag']
}

export const hold = (
  code: HoldCode,
  text: string,
  clearedBy: Hold['clearedBy'],
  clearedWhen: Hold['clearedWhen'],
): Hold => ({ code, text, clearedBy, clearedWhen })
