import type { Failure, Sha } from '@headgate/core'
import * as E from 'fp-ts/lib/Either.js'
import { transient } from '../failure.js'
import type { Git } from './git.js'
import { checkObjectIds, missingCommits } from './objects.js'
import { talk, transferFault, type Remote } from './remote.js'

/** Where wanted commits are likely to be found at the forge. */
export interface Whereabouts {
  readonly branches?: ReadonlyArray<string>
  readonly pullRequests?: ReadonlyArray<number>
}

const FETCH = ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', '--force', '--end-of-options']

/** False: some of these refs are not there, and so nothing was fetched. */
const fetchRefs = async (
  git: Git,
  remote: Remote,
  refspecs: ReadonlyArray<string>,
): Promise<E.Either<Failure, boolean>> => {
  const run = await talk(git, remote, [...FETCH, remote.url, ...refspecs])
  if (E.isLeft(run)) return run
  if (run.right.code === 0) return E.right(true)
  return /couldn't find remote ref|not our ref|unadvertised object/.test(run.right.stderr)
    ? E.right(false)
    : E.left(transferFault('fetch', run.right))
}

/** Fetches those of the refs that are there: all at once, and if one is missing, one by one. */
const fetchPresent = async (
  git: Git,
  remote: Remote,
  refspecs: ReadonlyArray<string>,
): Promise<E.Either<Failure, undefined>> => {
  if (refspecs.length === 0) return E.right(undefined)
  const together = await fetchRefs(git, remote, refspecs)
  if (E.isLeft(together)) return together
  if (together.right || refspecs.length === 1) return E.right(undefined)
  for (const refspec of refspecs) {
    const alone = await fetchRefs(git, remote, [refspec])
    if (E.isLeft(alone)) return alone
  }
  return E.right(undefined)
}

const refspecsOf = ({ branches = [], pullRequests = [] }: Whereabouts): ReadonlyArray<string> => [
  ...branches.map((branch) => `+refs/heads/${branch}:refs/headgate/heads/${encodeURIComponent(branch)}`),
  ...pullRequests.map((pr) => `+refs/pull/${pr}/head:refs/headgate/pull/${pr}`),
]

/**
 * Sees to it that the mirror has these commits: nothing is asked when it has them; then the refs where they should be
 * are fetched; then the commits by name. A commit that still is not there is a transient failure: the forge may lag.
 */
export const ensureCommits = async (
  git: Git,
  remote: Remote,
  commits: ReadonlyArray<Sha>,
  whereabouts: Whereabouts,
): Promise<E.Either<Failure, undefined>> => {
  const sound = checkObjectIds(commits)
  if (E.isLeft(sound)) return sound
  const attempts: ReadonlyArray<(missing: ReadonlyArray<Sha>) => Promise<E.Either<Failure, undefined>>> = [
    () => fetchPresent(git, remote, refspecsOf(whereabouts)),
    (missing) =>
      fetchPresent(
        git,
        remote,
        missing.map((id) => `+${id}:refs/headgate/commits/${id}`),
      ),
  ]
  for (const attempt of attempts) {
    const missing = await missingCommits(git, commits)
    if (E.isLeft(missing)) return missing
    if (missing.right.length === 0) return E.right(undefined)
    const fetched = await attempt(missing.right)
    if (E.isLeft(fetched)) return fetched
  }
  const missing = await missingCommits(git, commits)
  if (E.isLeft(missing)) return missing
  return missing.right.length === 0
    ? E.right(undefined)
    : E.left(
        transient('CommitNotFound', `GitHub does not give the commit ${missing.right.join(', ')} (yet).`),
      )
}
