import { isAncestor } from '../git/commits.js'
import { mergedTree } from '../git/merge.js'
import type { Mergeability } from '../json/pull.js'
import { one, run } from '../store/database.js'
import { branchSha, repoById } from '../store/lookups.js'
import type { PullRow, RepoRow } from '../store/rows.js'
import { gitDir, type World } from '../world.js'
import { latestCheckRuns, latestStatuses } from './checks.js'
import { missingChecks, missingReviews, protectionOf } from './protection.js'

/** The tree of merging `head` into `base`, or null on a conflict. Kept: a pair of commits never changes its answer. */
export const treeOfMerge = async (
  world: World,
  repo: RepoRow,
  base: string,
  head: string,
): Promise<string | null> => {
  const key = [repo.network_id, base, head] as const
  const sql = 'SELECT tree FROM merges WHERE network_id = ? AND base = ? AND head = ?'
  const cached = one<{ tree: string | null }>(world.db, sql, ...key)
  if (cached !== undefined) return cached.tree
  const tree = await mergedTree(gitDir(world, repo), base, head)
  run(
    world.db,
    'INSERT OR REPLACE INTO merges (network_id, base, head, tree) VALUES (?, ?, ?, ?)',
    ...key,
    tree,
  )
  return tree
}

/** GitHub's `mergeable`. Computed on the spot, so UNKNOWN only where there is nothing to merge (into). */
export const mergeable = async (
  world: World,
  pull: PullRow,
): Promise<'MERGEABLE' | 'CONFLICTING' | 'UNKNOWN'> => {
  const repo = repoById(world.db, pull.repo_id)
  const base = branchSha(world.db, repo, pull.base_ref)
  if (pull.state !== 'OPEN' || base === null) return 'UNKNOWN'
  return (await treeOfMerge(world, repo, base, pull.head_sha)) === null ? 'CONFLICTING' : 'MERGEABLE'
}

const allGreen = (world: World, repo: RepoRow, sha: string): boolean =>
  latestStatuses(world, repo, sha).every((s) => s.state === 'success') &&
  latestCheckRuns(world, repo, sha).every((r) =>
    ['success', 'neutral', 'skipped'].includes(r.conclusion ?? ''),
  )

/** GitHub's `mergeStateStatus`. */
export const mergeState = async (
  world: World,
  pull: PullRow,
): Promise<'UNKNOWN' | 'DIRTY' | 'DRAFT' | 'BLOCKED' | 'BEHIND' | 'UNSTABLE' | 'CLEAN'> => {
  const can = await mergeable(world, pull)
  if (can === 'UNKNOWN') return 'UNKNOWN'
  if (can === 'CONFLICTING') return 'DIRTY'
  if (pull.draft === 1) return 'DRAFT'
  const repo = repoById(world.db, pull.repo_id)
  const rules = protectionOf(world, repo, pull.base_ref)
  const blocked =
    rules !== null &&
    (missingChecks(world, repo, rules, pull.head_sha) !== null || missingReviews(world, pull, rules) !== null)
  if (blocked) return 'BLOCKED'
  const base = branchSha(world.db, repo, pull.base_ref)
  if (rules?.checks?.strict === true && base !== null) {
    if (!(await isAncestor(gitDir(world, repo), base, pull.head_sha))) return 'BEHIND'
  }
  return allGreen(world, repo, pull.head_sha) ? 'CLEAN' : 'UNSTABLE'
}

/** `mergeable` and `mergeable_state` as REST has them. */
export const restMergeability = async (world: World, pull: PullRow): Promise<Mergeability> => {
  const can = await mergeable(world, pull)
  return {
    mergeable: can === 'UNKNOWN' ? null : can === 'MERGEABLE',
    mergeable_state: (await mergeState(world, pull)).toLowerCase(),
  }
}
