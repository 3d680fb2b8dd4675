import { commitsBetween, isAncestor } from '../git/commits.js'
import { forceRefs, listRefs } from '../git/refs.js'
import { fetchInto } from '../git/repository.js'
import { all, atomically, run } from '../store/database.js'
import { branchSha, refsUnder, repoById } from '../store/lookups.js'
import type { PullRow, RepoRow, UserRow } from '../store/rows.js'
import { emit, type Happening } from '../webhooks/emit.js'
import { pushHappening, type RefChange } from '../webhooks/push.js'
import { gitDir, type World } from '../world.js'
import { applyMove } from './applyMove.js'
import { introducedBy, moveOf, type PullMove } from './pullMoves.js'
import { pullSize } from './size.js'

type Planned = { readonly pull: PullRow; readonly move: PullMove; readonly base: string | null }

const differences = (
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): Array<RefChange> => {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort()
  return names
    .map((name) => ({ name, before: before.get(name) ?? null, after: after.get(name) ?? null }))
    .filter((c) => c.before !== c.after)
}

const branchOf = (ref: string): string | null => (ref.startsWith('refs/heads/') ? ref.slice(11) : null)

const touchedPulls = (
  world: World,
  repo: RepoRow,
  changes: ReadonlyArray<RefChange>,
): ReadonlyArray<PullRow> => {
  const open = `SELECT * FROM pulls WHERE state = 'OPEN'`
  const found = changes.flatMap((change) => {
    const branch = branchOf(change.name)
    if (branch === null) return []
    const based = all<PullRow>(world.db, `${open} AND repo_id = ? AND base_ref = ?`, repo.id, branch)
    const headed = all<PullRow>(world.db, `${open} AND head_repo_id = ? AND head_ref = ?`, repo.id, branch)
    return [...based, ...headed]
  })
  return [...new Map(found.map((pull) => [pull.id, pull])).values()].sort((a, b) => a.id - b.id)
}

/** What each open pull request of these refs becomes; heads that live in a fork are fetched on the way. */
const planMoves = async (
  world: World,
  repo: RepoRow,
  refs: ReadonlyMap<string, string>,
  changes: ReadonlyArray<RefChange>,
): Promise<ReadonlyArray<Planned>> => {
  const gained = new Map<string, ReadonlyMap<string, string>>()
  const introduced = async (branch: string) => {
    const change = changes.find((c) => c.name === `refs/heads/${branch}`)
    if (change === undefined || change.before === null || change.after === null)
      return new Map<string, string>()
    const known = gained.get(branch)
    if (known !== undefined) return known
    const commits = await commitsBetween(gitDir(world, repo), change.before, change.after)
    const answer = introducedBy(commits, change.after)
    gained.set(branch, answer)
    return answer
  }
  const planned: Array<Planned> = []
  for (const pull of touchedPulls(world, repo, changes)) {
    const baseRepo = repoById(world.db, pull.repo_id)
    const headRepo = repoById(world.db, pull.head_repo_id)
    const current = (r: RepoRow, branch: string) =>
      r.id === repo.id ? (refs.get(`refs/heads/${branch}`) ?? null) : branchSha(world.db, r, branch)
    const head = current(headRepo, pull.head_ref)
    const base = current(baseRepo, pull.base_ref)
    const dir = gitDir(world, baseRepo)
    const moved = head !== null && head !== pull.head_sha
    if (moved && headRepo.id !== baseRepo.id) {
      await fetchInto(dir, gitDir(world, headRepo), head, `refs/pull/${pull.number}/head`)
    }
    const baseBefore = branchSha(world.db, baseRepo, pull.base_ref)
    const headWasOnBase = moved && baseBefore !== null && (await isAncestor(dir, head, baseBefore))
    const facts = {
      head,
      base,
      headWasOnBase,
      introduced: baseRepo.id === repo.id ? await introduced(pull.base_ref) : new Map<string, string>(),
    }
    planned.push({ pull, base, move: moveOf(pull, facts) })
  }
  return planned
}

const keepPullHeads = async (world: World, planned: ReadonlyArray<Planned>): Promise<void> => {
  for (const { pull, move } of planned) {
    if (move._tag === 'Stays' || move.head === pull.head_sha) continue
    const dir = gitDir(world, repoById(world.db, pull.repo_id))
    await forceRefs(dir, [{ name: `refs/pull/${pull.number}/head`, after: move.head }])
  }
}

const recordRefs = (world: World, repo: RepoRow, changes: ReadonlyArray<RefChange>): void =>
  changes.forEach(({ name, after }) => {
    if (after === null) run(world.db, 'DELETE FROM refs WHERE repo_id = ? AND name = ?', repo.id, name)
    else
      run(
        world.db,
        `INSERT INTO refs (repo_id, name, sha) VALUES (?, ?, ?)
         ON CONFLICT (repo_id, name) DO UPDATE SET sha = excluded.sha`,
        repo.id,
        name,
        after,
      )
  })

/** GitHub sends `create` and `delete` for branches and tags beside `push`. */
const besides = (repo: RepoRow, change: RefChange): ReadonlyArray<Happening> => {
  if (change.before !== null && change.after !== null) return []
  const ref_type = change.name.startsWith('refs/tags/') ? 'tag' : 'branch'
  const ref = change.name.replace(/^refs\/(heads|tags)\//, '')
  const body = { ref, ref_type, pusher_type: 'user' }
  return change.before === null
    ? [
        {
          event: 'create',
          action: null,
          body: { ...body, master_branch: repo.default_branch, description: null },
        },
      ]
    : [{ event: 'delete', action: null, body }]
}

/**
 * Brings the tables and the pull requests in line with the refs that git really has, and queues the webhooks of what
 * moved. Every write to refs ends here (push, API, merge), and so does a start after a crash: git is the truth.
 * Call it holding the lock of the repository's network.
 */
export const settle = async (world: World, repo: RepoRow, actor: UserRow): Promise<void> => {
  const refs = await listRefs(gitDir(world, repo))
  const recorded = new Map(refsUnder(world.db, repo, 'refs/').map((r) => [r.name, r.sha]))
  const changes = differences(recorded, refs)
  if (changes.length === 0) return
  const planned = await planMoves(world, repo, refs, changes)
  const visible = changes.filter((c) => /^refs\/(heads|tags)\//.test(c.name))
  const pushes = await Promise.all(
    visible.map(async (c) => [...besides(repo, c), await pushHappening(world, repo, actor, c)]),
  )
  await keepPullHeads(world, planned)
  const sized = await Promise.all(
    planned.map(async ({ pull, move, base }) => {
      const base_sha = move._tag === 'Synchronized' ? (base ?? pull.base_sha) : pull.base_sha
      const head_sha = move._tag === 'Stays' ? pull.head_sha : move.head
      const next = { ...pull, base_sha, head_sha }
      return { pull: next, before: pull.head_sha, move, size: await pullSize(world, next) }
    }),
  )
  atomically(world.db, () => {
    recordRefs(world, repo, changes)
    run(world.db, 'UPDATE repositories SET pushed_at = ? WHERE id = ?', world.now(), repo.id)
    pushes.flat().forEach((push) => emit(world, repo, actor, push))
    sized.forEach((planned) => applyMove(world, actor, planned))
  })
  world.wakeDeliverer()
}
