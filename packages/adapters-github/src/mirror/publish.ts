import type { Failure, RunId, Sha } from '@headgate/core'
import * as E from 'fp-ts/lib/Either.js'
import type { Git } from './git.js'
import { checkObjectIds } from './objects.js'
import { talk, transferFault, type Remote } from './remote.js'

/** A run id as one component of a ref name: anything unusual is escaped. */
const component = (run: RunId): string =>
  encodeURIComponent(run).replace(/[.~*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)

/** The branch under which the forge keeps the prepared commit of a run, so that test jobs can fetch it. */
export const preparedRef = (branch: string, run: RunId): string =>
  `refs/heads/headgate/${branch}/${component(run)}`

/** Gives the forge a commit under a ref of ours. Forced, so that doing it again is doing it once. */
export const publish = async (
  git: Git,
  remote: Remote,
  commit: Sha,
  ref: string,
): Promise<E.Either<Failure, undefined>> => {
  const sound = checkObjectIds([commit])
  if (E.isLeft(sound)) return sound
  const args = [
    'push',
    '--quiet',
    '--force',
    '--no-verify',
    '--end-of-options',
    remote.url,
    `${commit}:${ref}`,
  ]
  const run = await talk(git, remote, args)
  if (E.isLeft(run)) return run
  return run.right.code === 0
    ? E.right(undefined)
    : E.left(transferFault('push the prepared commit', run.right))
}

/** Deletes a ref of ours at the forge; one that is gone already is fine. */
export const unpublish = async (
  git: Git,
  remote: Remote,
  ref: string,
): Promise<E.Either<Failure, undefined>> => {
  const run = await talk(git, remote, [
    'push',
    '--quiet',
    '--no-verify',
    '--end-of-options',
    remote.url,
    `:${ref}`,
  ])
  if (E.isLeft(run)) return run
  return run.right.code === 0 || /remote ref does not exist/.test(run.right.stderr)
    ? E.right(undefined)
    : E.left(transferFault('delete the prepared commit', run.right))
}
