/** A repository of the user's own machine, looked at before anything is made. It is only ever read. */
import { statSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { problem, type Problem } from '../problem.js'
import { git } from './git.js'

export interface SourceRepository {
  /** Absolute. */
  readonly path: string
  /** A name for it at the local GitHub. */
  readonly name: string
  readonly defaultBranch: string
  /** Every other local branch, by name. */
  readonly branches: ReadonlyArray<string>
  readonly hasBuildFile: boolean
}

const REMEDY = 'Name a git repository with at least one commit: --repo PATH.'

const isDirectory = (path: string): boolean => {
  try {
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}

const nameOf = (path: string): string => {
  const name = basename(path)
    .replace(/\.git$/, '')
    .replaceAll(/[^A-Za-z0-9._-]/g, '-')
    .replace(/^[.-]+/, '')
  return name === '' ? 'repository' : name.slice(0, 80)
}

/** HEAD's branch, or what is usually the default when HEAD names none that exists. */
const defaultOf = (head: string | undefined, branches: ReadonlyArray<string>): string | undefined =>
  [head, 'main', 'master', 'trunk', 'develop'].find((b) => b !== undefined && branches.includes(b)) ??
  branches[0]

/** Looks at the repository at `given`. Errors: no directory, not a git repository, no commits. */
export const inspectSource = async (given: string): Promise<E.Either<Problem, SourceRepository>> => {
  const path = resolve(given)
  const refuse = (sentence: string) => E.left(problem('repo', given, sentence, REMEDY))
  if (!isDirectory(path)) return refuse('There is no such directory.')
  // Not a directory inside a repository: the repository itself is what is imported.
  const dir = await git(path, ['rev-parse', '--git-dir'])
  if (
    E.isLeft(dir) ||
    !(
      dir.right === '.git' ||
      dir.right === '.' ||
      dir.right === resolve(path, '.git') ||
      dir.right.includes('/worktrees/')
    )
  )
    return refuse(
      E.isLeft(dir) && /dubious/.test(dir.left)
        ? `git refuses it: ${dir.left}.`
        : 'It is not a git repository.',
    )
  const listed = await git(path, ['for-each-ref', '--format=%(refname)', 'refs/heads/'])
  if (E.isLeft(listed)) return refuse(`git can't read it: ${listed.left}.`)
  const branches = listed.right
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.slice('refs/heads/'.length))
  const head = await git(path, ['symbolic-ref', '--quiet', '--short', 'HEAD'])
  const defaultBranch = defaultOf(E.isRight(head) ? head.right : undefined, branches)
  if (defaultBranch === undefined) return refuse('The repository has no commits on any branch.')
  const file = await git(path, ['cat-file', '-e', `refs/heads/${defaultBranch}:build.yaml`])
  return E.right({
    path,
    name: nameOf(path),
    defaultBranch,
    branches: branches.filter((branch) => branch !== defaultBranch).sort(),
    hasBuildFile: E.isRight(file),
  })
}
