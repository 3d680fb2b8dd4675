import * as E from 'fp-ts/lib/Either.js'
import { notAllowed, stale, unprocessable, type Refusal } from '../failure.js'
import { commitsBetween, isAncestor, readCommit, writeCommit } from '../git/commits.js'
import { rebased } from '../git/merge.js'
import { moveRefs } from '../git/refs.js'
import { signatureOf } from '../json/commit.js'
import { run } from '../store/database.js'
import { branchSha, pullById, repoById, userById } from '../store/lookups.js'
import type { PullRow, RepoRow, UserRow } from '../store/rows.js'
import { gitDir, type World } from '../world.js'
import { treeOfMerge } from './mergeability.js'
import {
  bypassesReviews,
  isExempt,
  mayPush,
  missingChecks,
  missingReviews,
  protectionOf,
} from './protection.js'
import { pushRefusal } from './refs.js'
import { settle } from './settle.js'

/** How and on which conditions to merge. */
export type MergeWish = {
  readonly method: 'merge' | 'squash' | 'rebase'
  /** The head the caller saw; another head is refused (409). */
  readonly expectedHead?: string | undefined
  readonly title?: string | undefined
  readonly message?: string | undefined
}

const NOT_MERGEABLE = 'Pull Request is not mergeable'

/** Why the pull request may not be merged by `actor` now, before any merge is computed. */
const mergeRefusal = async (
  world: World,
  actor: UserRow,
  pull: PullRow,
  base: string,
  wish: MergeWish,
): Promise<Refusal | null> => {
  const repo = repoById(world.db, pull.repo_id)
  if (pull.state !== 'OPEN') return notAllowed(NOT_MERGEABLE)
  if (wish.expectedHead !== undefined && wish.expectedHead !== pull.head_sha)
    return stale('Head branch was modified. Review and try the merge again.')
  if (pull.draft === 1) return notAllowed('Pull Request is still a draft')
  const rules = protectionOf(world, repo, pull.base_ref)
  if (rules === null || isExempt(repo, rules, actor)) return null
  if (!mayPush(repo, rules, actor)) return notAllowed(`You're not authorized to push to this branch.`)
  if (rules.linearHistory && wish.method === 'merge')
    return notAllowed('This branch must not contain merge commits.')
  const reviews =
    bypassesReviews(rules, actor) && rules.reviews !== null ? null : missingReviews(world, pull, rules)
  const checks = missingChecks(world, repo, rules, pull.head_sha)
  const missing = reviews ?? checks
  if (missing !== null) return notAllowed(missing)
  if (rules.checks?.strict === true && !(await isAncestor(gitDir(world, repo), base, pull.head_sha)))
    return notAllowed('The head branch is not up to date with the base branch.')
  return null
}

const squashMessage = async (world: World, repo: RepoRow, base: string, pull: PullRow): Promise<string> => {
  const dir = gitDir(world, repo)
  const commits = await commitsBetween(dir, base, pull.head_sha)
  if (commits.length <= 1) return ''
  const read = await Promise.all(commits.map((c) => readCommit(dir, c.sha, world.commits)))
  return read.flatMap((c) => (c === null ? [] : [`* ${c.message}`])).join('\n\n')
}

const joined = (title: string, message: string): string => (message === '' ? title : `${title}\n\n${message}`)

/** The commit that lands, written to the repository and not yet on any branch; null on a conflict. */
const landingCommit = async (
  world: World,
  actor: UserRow,
  pull: PullRow,
  base: string,
  wish: MergeWish,
): Promise<string | null> => {
  const repo = repoById(world.db, pull.repo_id)
  const dir = gitDir(world, repo)
  const committer = signatureOf(world, actor)
  const tree = await treeOfMerge(world, repo, base, pull.head_sha)
  if (tree === null) return null
  switch (wish.method) {
    case 'rebase':
      return rebased(dir, base, pull.head_sha, committer)
    case 'squash': {
      const title = wish.title ?? `${pull.title} (#${pull.number})`
      const body = wish.message ?? (await squashMessage(world, repo, base, pull))
      const author = signatureOf(world, userById(world.db, pull.author_id))
      return writeCommit(dir, { tree, parents: [base], message: joined(title, body), committer, author })
    }
    case 'merge': {
      const owner = repoById(world.db, pull.head_repo_id).owner
      const title = wish.title ?? `Merge pull request #${pull.number} from ${owner}/${pull.head_ref}`
      const message = joined(title, wish.message ?? pull.title)
      return writeCommit(dir, { tree, parents: [base, pull.head_sha], message, committer })
    }
  }
}

/** Merges a pull request for real; the answer is the pull request as it is afterwards. */
export const mergePull = (
  world: World,
  actor: UserRow,
  wanted: PullRow,
  wish: MergeWish,
): Promise<E.Either<Refusal, PullRow>> => {
  const repo = repoById(world.db, wanted.repo_id)
  return world.lock(repo.network_id, async () => {
    const pull = pullById(world.db, wanted.id)
    const base = branchSha(world.db, repo, pull.base_ref)
    if (base === null) return E.left(notAllowed(NOT_MERGEABLE))
    const refused = await mergeRefusal(world, actor, pull, base, wish)
    if (refused !== null) return E.left(refused)
    const landing = await landingCommit(world, actor, pull, base, wish)
    if (landing === null) return E.left(notAllowed(NOT_MERGEABLE))
    // Written before the ref moves: after a crash in between, `settle` still knows whose commit this is.
    run(world.db, 'UPDATE pulls SET landing_sha = ? WHERE id = ?', landing, pull.id)
    const name = `refs/heads/${pull.base_ref}`
    const moved = await moveRefs(gitDir(world, repo), [{ name, before: base, after: landing }])
    if (E.isLeft(moved)) {
      run(world.db, 'UPDATE pulls SET landing_sha = NULL WHERE id = ?', pull.id)
      return E.left(notAllowed('Base branch was modified. Review and try the merge again.'))
    }
    await settle(world, repo, actor)
    return E.right(pullById(world.db, pull.id))
  })
}

/** `POST merges`: merges a commit into a branch; the new commit, or null when there is nothing to merge. */
export const mergeBranch = (
  world: World,
  actor: UserRow,
  repo: RepoRow,
  wish: {
    readonly base: string
    readonly head: string
    readonly headLabel: string
    readonly message?: string | undefined
  },
): Promise<E.Either<Refusal, string | null>> =>
  world.lock(repo.network_id, async () => {
    const dir = gitDir(world, repo)
    const base = branchSha(world.db, repo, wish.base)
    if (base === null) return E.left({ ...unprocessable('Base does not exist'), status: 404 })
    if (await isAncestor(dir, wish.head, base)) return E.right(null)
    const tree = await treeOfMerge(world, repo, base, wish.head)
    if (tree === null) return E.left(stale('Merge conflict'))
    const message = wish.message ?? `Merge ${wish.headLabel} into ${wish.base}`
    const committer = signatureOf(world, actor)
    const sha = await writeCommit(dir, { tree, parents: [base, wish.head], message, committer })
    const name = `refs/heads/${wish.base}`
    const refused = pushRefusal(world, actor, repo, { name, before: base, after: sha })
    if (refused !== null) return E.left(unprocessable(refused))
    const moved = await moveRefs(dir, [{ name, before: base, after: sha }])
    if (E.isLeft(moved)) return E.left(stale('Base branch was modified. Review and try the merge again.'))
    await settle(world, repo, actor)
    return E.right(sha)
  })
