/** What the forge's checks mean to the gate. */
import { isSome } from 'fp-ts/lib/Option.js'
import type { Policy } from '../model/policy.js'
import type { CheckSnapshot, PullRequestSnapshot } from '../model/snapshot.js'

export type Verdict = 'success' | 'failure' | 'pending'

/**
 * GitHub's words to three. Source: the reference's mapping (SKIPPED fails: a skipped check proves nothing). A word
 * nobody knows yet is pending, which holds back and never lets through.
 */
export const checkVerdict = (state: string | undefined): Verdict => {
  switch (state) {
    case 'SUCCESS':
    case 'NEUTRAL':
      return 'success'
    case 'FAILURE':
    case 'ERROR':
    case 'TIMED_OUT':
    case 'CANCELLED':
    case 'STARTUP_FAILURE':
    case 'SKIPPED':
      return 'failure'
    default:
      return 'pending'
  }
}

export interface RequiredCheck {
  readonly name: string
  readonly verdict: Verdict
  /** The reports that count; none for a required check that nobody has reported yet. */
  readonly reports: ReadonlyArray<CheckSnapshot>
}

const counts = (policy: Policy, check: CheckSnapshot): boolean => {
  const wanted = Object.hasOwn(policy.checkReporters, check.name)
    ? policy.checkReporters[check.name]
    : undefined
  return wanted === undefined || (isSome(check.reporter) && check.reporter.value === wanted)
}

const worst = (verdicts: ReadonlyArray<Verdict>): Verdict =>
  verdicts.includes('failure') ? 'failure' : verdicts.includes('pending') ? 'pending' : 'success'

/** Every required check but our own, with the worst verdict among its trusted reports; an unreported one is pending. */
export const requiredChecks = (
  policy: Policy,
  fromForge: ReadonlyArray<string>,
  snapshot: PullRequestSnapshot,
): ReadonlyArray<RequiredCheck> => {
  const names = [...new Set([...fromForge, ...policy.requiredChecks])].filter(
    (n) => n !== policy.statusContext,
  )
  return names.map((name) => {
    const reports = snapshot.checks.filter((check) => check.name === name && counts(policy, check))
    const verdicts = reports.map((check) => checkVerdict(isSome(check.state) ? check.state.value : undefined))
    return { name, verdict: reports.length === 0 ? 'pending' : worst(verdicts), reports }
  })
}
