import type { Failure, Sha } from '@headgate/core'
import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import { permanent } from '../failure.js'
import { mustRun, type Git } from './git.js'

/** Larger files are refused; no build file comes near. */
const FILE_MAX_BYTES = 10 * 1024 * 1024

const isInside = (path: string): boolean =>
  path.split('/').every((part) => part !== '' && part !== '.' && part !== '..')

/** The text of a file in a commit; none when it is not there, or is not a plain file. */
export const readFileAt = async (
  git: Git,
  commit: Sha,
  path: string,
): Promise<E.Either<Failure, O.Option<string>>> => {
  if (!isInside(path)) return E.right(O.none)
  const listed = await mustRun(git, `look for ${path}`, [
    'ls-tree',
    '-l',
    '-z',
    '--full-tree',
    commit,
    '--',
    path,
  ])
  if (E.isLeft(listed)) return listed
  const entry = /^100\d{3} blob ([0-9a-f]+) +(\d+)\t([^\0]*)\0/.exec(listed.right)
  if (entry === null || entry[3] !== path) return E.right(O.none)
  if (Number(entry[2]) > FILE_MAX_BYTES)
    return E.left(permanent('FileTooLarge', `${path} has more than ${FILE_MAX_BYTES} bytes.`))
  const content = await mustRun(git, `read ${path}`, ['cat-file', 'blob', entry[1] ?? ''])
  return E.isLeft(content) ? content : E.right(O.some(content.right))
}

/** The paths that differ between two commits, renames as both of their names. */
export const changedFilesBetween = async (
  git: Git,
  base: Sha,
  commit: Sha,
): Promise<E.Either<Failure, ReadonlyArray<string>>> => {
  const args = ['diff-tree', '-r', '-z', '--name-only', '--no-renames', base, commit]
  const out = await mustRun(git, 'compare two commits', args)
  return E.isLeft(out) ? out : E.right(out.right.split('\0').filter((path) => path !== ''))
}
