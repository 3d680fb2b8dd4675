import { isExempt, mayPush, type Protection } from '../forge/protection.js'
import { userById } from '../store/lookups.js'
import type { RepoRow } from '../store/rows.js'
import type { World } from '../world.js'
import { appNode } from './actor.js'
import type { Asking, Node } from './answer.js'

/** The rule that protects a branch. */
export const protectionNode = (world: World, branch: string, rules: Protection): Node => ({
  __typename: 'BranchProtectionRule',
  pattern: branch,
  allowsDeletions: rules.allowDeletions,
  allowsForcePushes: rules.allowForcePushes,
  dismissesStaleReviews: rules.reviews?.dismissStale ?? false,
  isAdminEnforced: rules.enforceAdmins,
  lockBranch: false,
  requiredApprovingReviewCount: rules.reviews?.count ?? null,
  requiredStatusCheckContexts: (rules.checks?.required ?? []).map((r) => r.context),
  requiredStatusChecks: (rules.checks?.required ?? []).map((r) => ({
    context: r.context,
    app: r.appId === null ? null : appNode(world, userById(world.db, r.appId)),
  })),
  requiresApprovingReviews: rules.reviews !== null,
  requiresCodeOwnerReviews: false,
  requiresCommitSignatures: false,
  requiresConversationResolution: false,
  requiresLinearHistory: rules.linearHistory,
  requiresStatusChecks: rules.checks !== null,
  requiresStrictStatusChecks: rules.checks?.strict ?? false,
  restrictsPushes: rules.restrictions !== null,
})

/** What the rules of a branch mean for whoever asks. */
export const updateRuleNode = (repo: RepoRow, branch: string, rules: Protection): Node => ({
  __typename: 'RefUpdateRule',
  pattern: branch,
  allowsDeletions: rules.allowDeletions,
  allowsForcePushes: rules.allowForcePushes,
  blocksCreations: false,
  requiredApprovingReviewCount: rules.reviews?.count ?? null,
  requiredStatusCheckContexts: (rules.checks?.required ?? []).map((r) => r.context),
  requiresCodeOwnerReviews: false,
  requiresConversationResolution: false,
  requiresLinearHistory: rules.linearHistory,
  requiresSignatures: false,
  viewerAllowedToDismissReviews: true,
  viewerCanPush: (_: unknown, { actor }: Asking) =>
    isExempt(repo, rules, actor) || mayPush(repo, rules, actor),
})
