import * as O from 'fp-ts/lib/Option.js'
import { present } from '../query/codec.js'
import { firstChecks, type Rollup } from '../query/checks.js'
import type { PreflightReading, RawPreflight } from './query.js'

/** A check that a rule requires, or that has been seen; `app` where GitHub says whose it is. */
export interface NamedCheck {
  readonly name: string
  readonly app: string | undefined
}

/** The settings of a branch, from all the places where GitHub keeps them. */
export interface BranchFacts {
  readonly permission: string | undefined
  readonly readOnly: boolean
  readonly exists: boolean
  readonly allowed: Readonly<Record<'merge' | 'squash' | 'rebase', boolean>>
  /** May this credential push to the branch? Undefined: no rule speaks of it. */
  readonly canPush: boolean | undefined
  readonly locked: boolean
  readonly wantsReview: boolean
  readonly wantsLinear: boolean
  readonly wantsSignatures: boolean
  readonly wantsUpToDate: boolean
  readonly mergeQueue: boolean
  readonly required: ReadonlyArray<NamedCheck>
  /** What has reported lately on the branch, its pull requests and our prepared commits. */
  readonly seen: ReadonlyArray<NamedCheck>
  /** Settings that GitHub did not show, by their path. */
  readonly hidden: ReadonlyArray<string>
}

const byName = (checks: ReadonlyArray<NamedCheck>): ReadonlyArray<NamedCheck> => [
  ...new Map(
    [...checks]
      .sort((a, b) => (a.app ?? '').localeCompare(b.app ?? ''))
      .map((check) => [`${check.name}/${check.app ?? ''}`, check] as const),
  ).values(),
]

const rollupsOf = (raw: RawPreflight): ReadonlyArray<Rollup | null | undefined> => [
  raw.ref?.target?.statusCheckRollup,
  ...present(raw.pullRequests).map((pull) => pull.statusCheckRollup),
  ...present(raw.refs).map((ref) => ref.target?.statusCheckRollup),
]

const requiredOf = (raw: RawPreflight): ReadonlyArray<NamedCheck> => {
  const { branchProtectionRule, refUpdateRule, rules } = raw.ref ?? {}
  const known = (branchProtectionRule?.requiredStatusChecks ?? []).map(({ context, app }) => ({
    name: context,
    app: app?.slug,
  }))
  const names = [
    ...(refUpdateRule?.requiredStatusCheckContexts ?? []),
    ...present(rules).flatMap((rule) => (rule.parameters?.requiredStatusChecks ?? []).map((c) => c.context)),
  ]
  const others = names.flatMap((name) =>
    typeof name === 'string' && !known.some((check) => check.name === name) ? [{ name, app: undefined }] : [],
  )
  return byName([...known, ...others])
}

/** Folds the branch protection, the update rule and the rulesets into one: what any of them asks for is asked for. */
export const factsOf = ({ raw, hidden }: PreflightReading): BranchFacts => {
  const { branchProtectionRule: rule, refUpdateRule: update, rules } = raw.ref ?? {}
  const has = (type: string): boolean => present(rules).some((one) => one.type === type)
  const strict = present(rules).some((one) => one.parameters?.strictRequiredStatusChecksPolicy === true)
  return {
    permission: raw.viewerPermission ?? undefined,
    readOnly: raw.isArchived === true || raw.isDisabled === true,
    exists: raw.ref !== null && raw.ref !== undefined,
    allowed: {
      merge: raw.mergeCommitAllowed !== false,
      squash: raw.squashMergeAllowed !== false,
      rebase: raw.rebaseMergeAllowed !== false,
    },
    canPush: update?.viewerCanPush ?? undefined,
    locked: rule?.lockBranch === true || has('LOCK_BRANCH'),
    wantsReview:
      rule?.requiresApprovingReviews === true ||
      (update?.requiredApprovingReviewCount ?? 0) > 0 ||
      has('PULL_REQUEST'),
    wantsLinear:
      rule?.requiresLinearHistory === true ||
      update?.requiresLinearHistory === true ||
      has('REQUIRED_LINEAR_HISTORY'),
    wantsSignatures:
      rule?.requiresCommitSignatures === true ||
      update?.requiresSignatures === true ||
      has('REQUIRED_SIGNATURES'),
    wantsUpToDate: rule?.requiresStrictStatusChecks === true || strict,
    mergeQueue: has('MERGE_QUEUE'),
    required: requiredOf(raw),
    seen: byName(
      rollupsOf(raw).flatMap((rollup) =>
        firstChecks(rollup).map(({ name, reporter }) => ({ name, app: O.toUndefined(reporter) })),
      ),
    ),
    hidden: hidden.map((error) => error.path.replace(/^repository\./, '')),
  }
}
