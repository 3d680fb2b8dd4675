import type { Failure, RunId, Sha } from '@headgate/core'
import * as E from 'fp-ts/lib/Either.js'
import type { Option } from 'fp-ts/lib/Option.js'
import { join } from 'node:path'
import type { TokenProvider } from '../client.js'
import { permanent } from '../failure.js'
import { isBranchName, isRepositoryName } from '../repositoryName.js'
import { combine, type Combination, type Recipe } from './combine.js'
import type { Person } from './commitTree.js'
import { ensureCommits, type Whereabouts } from './fetch.js'
import { changedFilesBetween, readFileAt } from './files.js'
import { gitIn, type Git } from './git.js'
import { isAncestor, treeOf } from './objects.js'
import { openRepository } from './open.js'
import { preparedRef, publish, unpublish } from './publish.js'
import { makeQueue } from './queue.js'
import type { Remote } from './remote.js'

export interface MirrorOptions {
  /** Where mirrors are kept; this one in `<owner>/<name>.git` below it. One process at a time may use it. */
  readonly dir: string
  /** `owner/name`. */
  readonly repository: string
  /** Such as `https://github.com/acme/app.git`. */
  readonly remoteUrl: string
  readonly token?: TokenProvider
  /** How error texts call the credential. */
  readonly credential?: string
  /** The committer of everything made here. */
  readonly service?: Person
  /** Per transfer, in milliseconds; the first one copies the whole repository. */
  readonly transferTimeoutMs?: number
}

/**
 * A bare copy of one repository, where merges are computed. Operations run one at a time, never reject, and fetch the
 * commits they need. `Left` follows the rule of effects: transient = did not happen, permanent = never will.
 */
export interface Mirror {
  /** Combines the members with the base. Twice the same recipe, twice the same commit. */
  readonly combine: (recipe: Recipe) => Promise<E.Either<Failure, Combination>>
  /** Gives the forge the prepared commit of a run, on a branch under `headgate/`. */
  readonly publish: (branch: string, run: RunId, commit: Sha) => Promise<E.Either<Failure, undefined>>
  /** Deletes that branch. */
  readonly unpublish: (branch: string, run: RunId) => Promise<E.Either<Failure, undefined>>
  readonly treeOf: (commit: Sha, where?: Whereabouts) => Promise<E.Either<Failure, Sha>>
  /** Is `ancestor` reachable from `commit`, or the same? */
  readonly isAncestor: (
    ancestor: Sha,
    commit: Sha,
    where?: Whereabouts,
  ) => Promise<E.Either<Failure, boolean>>
  /** The text of a file in a commit, if there is such a file. */
  readonly readFile: (commit: Sha, path: string) => Promise<E.Either<Failure, Option<string>>>
  /** The paths that differ between two commits. */
  readonly changedFiles: (base: Sha, commit: Sha) => Promise<E.Either<Failure, ReadonlyArray<string>>>
}

/** Who signs merges unless the host says otherwise. */
const SERVICE: Person = { name: 'headgate', email: 'headgate@users.noreply.invalid' }
const TRANSFER_TIMEOUT_MS = 15 * 60_000

const checkNames = (repository: string, branches: ReadonlyArray<string>): E.Either<Failure, undefined> => {
  if (!isRepositoryName(repository))
    return E.left(permanent('BadRepositoryName', `"${repository}" is not a repository (owner/name).`))
  const stranger = branches.find((branch) => !isBranchName(branch))
  return stranger === undefined
    ? E.right(undefined)
    : E.left(permanent('BadBranchName', `"${stranger}" is not a branch name.`))
}

/** A mirror of one repository; the directory is made at first use. */
export const makeMirror = (options: MirrorOptions): Mirror => {
  const { repository } = options
  const gitDir = join(options.dir, `${repository.toLowerCase()}.git`)
  const git = gitIn(gitDir)
  const queue = makeQueue()
  const remote: Remote = {
    url: options.remoteUrl,
    timeoutMs: options.transferTimeoutMs ?? TRANSFER_TIMEOUT_MS,
    ...(options.token === undefined ? {} : { token: options.token }),
    ...(options.credential === undefined ? {} : { credential: options.credential }),
  }
  let opened = false

  /** Queues work that needs these commits. */
  const having = <A>(
    commits: ReadonlyArray<Sha>,
    where: Whereabouts,
    work: (git: Git) => Promise<E.Either<Failure, A>>,
  ): Promise<E.Either<Failure, A>> =>
    queue(async () => {
      const sound = checkNames(repository, where.branches ?? [])
      if (E.isLeft(sound)) return sound
      const ready = opened ? E.right(undefined) : await openRepository(git, gitDir)
      if (E.isLeft(ready)) return ready
      const there = await ensureCommits(git, remote, commits, where)
      const done = E.isLeft(there) ? there : await work(git)
      // After a fault the next piece of work opens the mirror afresh, which clears what a killed git left behind.
      opened = E.isRight(done)
      return done
    })

  return {
    combine: (recipe) =>
      having(
        [recipe.base, ...recipe.members.map((member) => member.source)],
        { branches: [recipe.branch], pullRequests: recipe.members.map((member) => member.pr) },
        () => combine(git, recipe, options.service ?? SERVICE),
      ),
    publish: (branch, run, commit) =>
      having([commit], { branches: [branch] }, () => publish(git, remote, commit, preparedRef(branch, run))),
    unpublish: (branch, run) =>
      having([], { branches: [branch] }, () => unpublish(git, remote, preparedRef(branch, run))),
    treeOf: (commit, where = {}) => having([commit], where, () => treeOf(git, commit)),
    isAncestor: (ancestor, commit, where = {}) =>
      having([ancestor, commit], where, () => isAncestor(git, ancestor, commit)),
    readFile: (commit, path) => having([commit], {}, () => readFileAt(git, commit, path)),
    changedFiles: (base, commit) => having([base, commit], {}, () => changedFilesBetween(git, base, commit)),
  }
}
