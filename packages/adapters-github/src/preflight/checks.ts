import type { Policy } from '@headgate/core'
import type { BranchFacts, NamedCheck } from './facts.js'
import { blocks, warns, type Finding } from './finding.js'

const quoted = (checks: ReadonlyArray<NamedCheck>): string =>
  checks.map(({ name, app }) => (app === undefined ? `"${name}"` : `"${name}" (of ${app})`)).join(', ')

const reports = (seen: ReadonlyArray<NamedCheck>, wanted: NamedCheck): boolean =>
  seen.some((check) => check.name === wanted.name && (wanted.app === undefined || check.app === wanted.app))

/** A required check that has never been seen holds every pull request for ever: better said before the first one waits. */
const silent = (facts: BranchFacts, policy: Policy): ReadonlyArray<Finding> => {
  const fromPolicy = policy.requiredChecks.map((name) => ({ name, app: policy.checkReporters[name] }))
  const waited = [...facts.required, ...fromPolicy].filter((check) => check.name !== policy.statusContext)
  const never = waited.filter((check) => !reports(facts.seen, check))
  return never.length === 0
    ? []
    : [
        warns({
          code: 'silent-check',
          text: `Required, but not seen on the branch, its last 20 pull requests or our prepared commits: ${quoted(never)}.`,
          remedy: 'Correct the name or the app in the rule, or let the check run once.',
        }),
      ]
}

const ofOthers = (facts: BranchFacts, policy: Policy): ReadonlyArray<Finding> => {
  const others = facts.required.filter((check) => check.name !== policy.statusContext)
  return others.length === 0
    ? []
    : [
        warns(
          {
            code: 'checks-of-others',
            text: `GitHub asks for these checks on the very commit that lands: ${quoted(others)}.`,
            remedy: 'Let them run on pushes to "headgate/**", or let this service bypass them.',
          },
          'fast-forward',
        ),
      ]
}

const own = (facts: BranchFacts, policy: Policy): ReadonlyArray<Finding> =>
  facts.required.some((check) => check.name === policy.statusContext)
    ? []
    : [
        warns({
          code: 'not-required',
          text: `"${policy.statusContext}" is not a required check, so people can merge past the gate.`,
          remedy: `Add "${policy.statusContext}" to the required checks of the branch.`,
        }),
      ]

const none = (facts: BranchFacts, policy: Policy): ReadonlyArray<Finding> =>
  facts.required.length + policy.requiredChecks.length > 0 || !facts.exists
    ? []
    : [
        blocks({
          code: 'no-required-check',
          text: 'No check is required, neither by GitHub nor by the policy; without one nothing is mergeable.',
          remedy: `Require "${policy.statusContext}" on the branch, or name checks in "requiredChecks".`,
        }),
      ]

/** What the required checks mean for the gate. */
export const checkFindings = (facts: BranchFacts, policy: Policy): ReadonlyArray<Finding> =>
  facts.exists
    ? [...none(facts, policy), ...own(facts, policy), ...silent(facts, policy), ...ofOthers(facts, policy)]
    : []
