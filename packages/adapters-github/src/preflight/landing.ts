import type { Policy } from '@headgate/core'
import type { BranchFacts } from './facts.js'
import { blocks, warns, type Finding } from './finding.js'

/** What the rules of the branch say about a move to a commit of ours. */
const fastForward = (facts: BranchFacts, { mergeMethod }: Policy): ReadonlyArray<Finding> => [
  ...(facts.canPush === false
    ? [
        blocks(
          {
            code: 'no-push',
            text: 'The rules of the branch do not let this credential push to it.',
            remedy: 'Put it on the list of those who may push, or land with "landing: forge-merge".',
          },
          'fast-forward',
        ),
      ]
    : []),
  ...(facts.wantsReview && facts.canPush !== false
    ? [
        warns(
          {
            code: 'needs-bypass',
            text: 'Changes must come through a pull request; headgate moves the branch itself, after it saw the approvals.',
            remedy:
              'Let the App or user of this service bypass the pull request requirement (and nothing else).',
          },
          'fast-forward',
        ),
      ]
    : []),
  ...(facts.wantsLinear && mergeMethod === 'merge'
    ? [
        blocks(
          {
            code: 'linear-history',
            text: 'The branch takes no merge commits, and "mergeMethod: merge" makes them.',
            remedy: 'Set "mergeMethod: squash" or "mergeMethod: rebase".',
          },
          'fast-forward',
          'forge-merge',
        ),
      ]
    : []),
  ...(facts.wantsSignatures
    ? [
        blocks(
          {
            code: 'signatures',
            text: 'The branch takes signed commits only, and prepared commits are not signed.',
            remedy: 'Land with "landing: forge-merge" (GitHub signs what it merges), or lift the rule.',
          },
          'fast-forward',
        ),
      ]
    : []),
]

/** What the settings say about the forge's merge button. */
const forgeMerge = (facts: BranchFacts, { mergeMethod }: Policy): ReadonlyArray<Finding> => [
  ...(facts.allowed[mergeMethod]
    ? []
    : [
        blocks(
          {
            code: 'method-off',
            text: `The repository does not allow the merge method "${mergeMethod}".`,
            remedy: 'Allow it in the settings of the repository, or set another "mergeMethod".',
          },
          'forge-merge',
        ),
      ]),
  ...(facts.wantsUpToDate
    ? [
        blocks(
          {
            code: 'up-to-date',
            text: 'GitHub wants pull requests to contain the head of the branch before they merge.',
            remedy:
              'Turn "Require branches to be up to date" off: that is what the gate is for, without a push for each.',
          },
          'forge-merge',
        ),
      ]
    : []),
]

const both = (facts: BranchFacts): ReadonlyArray<Finding> => [
  ...(facts.readOnly
    ? [
        blocks({
          code: 'read-only',
          text: 'The repository is archived or disabled.',
          remedy: 'Watch another one.',
        }),
      ]
    : []),
  ...(facts.exists
    ? []
    : [
        blocks({
          code: 'no-branch',
          text: 'There is no such branch.',
          remedy: 'Correct the name in the configuration.',
        }),
      ]),
  ...(facts.locked
    ? [blocks({ code: 'locked', text: 'The branch is locked.', remedy: 'Unlock it in its protection rule.' })]
    : []),
  ...(facts.mergeQueue
    ? [
        blocks({
          code: 'merge-queue',
          text: "GitHub's own merge queue is on for this branch; two queues would undo each other's work.",
          remedy: 'Remove the rule "Require merge queue".',
        }),
      ]
    : []),
]

/** What stands against each way of landing. */
export const landingFindings = (facts: BranchFacts, policy: Policy): ReadonlyArray<Finding> => [
  ...both(facts),
  ...(facts.exists ? [...fastForward(facts, policy), ...forgeMerge(facts, policy)] : []),
]
