import { commitsBetween, readCommit, writeCommit, type Signature } from './commits.js'
import { git, gitOrBroken } from './run.js'

const mergedAlone = async (dir: string, ours: string, theirs: string): Promise<string | null> => {
  const ran = await git(dir, ['merge-tree', '--write-tree', '--no-messages', ours, theirs])
  if (ran.code === 0) return ran.stdout.trim()
  // Exit code 1 means a conflict only when a tree was printed; for a missing commit git 2.39 exits 1 as well.
  const conflict = ran.code === 1 && /^[0-9a-f]{40}/.test(ran.stdout)
  if (conflict || ran.stderr.includes('unrelated histories')) return null
  throw new Error(`git merge-tree failed in ${dir}: ${ran.stderr.trim()}`)
}

type Wish = {
  readonly ours: string
  readonly theirs: string
  readonly done: (tree: Promise<string | null> | string | null) => void
}

/** Records of `merge-tree --stdin`: clean (1) or not (0), tree, conflicted names, an empty field. */
const batchAnswers = (output: string): ReadonlyArray<string | null> => {
  const fields = output.split('\0')
  const answers: Array<string | null> = []
  for (let at = 0; at + 1 < fields.length;) {
    answers.push(fields[at]?.trim() === '1' ? (fields[at + 1] ?? null) : null)
    while (at < fields.length && fields[at] !== '') at += 1
    at += 1
  }
  return answers
}

const mergeAll = async (dir: string, wishes: ReadonlyArray<Wish>): Promise<void> => {
  const input = wishes.map((w) => `${w.ours} ${w.theirs}\n`).join('')
  const ran = await git(dir, ['merge-tree', '--stdin', '--name-only', '--no-messages'], { input })
  const answers = ran.code === 0 ? batchAnswers(ran.stdout) : []
  // One impossible pair ends git's whole batch; then each is asked alone and answers for itself.
  if (answers.length === wishes.length) wishes.forEach((w, i) => w.done(answers[i] ?? null))
  else wishes.forEach((w) => w.done(mergedAlone(dir, w.ours, w.theirs)))
}

const waiting = new Map<string, Array<Wish>>()

/**
 * The tree of merging two commits, or null when they conflict (or share no history). What is asked in one turn of the
 * event loop is answered by one git process: after a landing every open pull request asks.
 */
export const mergedTree = (dir: string, ours: string, theirs: string): Promise<string | null> =>
  new Promise((done) => {
    const wish = { ours, theirs, done }
    const others = waiting.get(dir)
    if (others !== undefined) {
      others.push(wish)
      return
    }
    const batch = [wish]
    waiting.set(dir, batch)
    setImmediate(() => {
      waiting.delete(dir)
      void mergeAll(dir, batch)
    })
  })

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
  /** Of its blob; of the old one when it was removed. */
  readonly sha: string
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
  const names = (await gitOrBroken(dir, ['diff', '--raw', '--no-abbrev', '-M', '-z', from, to, '--'])).split(
    '\0',
  )
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
    const [, , before = '', after = '', score = ''] = (names[i] ?? '').split(' ')
    const letter = score.charAt(0)
    const sha = letter === 'D' ? before : after
    const moved = letter === 'R' || letter === 'C'
    const path = names[i + (moved ? 2 : 1)] ?? ''
    const [additions, deletions] = counts.get(path) ?? [0, 0]
    const previous = moved ? (names[i + 1] ?? '') : null
    files.push({ path, sha, previous, status: STATUS[letter] ?? 'changed', additions, deletions })
    i += moved ? 3 : 2
  }
  return files
}
