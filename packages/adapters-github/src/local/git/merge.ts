import { commitsBetween, readCommit, writeCommit, type Signature } from './commits.js'
import { git, gitOrBroken } from './run.js'

/** The tree of merging two commits, or null when they conflict (or share no history). */
export const mergedTree = async (dir: string, ours: string, theirs: string): Promise<string | null> => {
  const ran = await git(dir, ['merge-tree', '--write-tree', '--no-messages', ours, theirs])
  if (ran.code === 0) return ran.stdout.trim()
  if (ran.code === 1 || ran.stderr.includes('unrelated histories')) return null
  throw new Error(`git merge-tree failed in ${dir}: ${ran.stderr.trim()}`)
}

/**
 * The commits of `head` that `base` lacks, replayed one by one on `base` (merge commits left out); the new tip, or
 * null on a conflict. git 2.39 has no `replay` and no `merge-tree --merge-base`, so each step merges the commit with
 * a throw-away sibling that has our tree and the commit's own parent: their merge base is then exactly that parent.
 */
export const rebased = async (
  dir: string,
  base: string,
  head: string,
  committer: Signature,
): Promise<string | null> => {
  const picks = (await commitsBetween(dir, base, head)).filter((c) => c.parents.length <= 1)
  let tip = base
  for (const pick of picks) {
    const parent = pick.parents[0]
    const [commit, onto] = await Promise.all([readCommit(dir, pick.sha), readCommit(dir, tip)])
    if (parent === undefined || commit === null || onto === null) return null
    const sibling = await writeCommit(dir, {
      tree: onto.tree,
      parents: [parent],
      message: 'sibling',
      committer,
    })
    const tree = await mergedTree(dir, sibling, pick.sha)
    if (tree === null) return null
    tip = await writeCommit(dir, {
      tree,
      parents: [tip],
      message: commit.message,
      committer,
      author: commit.author,
    })
  }
  return tip
}

/** One file of a diff. */
export type FileChange = {
  readonly path: string
  readonly previous: string | null
  readonly status: 'added' | 'removed' | 'modified' | 'renamed' | 'copied' | 'changed'
  readonly additions: number
  readonly deletions: number
}

const STATUS: Readonly<Record<string, FileChange['status']>> = {
  A: 'added',
  D: 'removed',
  M: 'modified',
  R: 'renamed',
  C: 'copied',
  T: 'changed',
}

/** What changed from one tree or commit to another, renames found as git finds them. */
export const changedFiles = async (
  dir: string,
  from: string,
  to: string,
): Promise<ReadonlyArray<FileChange>> => {
  const names = (await gitOrBroken(dir, ['diff', '--name-status', '-M', '-z', from, to, '--'])).split('\0')
  const numbers = (await gitOrBroken(dir, ['diff', '--numstat', '-M', '-z', from, to, '--'])).split('\0')
  const counts = new Map<string, readonly [number, number]>()
  for (let i = 0; i < numbers.length; i += 1) {
    const [added = '', deleted = '', path = ''] = (numbers[i] ?? '').split('\t')
    if (deleted === '') continue
    // A rename's record has an empty path, followed by the old and the new name as fields of their own.
    const name = path === '' ? (numbers[i + 2] ?? '') : path
    counts.set(name, [Number(added) || 0, Number(deleted) || 0])
    if (path === '') i += 2
  }
  const files: Array<FileChange> = []
  for (let i = 0; i + 1 < names.length;) {
    const letter = (names[i] ?? '').charAt(0)
    const moved = letter === 'R' || letter === 'C'
    const path = names[i + (moved ? 2 : 1)] ?? ''
    const [additions, deletions] = counts.get(path) ?? [0, 0]
    const previous = moved ? (names[i + 1] ?? '') : null
    files.push({ path, previous, status: STATUS[letter] ?? 'changed', additions, deletions })
    i += moved ? 3 : 2
  }
  return files
}
