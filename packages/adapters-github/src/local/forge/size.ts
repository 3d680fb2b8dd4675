import { commitsBetween, mergeBase } from '../git/commits.js'
import { gitOrBroken } from '../git/run.js'
import { changedFiles, type FileChange } from '../git/merge.js'
import type { PullSize } from '../json/pull.js'
import { repoById } from '../store/lookups.js'
import type { PullRow } from '../store/rows.js'
import { gitDir, type World } from '../world.js'

type Measured = { readonly commits: ReadonlyArray<string>; readonly files: ReadonlyArray<FileChange> }
const measured = new WeakMap<World['commits'], Map<string, Measured>>()

/**
 * The commits (oldest first) and files of a pull request, measured as GitHub does from the merge base of its recorded
 * base and head. A pair of commits never changes its answer, so answers are kept.
 */
export const measure = async (
  world: World,
  pull: Pick<PullRow, 'repo_id' | 'base_sha' | 'head_sha'>,
): Promise<Measured> => {
  const known = measured.get(world.commits) ?? new Map<string, Measured>()
  measured.set(world.commits, known)
  const key = `${pull.repo_id} ${pull.base_sha} ${pull.head_sha}`
  const cached = known.get(key)
  if (cached !== undefined) return cached
  const dir = gitDir(world, repoById(world.db, pull.repo_id))
  const from = (await mergeBase(dir, pull.base_sha, pull.head_sha)) ?? pull.base_sha
  const commits = (await commitsBetween(dir, pull.base_sha, pull.head_sha)).map((c) => c.sha)
  const answer = { commits, files: await changedFiles(dir, from, pull.head_sha) }
  if (known.size > 5_000) known.clear()
  known.set(key, answer)
  return answer
}

/** The numbers of `measure`, as REST and webhooks show them. */
export const pullSize = async (
  world: World,
  pull: Pick<PullRow, 'repo_id' | 'base_sha' | 'head_sha'>,
): Promise<PullSize> => {
  const { commits, files } = await measure(world, pull)
  return {
    commits: commits.length,
    additions: files.reduce((n, f) => n + f.additions, 0),
    deletions: files.reduce((n, f) => n + f.deletions, 0),
    changed_files: files.length,
  }
}

/** The change of a pull request as text. */
export const pullDiff = async (world: World, pull: PullRow): Promise<string> => {
  const dir = gitDir(world, repoById(world.db, pull.repo_id))
  const from = (await mergeBase(dir, pull.base_sha, pull.head_sha)) ?? pull.base_sha
  return gitOrBroken(dir, ['diff', '-M', from, pull.head_sha, '--'])
}
