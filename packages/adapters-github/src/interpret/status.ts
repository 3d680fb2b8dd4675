import type { Failure, PrNumber, Sha, StatusState } from '@headgate/core'
import type * as E from 'fp-ts/lib/Either.js'
import type { Option } from 'fp-ts/lib/Option.js'
import { placeOf, type GithubInterpreterOptions } from './context.js'

/** GitHub takes at most this many characters of description. */
const DESCRIPTION_MAX = 140

/** Cuts a description to what GitHub takes, however it counts: in UTF-16 units, but never inside a character. */
export const cutDescription = (text: string): string => {
  const line = text.replace(/\s+/g, ' ').trim()
  if (line.length <= DESCRIPTION_MAX) return line
  return `${line.slice(0, DESCRIPTION_MAX - 1).replace(/[\uD800-\uDBFF]$/, '')}…`
}

/** Posts our status on a commit. Posting it again changes nothing that anybody sees. */
export const postStatus = (
  options: GithubInterpreterOptions,
  status: {
    readonly sha: Sha
    readonly context: string
    readonly state: StatusState
    readonly description: string
    readonly pr: Option<PrNumber>
  },
): Promise<E.Either<Failure, unknown>> => {
  const { owner, name } = placeOf(options)
  return options.client.rest({
    access: 'write',
    route: 'POST /repos/{owner}/{repo}/statuses/{sha}',
    parameters: {
      owner,
      repo: name,
      sha: status.sha,
      state: status.state,
      context: status.context,
      description: cutDescription(status.description),
      target_url: options.statusTargetUrl(status.pr),
    },
  })
}
