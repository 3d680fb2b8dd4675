import type { PrNumber, Sha } from '@headgate/core'
import type { Option } from 'fp-ts/lib/Option.js'

interface InRepository {
  /** `owner/name`, in the forge's own case. */
  readonly repository: string
}

interface OfPullRequest extends InRepository {
  readonly action: string
  readonly number: PrNumber
  readonly base: string
}

interface OfCommit extends InRepository {
  readonly sha: Sha
}

/** One delivery of GitHub, reduced to what says where to look. */
export type Hook =
  | ({ readonly _tag: 'PullRequest'; readonly formerBase: Option<string> } & OfPullRequest)
  | ({ readonly _tag: 'PullRequestReview' } & OfPullRequest)
  | ({ readonly _tag: 'Push'; readonly branch: string } & InRepository)
  /** `state` in GitHub's words. */
  | ({ readonly _tag: 'Status'; readonly context: string; readonly state: string } & OfCommit)
  | ({ readonly _tag: 'CheckRun'; readonly action: string } & OfCommit)
  | ({ readonly _tag: 'CheckSuite'; readonly action: string } & OfCommit)
  /** Something new was said on a pull request, by a person. */
  | ({
      readonly _tag: 'Commented'
      readonly number: PrNumber
      readonly comment: number
      readonly author: string
      readonly body: string
    } & InRepository)
  /** The rules of a branch changed: which checks are required may be another set now. */
  | ({ readonly _tag: 'RulesChanged' } & InRepository)
  | { readonly _tag: 'Ping'; readonly zen: string }
  | { readonly _tag: 'Ignored'; readonly event: string; readonly reason: string }
