/**
 * What each hold code tells people: the sentence, who clears it by which fact, what is awaited and until when (in
 * seconds from now), and the evidence as JSON.
 */
import { isSome } from 'fp-ts/lib/Option.js'
import { expect, test } from 'vitest'
import { Hold, HoldCode, type Wait } from '@headgate/core'
import { shown } from '../support/holds.js'

const waitLine = (wait: Wait, now: number): string => {
  const left = (time: number): string => `+${(time - now) / 1000} s`
  const limit = isSome(wait.expires) ? `, over by ${left(wait.expires.value)}` : ''
  return `${wait.text} [${wait.events.join(' | ')}; ${left(wait.nextLook)}${limit}]`
}

const tell = (code: HoldCode): string => {
  const { reason, story } = shown(code)
  const { _tag, ...evidence } = Hold.encode(reason.evidence)
  return [
    `${_tag}: ${reason.text}`,
    `  cleared by ${reason.clearedBy}: ${reason.clearedWhen}`,
    `  ${waitLine(reason.wait, story.game.state.now)}`,
    `  ${JSON.stringify(evidence)}`,
  ].join('\n')
}

test('every code can be reached, and says this', () => {
  const codes = Object.keys(HoldCode.keys) as ReadonlyArray<HoldCode>
  expect(`\n${codes.map(tell).join('\n')}\n`).toMatchInlineSnapshot(`
    "
    HeadUnknown: The branch has not been read yet.
      cleared by forge: BranchObserved
      Under way: read the branch and its pull requests. [BranchObserved | EffectFailed; +120 s]
      {}
    BranchUnread: The branch is being read afresh: what was seen before may have changed.
      cleared by forge: BranchObserved
      Under way: read the branch and its pull requests. [BranchObserved | EffectFailed; +120 s]
      {}
    HeadDoubted: The forge says that the branch is no longer at base0; it is being read.
      cleared by forge: HeadObserved
      Under way: read the head. [HeadObserved | EffectFailed; +120 s]
      {"believed":"base0"}
    HeadInspecting: What the forge merged as f1 is being compared with what was tested in batch 2.
      cleared by headgate: CommitInspected
      Under way: inspect f1. [CommitInspected | EffectFailed; +120 s]
      {"head":"f1","base":"base0","batchId":2}
    HeadUnverified: The head base0 is being tested: It was there before headgate was. Nothing deploys until it passes.
      cleared by headgate: BatchObserved
      Batch 1, which tests the head, ends. [BatchObserved | BatchesObserved; +60 s, over by +14400 s]
      {"head":"base0","why":"It was there before headgate was.","run":"run-lfls-3"}
    HeadBroken: The head failed its own tests in batch 1. Nothing deploys until a head passes.
      cleared by operator: HeadTestRetried
      Waiting for an operator. [HeadTestRetried; +299.998 s]
      {"head":"base0","batchId":1,"text":"The head failed its own tests in batch 1."}
    NotMergeableBranch: This service may not merge into the branch.
      cleared by operator: PolicyChanged
      Waiting for an operator. [PolicyChanged; +299.999 s]
      {}
    NotDeployableBranch: This service may not deploy the branch.
      cleared by operator: PolicyChanged
      Waiting for an operator. [PolicyChanged; +299.999 s]
      {}
    Frozen: Merges and deploys are frozen by ada: release
      cleared by operator: BranchUnfrozen
      Waiting for an operator. [BranchUnfrozen; +299.998 s]
      {"by":"ada","reason":"release","at":1000002}
    DeployInFlight: The deploy of base0 is under way in batch 1.
      cleared by headgate: BatchObserved
      Deploy batch 1 ends. [BatchObserved | BatchesObserved; +60 s, over by +14400 s]
      {"sha":"base0","run":"run-lfls-4","batchId":1,"startedAt":1000001}
    DeployDue: The head base0 is about to be deployed.
      cleared by headgate: DeployBatchSubmitted
      Under way: land #1: base0 -> m1 (fast-forward, batch 2). [BranchLanded | LandingRefused | EffectFailed; +119.999 s]
      {"sha":"base0"}
    BatchesUnlisted: The batches are being listed: a test or a deploy may be under way that nobody knows of.
      cleared by headgate: BatchesObserved
      Under way: list the batches. [BatchesObserved | EffectFailed; +120 s]
      {}
    DeployFailed: Last deploy (base0, batch 1): The deploy failed. It is made again on request.
      cleared by operator: DeployRetried
      Waiting for an operator. [DeployRetried; +299.998 s]
      {"sha":"base0","batchId":1,"outcome":"failure","text":"The deploy failed."}
    LandingInFlight: Pull request #1 is landing on base0.
      cleared by forge: BranchLanded
      Under way: land #1: base0 -> m1 (fast-forward, batch 1). [BranchLanded | LandingRefused | EffectFailed; +120 s]
      {"members":[{"pr":1,"source":"s1.1"}],"base":"base0","run":"run-lfls-4","batchId":1}
    Draft: It is a draft.
      cleared by author: PullRequestObserved
      Waiting for its author. [PullRequestObserved; +299.999 s]
      {}
    NotAuthorized: stranger is not a known developer and s1.1 has not been authorized.
      cleared by operator: ShaAuthorized
      Waiting for an operator. [ShaAuthorized; +299.999 s]
      {"author":"stranger","source":"s1.1"}
    NotApproved: No reviewer has approved it.
      cleared by reviewer: PullRequestObserved
      Waiting for a reviewer. [PullRequestObserved; +299.999 s]
      {"decision":"REVIEW_REQUIRED"}
    ChangesRequested: A reviewer asked for changes.
      cleared by author: PullRequestObserved
      Waiting for its author. [PullRequestObserved; +299.999 s]
      {}
    ApprovalOutdated: It was approved at another commit than its head s1.1.
      cleared by reviewer: PullRequestObserved
      Waiting for a reviewer. [PullRequestObserved; +299.999 s]
      {"source":"s1.1","approved":["s1.0"]}
    BlockingLabel: It is labelled "WIP", "stacked PR".
      cleared by author: PullRequestObserved
      Waiting for its author. [PullRequestObserved; +299.999 s]
      {"labels":["WIP","stacked PR"]}
    DoNotTest: It is labelled "do-not-test" and needs a test.
      cleared by author: PullRequestObserved
      Waiting for its author. [PullRequestObserved; +299.999 s]
      {"label":"do-not-test"}
    CheckFailed: The required check "lint" failed (FAILURE).
      cleared by author: PullRequestObserved
      Waiting for its author. [PullRequestObserved; +299.999 s]
      {"check":"lint","reports":[{"name":"lint","state":"FAILURE","reporter":null}]}
    CheckPending: The required check "lint" has not finished.
      cleared by checks: PullRequestObserved
      Waiting for a required check. [PullRequestObserved; +299.999 s]
      {"check":"lint","reports":[{"name":"lint","state":"IN_PROGRESS","reporter":null}]}
    CheckNotReported: The required check "lint" has not reported.
      cleared by checks: PullRequestObserved
      Waiting for a required check. [PullRequestObserved; +299.999 s]
      {"check":"lint","reporter":null,"ignored":[]}
    DependencyCycle: #1, #2 depend on one another in a circle, so that none of them can be the first: take one "Depends-On" out.
      cleared by author: PullRequestObserved
      Waiting for its author. [PullRequestObserved; +299.999 s]
      {"cycle":[1,2]}
    DependencyOpen: It depends on #2, which has to land before it or together with it.
      cleared by dependency: BranchLanded
      #2 goes first. [BatchObserved | BatchesObserved; +60 s]
      {"dependency":2}
    DependencyClosed: It depends on #2, which is closed and has not landed: open #2 again, or take "Depends-On: #2" out of the description.
      cleared by author: PullRequestObserved
      Waiting for its author. [PullRequestObserved; +299.999 s]
      {"dependency":2,"fate":"closed"}
    DependencyUnread: It depends on #2, which is not open here; whether it has landed is being read.
      cleared by forge: PullRequestObserved
      Under way: read #2. [PullRequestObserved | EffectFailed; +120 s]
      {"dependency":2}
    WaitingForTest: It waits for a free place to be tested; 1 of 1 are taken, by #1.
      cleared by headgate: TestBatchSubmitted
      A test ends and makes room: that of #1. [BatchObserved | BatchesObserved; +60 s, over by +14400 s]
      {"running":[1],"places":1}
    Testing: Its test on base0 is under way: batch 1 runs.
      cleared by headgate: BatchObserved
      Test batch 1 of #1 ends. [BatchObserved | BatchesObserved; +60 s, over by +14400 s]
      {"run":"run-lfls-4","base":"base0","stage":"Running","batchId":1,"reason":"merge candidate","startedAt":1000001}
    TestFailed: Its tests failed in batch 1.
      cleared by author: PullRequestObserved
      Waiting for its author. [PullRequestObserved; +299.998 s]
      {"run":"run-lfls-4","base":"base0","batchId":1}
    MergeConflict: It conflicts with the head.
      cleared by author: PullRequestObserved
      Waiting for its author. [PullRequestObserved; +299.999 s]
      {"base":"base0","text":"It conflicts with the head."}
    BuildFileMissing: The commit has no build.yaml.
      cleared by author: PullRequestObserved
      Waiting for its author. [PullRequestObserved; +299.998 s]
      {"base":"base0","text":"The commit has no build.yaml."}
    BuildFileInvalid: build.yaml:3:1: unknown kind "runImages".
      cleared by author: PullRequestObserved
      Waiting for its author. [PullRequestObserved; +299.998 s]
      {"base":"base0","text":"build.yaml:3:1: unknown kind \\"runImages\\"."}
    Timeout: Batch 1 was still running after 14400 seconds and was cancelled.
      cleared by operator: TestRetried
      Waiting for an operator. [TestRetried; +300 s]
      {"base":"base0","text":"Batch 1 was still running after 14400 seconds and was cancelled."}
    Infrastructure: a simulated fault
      cleared by operator: TestRetried
      Waiting for an operator. [TestRetried; +299.999 s]
      {"base":"base0","text":"a simulated fault"}
    OutOfDate: It passed on base0; the head is m1. It is tested again when its turn comes.
      cleared by headgate: TestBatchSubmitted
      #2 goes first. [BatchObserved | BatchesObserved; +60 s]
      {"base":"base0","head":"m1","batchId":3}
    EvidenceIncomplete: Batch 7, which passed, does not name what it tested.
      cleared by operator: TestRetried
      Waiting for an operator. [TestRetried; +299.998 s]
      {"batchId":7,"members":[{"pr":1,"source":"s1.1"}],"commit":null}
    StatusNotPosted: The status "headgate" has not been posted as success yet.
      cleared by headgate: StatusPosted
      Under way: say pending on s1.1: Testing: merge candidate. [StatusPosted | EffectFailed; +119.999 s]
      {"source":"s1.1","context":"headgate","posted":null}
    StatusRefused: The status "headgate" is not taken by the forge: a simulated fault
      cleared by operator: TestRetried
      Waiting for an operator. [TestRetried; +299.998 s]
      {"source":"s1.1","context":"headgate","text":"a simulated fault"}
    LandingPaused: It is asked for again after a pause (1 of 5 attempts made); the forge refused to merge it: Changes must be made through a pull request.
      cleared by headgate: TimeAdvanced
      The forge is asked again to land #1. [TimeAdvanced; +4 s, over by +4 s]
      {"pr":1,"text":"Changes must be made through a pull request.","attempts":1,"limit":5,"retryAt":1004003}
    LandingRefused: The forge refused to merge it: Changes must be made through a pull request.
      cleared by maintainer: PullRequestObserved
      Waiting for a maintainer of the repository. [PullRequestObserved; +299.997 s]
      {"text":"Changes must be made through a pull request.","attempts":1}
    "
  `)
})
