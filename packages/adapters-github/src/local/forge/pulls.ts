import * as E from 'fp-ts/lib/Either.js'
import { unprocessable, validationFailed, type Refusal } from '../failure.js'
import { commitsBetween, isAncestor, mergeBase } from '../git/commits.js'
import { forceRefs } from '../git/refs.js'
import { atomically, one, run } from '../store/database.js'
import { branchSha, findRepo, pullById, repoById } from '../store/lookups.js'
import type { PullRow, RepoRow, UserRow } from '../store/rows.js'
import { gitDir, type World } from '../world.js'
import { emitPull } from './applyMove.js'
import { shareCommit, nextNumber } from './repositories.js'
import { pullSize } from './size.js'

/** What `POST pulls` takes; `head` is `branch` or `owner:branch`. */
export type PullInput = {
  readonly title: string
  readonly body?: string | null | undefined
  readonly head: string
  readonly base: string
  readonly draft?: boolean | undefined
}

const invalid = (field: string): Refusal =>
  validationFailed({ resource: 'PullRequest', field, code: 'invalid' })
const custom = (message: string): Refusal =>
  validationFailed({ resource: 'PullRequest', code: 'custom', message })

/** Where a pull request's head is: the repository itself, or another of its network. */
const headOf = (
  world: World,
  repo: RepoRow,
  head: string,
): { readonly repo: RepoRow; readonly ref: string } | null => {
  const colon = head.indexOf(':')
  if (colon < 0) return { repo, ref: head }
  const owner = head.slice(0, colon)
  const ref = head.slice(colon + 1)
  if (owner.toLowerCase() === repo.owner.toLowerCase()) return { repo, ref }
  const sql = 'SELECT * FROM repositories WHERE network_id = ? AND owner = ?'
  const fork = one<RepoRow>(world.db, sql, repo.network_id, owner) ?? findRepo(world.db, owner, repo.name)
  return fork === undefined || fork.network_id !== repo.network_id ? null : { repo: fork, ref }
}

const insert = (
  world: World,
  repo: RepoRow,
  author: UserRow,
  input: PullInput,
  head: { readonly repo: RepoRow; readonly ref: string; readonly sha: string },
  base: string,
  number: number,
): PullRow => {
  const at = world.now()
  const id = run(
    world.db,
    `INSERT INTO pulls (repo_id, number, title, body, author_id, state, draft, base_ref, base_sha, head_repo_id, head_ref,
     head_sha, created_at, updated_at) VALUES (?, ?, ?, ?, ?, 'OPEN', ?, ?, ?, ?, ?, ?, ?, ?)`,
    ...[repo.id, number, input.title, input.body ?? null, author.id, input.draft === true ? 1 : 0],
    ...[input.base, base, head.repo.id, head.ref, head.sha, at, at],
  )
  return pullById(world.db, id)
}

type Tip = { readonly ref: string; readonly sha: string }

/** Why there is nothing to request between two commits, or null. */
const historyProblem = async (dir: string, base: Tip, head: Tip): Promise<string | null> => {
  if ((await mergeBase(dir, base.sha, head.sha)) === null)
    return `The ${head.ref} branch has no history in common with ${base.ref}`
  const commits = await commitsBetween(dir, base.sha, head.sha)
  return commits.length === 0 ? `No commits between ${base.ref} and ${head.ref}` : null
}

/** Opens a pull request. */
export const openPull = (
  world: World,
  author: UserRow,
  repo: RepoRow,
  input: PullInput,
): Promise<E.Either<Refusal, PullRow>> =>
  world.lock(repo.network_id, async () => {
    const dir = gitDir(world, repo)
    const head = headOf(world, repo, input.head)
    const sha = head === null ? null : branchSha(world.db, head.repo, head.ref)
    const base = branchSha(world.db, repo, input.base)
    if (head === null || sha === null) return E.left(invalid('head'))
    if (base === null) return E.left(invalid('base'))
    const twin = `SELECT id FROM pulls WHERE repo_id = ? AND state = 'OPEN' AND base_ref = ? AND head_repo_id = ? AND head_ref = ?`
    const label = `${head.repo.owner}:${head.ref}`
    if (one(world.db, twin, repo.id, input.base, head.repo.id, head.ref) !== undefined)
      return E.left(custom(`A pull request already exists for ${label}.`))
    const number = nextNumber(world, repo)
    if (head.repo.id === repo.id) await forceRefs(dir, [{ name: `refs/pull/${number}/head`, after: sha }])
    else await shareCommit(world, repo, head.repo, sha, number)
    const problem = await historyProblem(dir, { ref: input.base, sha: base }, { ref: head.ref, sha })
    if (problem !== null) {
      await forceRefs(dir, [{ name: `refs/pull/${number}/head`, after: null }])
      return E.left(custom(problem))
    }
    const size = await pullSize(world, { repo_id: repo.id, base_sha: base, head_sha: sha })
    const pull = atomically(world.db, () => {
      run(world.db, 'UPDATE repositories SET next_number = next_number + 1 WHERE id = ?', repo.id)
      const made = insert(world, repo, author, input, { ...head, sha }, base, number)
      emitPull(world, author, made, size, 'opened')
      return made
    })
    world.wakeDeliverer()
    return E.right(pull)
  })

/** What `PATCH pulls/N` takes. */
export type PullChange = {
  readonly title?: string | undefined
  readonly body?: string | null | undefined
  readonly state?: 'open' | 'closed' | undefined
  readonly base?: string | undefined
}

const reopenProblem = async (world: World, pull: PullRow): Promise<Refusal | null> => {
  const repo = repoById(world.db, pull.repo_id)
  const head = branchSha(world.db, repoById(world.db, pull.head_repo_id), pull.head_ref)
  const base = branchSha(world.db, repo, pull.base_ref)
  if (pull.state === 'MERGED') return custom('state cannot be changed. The pull request has been merged.')
  if (head === null) return custom(`state cannot be changed. The ${pull.head_ref} branch has been deleted.`)
  if (head !== pull.head_sha)
    return custom(`state cannot be changed. The ${pull.head_ref} branch was force-pushed or recreated.`)
  if (base === null) return custom(`state cannot be changed. The ${pull.base_ref} branch has been deleted.`)
  if (await isAncestor(gitDir(world, repo), head, base))
    return custom(`state cannot be changed. There are no new commits on the ${pull.head_ref} branch.`)
  return null
}

const actionsOf = (
  pull: PullRow,
  change: PullChange,
): ReadonlyArray<readonly [string, Record<string, unknown>]> => {
  const from = (field: 'title' | 'body', value: string | null | undefined) =>
    value === undefined || value === pull[field] ? {} : { [field]: { from: pull[field] ?? '' } }
  const base = change.base === undefined || change.base === pull.base_ref
  const edits = {
    ...from('title', change.title),
    ...from('body', change.body),
    ...(base ? {} : { base: { ref: { from: pull.base_ref }, sha: { from: pull.base_sha } } }),
  }
  const edited = Object.keys(edits).length > 0 ? [['edited', { changes: edits }] as const] : []
  const closed = change.state === 'closed' && pull.state === 'OPEN' ? [['closed', {}] as const] : []
  const opened = change.state === 'open' && pull.state === 'CLOSED' ? [['reopened', {}] as const] : []
  return [...edited, ...closed, ...opened]
}

/** Edits, closes or reopens a pull request. Nothing to change is no event. */
export const changePull = (
  world: World,
  actor: UserRow,
  pull: PullRow,
  change: PullChange,
): Promise<E.Either<Refusal, PullRow>> => {
  const repo = repoById(world.db, pull.repo_id)
  return world.lock(repo.network_id, async () => {
    const now = pullById(world.db, pull.id)
    if (change.title === '') return E.left(unprocessable("title can't be blank"))
    const rebase = change.base !== undefined && change.base !== now.base_ref
    const base = rebase ? branchSha(world.db, repo, change.base ?? '') : now.base_sha
    if (base === null) return E.left(invalid('base'))
    if (rebase && now.state !== 'OPEN')
      return E.left(custom('Cannot change the base branch of a closed pull request.'))
    const problem = change.state === 'open' && now.state !== 'OPEN' ? await reopenProblem(world, now) : null
    if (problem !== null) return E.left(problem)
    const actions = actionsOf(now, change)
    const size = await pullSize(world, { ...now, base_sha: base })
    const state =
      now.state === 'MERGED' || change.state === undefined
        ? now.state
        : change.state === 'open'
          ? 'OPEN'
          : 'CLOSED'
    if (actions.length > 0)
      atomically(world.db, () => {
        run(
          world.db,
          `UPDATE pulls SET title = ?, body = ?, base_ref = ?, base_sha = ?, state = ?, closed_at = ?, updated_at = ? WHERE id = ?`,
          ...[change.title ?? now.title, change.body === undefined ? now.body : change.body],
          ...[change.base ?? now.base_ref, base, state],
          ...[state === 'OPEN' ? null : (now.closed_at ?? world.now()), world.now(), now.id],
        )
        actions.forEach(([action, more]) => emitPull(world, actor, now, size, action, more))
      })
    world.wakeDeliverer()
    return E.right(pullById(world.db, pull.id))
  })
}
