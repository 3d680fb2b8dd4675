import type { Failure, Sha } from '@headgate/core'
import * as E from 'fp-ts/lib/Either.js'
import { commitTree, type Signature } from './commitTree.js'
import { mustRun, type Git } from './git.js'
import { addedCommits, describe } from './history.js'
import { mergeTree, type Merge } from './mergeTree.js'
import { oneId, treeOf } from './objects.js'

/** A rebased chain, or where it stopped. */
export type Rebased =
  | { readonly _tag: 'Rebased'; readonly tip: Sha; readonly tree: Sha }
  | { readonly _tag: 'Stopped'; readonly at: Sha; readonly merge: Exclude<Merge, { readonly _tag: 'Clean' }> }

type Picked =
  | { readonly _tag: 'Picked'; readonly tree: Sha; readonly changesNothing: boolean }
  | Extract<Rebased, { readonly _tag: 'Stopped' }>

const SCRATCH: Signature = { name: 'headgate', email: 'headgate@localhost', date: '0 +0000' }
const scratchCommit = (git: Git, tree: Sha, parents: ReadonlyArray<Sha>): Promise<E.Either<Failure, Sha>> =>
  commitTree(git, { tree, parents, message: 'scratch\n', author: SCRATCH, committer: SCRATCH })

/** The parent of a commit, or an empty commit in its place for a root. */
const baseOf = async (git: Git, commit: Sha): Promise<E.Either<Failure, { id: Sha; isRoot: boolean }>> => {
  const out = await mustRun(git, 'read parents', ['rev-list', '--parents', '--max-count=1', commit])
  if (E.isLeft(out)) return out
  const [, parent] = out.right.trim().split(' ')
  if (parent !== undefined) {
    const id = oneId(E.right(parent))
    return E.isLeft(id) ? id : E.right({ id: id.right, isRoot: false })
  }
  const tree = oneId(await mustRun(git, 'write a tree', ['mktree'], { input: '' }))
  if (E.isLeft(tree)) return tree
  const id = await scratchCommit(git, tree.right, [])
  return E.isLeft(id) ? id : E.right({ id: id.right, isRoot: true })
}

/**
 * The tree of `tip` with the change of one commit on top. A three-way merge whose base is the commit's parent: this git
 * takes no explicit merge base, so `tip`'s tree is dressed as a child of that parent.
 */
const pick = async (git: Git, tipTree: Sha, commit: Sha): Promise<E.Either<Failure, Picked>> => {
  const base = await baseOf(git, commit)
  if (E.isLeft(base)) return base
  const before = await treeOf(git, base.right.id)
  if (E.isLeft(before)) return before
  const after = await treeOf(git, commit)
  if (E.isLeft(after)) return after
  const ours = await scratchCommit(git, tipTree, [base.right.id])
  if (E.isLeft(ours)) return ours
  const theirs = base.right.isRoot ? await scratchCommit(git, after.right, [base.right.id]) : E.right(commit)
  if (E.isLeft(theirs)) return theirs
  const merge = await mergeTree(git, ours.right, theirs.right)
  if (E.isLeft(merge)) return merge
  return E.right(
    merge.right._tag === 'Clean'
      ? { _tag: 'Picked', tree: merge.right.tree, changesNothing: before.right === after.right }
      : { _tag: 'Stopped', at: commit, merge: merge.right },
  )
}

/**
 * Replays on `tip`, one by one, the commits that `source` adds, with their authors and messages. Merges are left out,
 * and so is a commit whose change is there already; one that was empty from the start stays.
 */
export const rebase = async (
  git: Git,
  tip: Sha,
  source: Sha,
  committer: Signature,
): Promise<E.Either<Failure, Rebased>> => {
  const commits = await addedCommits(git, tip, source)
  if (E.isLeft(commits)) return commits
  const start = await treeOf(git, tip)
  if (E.isLeft(start)) return start
  let at = { tip, tree: start.right }
  for (const commit of commits.right) {
    const picked = await pick(git, at.tree, commit)
    if (E.isLeft(picked)) return picked
    if (picked.right._tag === 'Stopped') return E.right(picked.right)
    const { tree, changesNothing } = picked.right
    if (tree === at.tree && !changesNothing) continue
    const described = await describe(git, commit)
    if (E.isLeft(described)) return described
    const { author, message } = described.right
    const next = await commitTree(git, { tree, parents: [at.tip], message, author, committer })
    if (E.isLeft(next)) return next
    at = { tip: next.right, tree }
  }
  return E.right({ _tag: 'Rebased', ...at })
}
