import { git, gitOrBroken, lines } from './run.js'

/** A person in a commit; `at` is epoch seconds, `zone` like +0200. */
export type Signature = {
  readonly name: string
  readonly email: string
  readonly at: number
  readonly zone: string
}

/** A commit object. */
export type Commit = {
  readonly sha: string
  readonly tree: string
  readonly parents: ReadonlyArray<string>
  readonly author: Signature
  readonly committer: Signature
  readonly message: string
}

const signature = (text: string): Signature => {
  const found = /^(.*) ?<(.*)> (\d+) ([+-]\d{4})$/.exec(text)
  return {
    name: (found?.[1] ?? '').trimEnd(),
    email: found?.[2] ?? '',
    at: Number(found?.[3] ?? '0'),
    zone: found?.[4] ?? '+0000',
  }
}

/** Reads the text of a commit object as `git cat-file` gives it. */
const parseCommit = (sha: string, text: string): Commit => {
  const blank = text.indexOf('\n\n')
  const header = (blank < 0 ? text : text.slice(0, blank)).split('\n')
  const values = (key: string) =>
    header.filter((l) => l.startsWith(`${key} `)).map((l) => l.slice(key.length + 1))
  return {
    sha,
    tree: values('tree')[0] ?? '',
    parents: values('parent'),
    author: signature(values('author')[0] ?? ''),
    committer: signature(values('committer')[0] ?? ''),
    message: blank < 0 ? '' : text.slice(blank + 2).replace(/\n$/, ''),
  }
}

/** What an expression such as a SHA, `main` or `abc123:build.yaml` names, or null. */
export const resolve = async (
  dir: string,
  expression: string,
): Promise<{ readonly sha: string; readonly type: string } | null> => {
  if (expression === '' || /[\n\0]/.test(expression)) return null
  const ran = await git(dir, ['cat-file', '--batch-check=%(objectname) %(objecttype)'], {
    input: `${expression}\n`,
  })
  const found = /^([0-9a-f]{40}) (commit|tree|blob|tag)$/.exec(ran.stdout.trim())
  return found === null ? null : { sha: found[1] ?? '', type: found[2] ?? '' }
}

/** The commit of this full SHA, or null when the repository has no such commit. */
export const readCommit = async (
  dir: string,
  sha: string,
  known: Map<string, Commit> = new Map(),
): Promise<Commit | null> => {
  const key = `${dir} ${sha}`
  const cached = known.get(key)
  if (cached !== undefined) return cached
  if (!/^[0-9a-f]{40}$/.test(sha)) return null
  const ran = await git(dir, ['cat-file', 'commit', sha])
  if (ran.code !== 0) return null
  const commit = parseCommit(sha, ran.stdout)
  if (known.size > 20_000) known.clear()
  known.set(key, commit)
  return commit
}

/** Is `ancestor` reachable from `descendant`? */
export const isAncestor = async (dir: string, ancestor: string, descendant: string): Promise<boolean> =>
  ancestor === descendant ||
  (await git(dir, ['merge-base', '--is-ancestor', ancestor, descendant])).code === 0

/** The best common ancestor, or null for unrelated histories. */
export const mergeBase = async (dir: string, a: string, b: string): Promise<string | null> => {
  const ran = await git(dir, ['merge-base', a, b])
  return ran.code === 0 ? ran.stdout.trim() : null
}

/** Commits reachable from `to` and not from `from` (null: all of them), oldest first, each with its parents. */
export const commitsBetween = async (
  dir: string,
  from: string | null,
  to: string,
): Promise<ReadonlyArray<{ readonly sha: string; readonly parents: ReadonlyArray<string> }>> => {
  const range = from === null ? [to] : [to, `^${from}`]
  const out = await gitOrBroken(dir, ['rev-list', '--topo-order', '--reverse', '--parents', ...range, '--'])
  return lines(out).map((line) => {
    const [sha = '', ...parents] = line.split(' ')
    return { sha, parents }
  })
}

/** Writes a commit object; both signatures are `who` at `at` (epoch seconds) unless an author is given. */
export const writeCommit = async (
  dir: string,
  commit: {
    readonly tree: string
    readonly parents: ReadonlyArray<string>
    readonly message: string
    readonly committer: Signature
    readonly author?: Signature
  },
): Promise<string> => {
  const author = commit.author ?? commit.committer
  const env = {
    GIT_AUTHOR_NAME: author.name,
    GIT_AUTHOR_EMAIL: author.email,
    GIT_AUTHOR_DATE: `${author.at} ${author.zone}`,
    GIT_COMMITTER_NAME: commit.committer.name,
    GIT_COMMITTER_EMAIL: commit.committer.email,
    GIT_COMMITTER_DATE: `${commit.committer.at} ${commit.committer.zone}`,
  }
  const args = ['commit-tree', commit.tree, ...commit.parents.flatMap((p) => ['-p', p])]
  return (await gitOrBroken(dir, args, { input: commit.message, env })).trim()
}
