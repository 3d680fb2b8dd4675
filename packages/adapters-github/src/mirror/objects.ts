import type { Failure, Sha } from '@headgate/core'
import * as E from 'fp-ts/lib/Either.js'
import { permanent } from '../failure.js'
import { isObjectId, ObjectId } from '../objectId.js'
import { localFault, mustRun, type Git } from './git.js'

/** Refuses whatever is not a full object name before it can reach a command line. */
export const checkObjectIds = (names: ReadonlyArray<string>): E.Either<Failure, undefined> => {
  const stranger = names.find((name) => !isObjectId(name))
  return stranger === undefined
    ? E.right(undefined)
    : E.left(permanent('NotAnObjectId', `"${stranger.slice(0, 80)}" is not the full name of a git object.`))
}

/** Those of the commits that the mirror does not have. */
export const missingCommits = async (
  git: Git,
  commits: ReadonlyArray<Sha>,
): Promise<E.Either<Failure, ReadonlyArray<Sha>>> => {
  if (commits.length === 0) return E.right([])
  const input = commits.map((commit) => `${commit}^{commit}\n`).join('')
  const out = await mustRun(git, 'look for commits', ['cat-file', '--batch-check'], { input })
  if (E.isLeft(out)) return out
  const lines = out.right.split('\n')
  return E.right(commits.filter((_, i) => !/^[0-9a-f]+ commit \d+$/.test(lines[i] ?? '')))
}

/** The tree of a commit. */
export const treeOf = async (git: Git, commit: Sha): Promise<E.Either<Failure, Sha>> =>
  oneId(await mustRun(git, 'read a tree', ['rev-parse', '--verify', '--end-of-options', `${commit}^{tree}`]))

/** The later of the dates of two commits, in git's own form: a date that nothing but the two decides. */
export const laterDate = async (git: Git, a: Sha, b: Sha): Promise<E.Either<Failure, string>> => {
  const out = await mustRun(git, 'read dates', ['show', '-s', '--format=%ct', '--end-of-options', a, b])
  return E.isLeft(out) ? out : E.right(`${Math.max(...out.right.trim().split(/\s+/).map(Number))} +0000`)
}

/** The single object name that a command printed. */
export const oneId = (out: E.Either<Failure, string>): E.Either<Failure, Sha> => {
  if (E.isLeft(out)) return out
  const id = ObjectId.decode(out.right.trim())
  return E.isRight(id)
    ? id
    : E.left(permanent('GitFault', 'git printed something that is not an object name.'))
}

/** Is `ancestor` reachable from `commit` (or the same)? */
export const isAncestor = async (
  git: Git,
  ancestor: Sha,
  commit: Sha,
): Promise<E.Either<Failure, boolean>> => {
  const run = await git(['merge-base', '--is-ancestor', ancestor, commit])
  return run.code === 0 || run.code === 1
    ? E.right(run.code === 0)
    : E.left(localFault('compare two commits', run))
}
