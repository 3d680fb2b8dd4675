import type { BranchName, GithubConcern } from '@headgate/core'
import { isNone, none, some, type Option } from 'fp-ts/lib/Option.js'
import type { Hook } from './hook.js'

/** Whom a delivery concerns. No branch: every watched branch of the repository. */
export interface Address {
  /** `owner/name`, in the forge's own case; compare with `addressedTo`. */
  readonly repository: string
  readonly branch: Option<string>
  readonly concern: GithubConcern
}

const bases = (hook: Extract<Hook, { readonly _tag: 'PullRequest' }>): ReadonlyArray<string> =>
  isNone(hook.formerBase) || hook.formerBase.value === hook.base
    ? [hook.base]
    : [hook.base, hook.formerBase.value]

/**
 * Where to look because of this delivery. A push to a branch that nobody watches has an address too: whoever watches
 * branches drops it (a push to a pull request's branch also arrives as its own `pull_request` delivery).
 */
export const addressesOf = (hook: Hook): ReadonlyArray<Address> => {
  switch (hook._tag) {
    case 'PullRequest':
      return bases(hook).map((base) => ({
        repository: hook.repository,
        branch: some(base),
        concern: { _tag: 'PullRequest', pr: hook.number },
      }))
    case 'PullRequestReview':
      return [
        {
          repository: hook.repository,
          branch: some(hook.base),
          concern: { _tag: 'PullRequest', pr: hook.number },
        },
      ]
    case 'Push':
      return [{ repository: hook.repository, branch: some(hook.branch), concern: { _tag: 'Head' } }]
    case 'Status':
    case 'CheckRun':
    case 'CheckSuite':
      return [{ repository: hook.repository, branch: none, concern: { _tag: 'Checks', sha: hook.sha } }]
    case 'RulesChanged':
      return [{ repository: hook.repository, branch: none, concern: { _tag: 'Everything' } }]
    case 'Commented':
    case 'Ping':
    case 'Ignored':
      return []
  }
}

/** Is this watched branch meant? Repository names differ in case only by accident; branch names do not. */
export const addressedTo = (address: Address, branch: BranchName): boolean =>
  address.repository.toLowerCase() === branch.repository.toLowerCase() &&
  (isNone(address.branch) || address.branch.value === branch.branch)
