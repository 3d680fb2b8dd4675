import { commitsBetween, isAncestor, readCommit, type Commit } from '../git/commits.js'
import { ZERO } from '../git/refs.js'
import { gitOrBroken } from '../git/run.js'
import { noreply, signer } from '../json/commit.js'
import { branchSha } from '../store/lookups.js'
import type { RepoRow, UserRow } from '../store/rows.js'
import { iso } from '../time.js'
import { gitDir, type World } from '../world.js'
import type { Happening } from './emit.js'

/** A ref that moved; null: it was, or is, not there. */
export type RefChange = {
  readonly name: string
  readonly before: string | null
  readonly after: string | null
}

/** GitHub lists at most this many commits in a push. */
const COMMITS_MAX = 20

const touched = async (dir: string, sha: string) => {
  const args = [
    '-c',
    'core.quotePath=false',
    'diff-tree',
    '--root',
    '-r',
    '-m',
    '--first-parent',
    '--no-commit-id',
  ]
  const out = (await gitOrBroken(dir, [...args, '--name-status', '--no-renames', '-z', sha])).split('\0')
  const named = (letter: string) =>
    out.flatMap((f, i) => (f === letter && i % 2 === 0 ? [out[i + 1] ?? ''] : []))
  return { added: named('A'), removed: named('D'), modified: [...named('M'), ...named('T')] }
}

const commitBody = async (world: World, repo: RepoRow, commit: Commit) => {
  const person = (who: Commit['author']) => {
    const username = signer(world, who)?.login
    return { name: who.name, email: who.email, ...(username === undefined ? {} : { username }) }
  }
  return {
    id: commit.sha,
    tree_id: commit.tree,
    distinct: true,
    message: commit.message,
    timestamp: iso(commit.committer.at * 1000),
    url: `${world.url()}/${repo.owner}/${repo.name}/commit/${commit.sha}`,
    author: person(commit.author),
    committer: person(commit.committer),
    ...(await touched(gitDir(world, repo), commit.sha)),
  }
}

/** The `push` event of one branch or tag that moved. Read before the tables are changed. */
export const pushHappening = async (
  world: World,
  repo: RepoRow,
  pusher: UserRow,
  change: RefChange,
): Promise<Happening> => {
  const dir = gitDir(world, repo)
  const { before, after } = change
  const from = before ?? branchSha(world.db, repo, repo.default_branch)
  const gained = after === null ? [] : await commitsBetween(dir, from, after).catch(() => [])
  const shown = await Promise.all(
    gained.slice(-COMMITS_MAX).map((c) => readCommit(dir, c.sha, world.commits)),
  )
  const commits = await Promise.all(shown.flatMap((c) => (c === null ? [] : [commitBody(world, repo, c)])))
  const tip = after === null ? null : await readCommit(dir, after, world.commits)
  const forced = before !== null && after !== null && !(await isAncestor(dir, before, after))
  const html = `${world.url()}/${repo.owner}/${repo.name}`
  const body = {
    ref: change.name,
    before: before ?? ZERO,
    after: after ?? ZERO,
    pusher: { name: pusher.login, email: noreply(pusher) },
    created: before === null,
    deleted: after === null,
    forced,
    base_ref: null,
    compare: `${html}/compare/${(before ?? ZERO).slice(0, 12)}...${(after ?? ZERO).slice(0, 12)}`,
    commits: change.name.startsWith('refs/heads/') ? commits : [],
    head_commit: tip === null ? null : await commitBody(world, repo, tip),
  }
  return { event: 'push', action: null, body }
}
