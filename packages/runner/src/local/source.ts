/** A repository of the user's own machine, looked at before anything is made. It is only ever read. */
import { realpathSync, statSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { problem, type Problem } from '../problem.js'
import { gitOfUser } from './git.js'

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

/** What is wrong with `path` as the root of a repository (bare or not). */
const rootProblem = async (given: string, path: string): Promise<Problem | undefined> => {
  const bare = await gitOfUser(path, ['rev-parse', '--is-bare-repository'])
  if (E.isLeft(bare))
    return /dubious/.test(bare.left)
      ? problem('repo', given, `git refuses it: ${bare.left}.`, "Add it to git's safe.directory.")
      : problem('repo', given, 'It is not a git repository.', REMEDY)
  if (bare.right === 'true') return undefined
  const top = await gitOfUser(path, ['rev-parse', '--show-toplevel'])
  const root = E.isRight(top) ? top.right : ''
  return root === realpathSync(path)
    ? undefined
    : problem(
        'repo',
        given,
        'It is a directory inside a git repository.',
        `Name the repository itself: --repo ${root}.`,
      )
}

/** Looks at the repository at `given`. Errors: no directory, not a git repository, no commits. */
export const inspectSource = async (given: string): Promise<E.Either<Problem, SourceRepository>> => {
  const path = resolve(given)
  const refuse = (sentence: string) => E.left(problem('repo', given, sentence, REMEDY))
  if (!isDirectory(path)) return refuse('There is no such directory.')
  const refused = await rootProblem(given, path)
  if (refused !== undefined) return E.left(refused)
  const listed = await gitOfUser(path, ['for-each-ref', '--format=%(refname)', 'refs/heads/'])
  if (E.isLeft(listed)) return refuse(`git can't read it: ${listed.left}.`)
  const branches = listed.right
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.slice('refs/heads/'.length))
  const head = await gitOfUser(path, ['symbolic-ref', '--quiet', '--short', 'HEAD'])
  const defaultBranch = defaultOf(E.isRight(head) ? head.right : undefined, branches)
  if (defaultBranch === undefined) return refuse('The repository has no commits on any branch.')
  const file = await gitOfUser(path, ['cat-file', '-e', `refs/heads/${defaultBranch}:build.yaml`])
  return E.right({
    path,
    name: nameOf(path),
    defaultBranch,
    branches: branches.filter((branch) => branch !== defaultBranch).sort(),
    hasBuildFile: E.isRight(file),
  })
}
