import * as E from 'fp-ts/lib/Either.js'
import { notFound, forbidden, unprocessable, validationFailed, type Refusal } from '../failure.js'
import { readCommit, type Commit } from '../git/commits.js'
import { checkRunJson, checkSuiteJson, suiteResult } from '../json/checks.js'
import { all, atomically, one, run } from '../store/database.js'
import type { CheckRunRow, CheckSuiteRow, RepoRow, StatusRow, UserRow } from '../store/rows.js'
import { emit } from '../webhooks/emit.js'
import { gitDir, type World } from '../world.js'

/** The newest status of each context on a commit, oldest context first. */
export const latestStatuses = (
  world: World,
  repo: Pick<RepoRow, 'id'>,
  sha: string,
): ReadonlyArray<StatusRow> => {
  const rows = all<StatusRow>(
    world.db,
    'SELECT * FROM statuses WHERE repo_id = ? AND sha = ? ORDER BY id',
    ...[repo.id, sha],
  )
  return [...new Map(rows.map((s) => [s.context, s])).values()]
}

/** The newest run of each name and app on a commit, oldest name first. */
export const latestCheckRuns = (
  world: World,
  repo: Pick<RepoRow, 'id'>,
  sha: string,
): ReadonlyArray<CheckRunRow> => {
  const rows = all<CheckRunRow>(
    world.db,
    'SELECT * FROM check_runs WHERE repo_id = ? AND sha = ? ORDER BY id',
    ...[repo.id, sha],
  )
  return [...new Map(rows.map((r) => [`${r.app_id} ${r.name}`, r])).values()]
}

/** What a caller may say of a check run; a field left out keeps its value. */
export type CheckRunInput = {
  readonly name?: string | undefined
  readonly status?: string | undefined
  readonly conclusion?: string | null | undefined
  readonly detailsUrl?: string | null | undefined
  readonly externalId?: string | undefined
  readonly output?: { title?: string | null; summary?: string | null; text?: string | null } | undefined
  readonly startedAt?: number | undefined
  readonly completedAt?: number | undefined
}

const CONCLUSIONS = [
  'action_required',
  'cancelled',
  'failure',
  'neutral',
  'success',
  'skipped',
  'stale',
  'timed_out',
]
const STATUSES = ['queued', 'in_progress', 'completed', 'waiting', 'requested', 'pending']

const problem = (input: CheckRunInput): Refusal | null => {
  const field = (name: string) =>
    validationFailed({ resource: 'CheckRun', field: name, code: 'invalid', message: `${name} is invalid` })
  if (input.status !== undefined && !STATUSES.includes(input.status)) return field('status')
  if (typeof input.conclusion === 'string' && !CONCLUSIONS.includes(input.conclusion))
    return field('conclusion')
  if (input.status === 'completed' && typeof input.conclusion !== 'string')
    return unprocessable('Invalid request. "conclusion" is required when "status" is "completed".')
  return null
}

const merged = (world: World, old: CheckRunRow, input: CheckRunInput): CheckRunRow => {
  const conclusion =
    input.conclusion === undefined ? (input.status === undefined ? old.conclusion : null) : input.conclusion
  const status = conclusion === null ? (input.status ?? old.status) : 'completed'
  const done = status === 'completed'
  return {
    ...old,
    name: input.name ?? old.name,
    status,
    conclusion,
    details_url: input.detailsUrl === undefined ? old.details_url : input.detailsUrl,
    external_id: input.externalId ?? old.external_id,
    title: input.output?.title ?? old.title,
    summary: input.output?.summary ?? old.summary,
    text: input.output?.text ?? old.text,
    started_at: input.startedAt ?? old.started_at ?? (status === 'queued' ? null : world.now()),
    completed_at: done ? (input.completedAt ?? old.completed_at ?? world.now()) : null,
  }
}

const suiteOf = (world: World, repo: RepoRow, sha: string, app: UserRow): CheckSuiteRow => {
  const find = () =>
    one<CheckSuiteRow>(
      world.db,
      'SELECT * FROM check_suites WHERE repo_id = ? AND sha = ? AND app_id = ?',
      ...[repo.id, sha, app.id],
    )
  const at = world.now()
  const add = 'INSERT INTO check_suites (repo_id, sha, app_id, created_at, updated_at) VALUES (?, ?, ?, ?, ?)'
  if (find() === undefined) run(world.db, add, repo.id, sha, app.id, at, at)
  return find() as CheckSuiteRow
}

const save = (world: World, r: CheckRunRow): void => {
  run(
    world.db,
    `UPDATE check_runs SET name = ?, status = ?, conclusion = ?, details_url = ?, external_id = ?, title = ?,
     summary = ?, text = ?, started_at = ?, completed_at = ? WHERE id = ?`,
    ...[r.name, r.status, r.conclusion, r.details_url, r.external_id, r.title, r.summary, r.text],
    ...[r.started_at, r.completed_at, r.id],
  )
  run(world.db, 'UPDATE check_suites SET updated_at = ? WHERE id = ?', world.now(), r.suite_id)
}

const announce = (
  world: World,
  repo: RepoRow,
  app: UserRow,
  r: CheckRunRow,
  head: Commit,
  actions: ReadonlyArray<string>,
): void => {
  const suite = one<CheckSuiteRow>(world.db, 'SELECT * FROM check_suites WHERE id = ?', r.suite_id)
  if (suite === undefined) return
  const check_suite = checkSuiteJson(world, suite, head)
  actions.forEach((action) =>
    emit(world, repo, app, {
      event: 'check_run',
      action,
      body: { check_run: { ...checkRunJson(world, r), check_suite } },
    }),
  )
  const runs = all<CheckRunRow>(world.db, 'SELECT * FROM check_runs WHERE suite_id = ?', suite.id)
  if (actions.includes('completed') && suiteResult(runs).status === 'completed')
    emit(world, repo, app, { event: 'check_suite', action: 'completed', body: { check_suite } })
}

/** Creates a check run on a commit. Only apps may (GitHub's rule): a user `name[bot]` is one. */
export const createCheckRun = async (
  world: World,
  app: UserRow,
  repo: RepoRow,
  sha: string,
  input: CheckRunInput & { readonly name: string },
): Promise<E.Either<Refusal, CheckRunRow>> => {
  if (app.type !== 'Bot') return E.left(forbidden('You must authenticate via a GitHub App.'))
  const wrong = problem(input)
  if (wrong !== null) return E.left(wrong)
  const head = await readCommit(gitDir(world, repo), sha, world.commits)
  if (head === null) return E.left(unprocessable(`No commit found for SHA: ${sha}`))
  const made = atomically(world.db, () => {
    const suite = suiteOf(world, repo, sha, app)
    const id = run(
      world.db,
      `INSERT INTO check_runs (repo_id, suite_id, sha, app_id, name, status, external_id) VALUES (?, ?, ?, ?, ?, ?, '')`,
      ...[repo.id, suite.id, sha, app.id, input.name, 'queued'],
    )
    const blank = one<CheckRunRow>(world.db, 'SELECT * FROM check_runs WHERE id = ?', id) as CheckRunRow
    const row = merged(world, blank, input)
    save(world, row)
    announce(world, repo, app, row, head, row.status === 'completed' ? ['created', 'completed'] : ['created'])
    return row
  })
  world.wakeDeliverer()
  return E.right(made)
}

/** Changes a check run of the same app. */
export const updateCheckRun = async (
  world: World,
  app: UserRow,
  repo: RepoRow,
  id: number,
  input: CheckRunInput,
): Promise<E.Either<Refusal, CheckRunRow>> => {
  const old = one<CheckRunRow>(world.db, 'SELECT * FROM check_runs WHERE id = ? AND repo_id = ?', id, repo.id)
  if (old === undefined) return E.left(notFound())
  if (old.app_id !== app.id)
    return E.left(
      forbidden(
        `Invalid app_id \`${app.id}\` - check run can only be modified by the GitHub App that created it.`,
      ),
    )
  const wrong = problem(input)
  if (wrong !== null) return E.left(wrong)
  const head = await readCommit(gitDir(world, repo), old.sha, world.commits)
  if (head === null) return E.left(notFound())
  const row = merged(world, old, input)
  atomically(world.db, () => {
    save(world, row)
    announce(
      world,
      repo,
      app,
      row,
      head,
      row.status === 'completed' && old.status !== 'completed' ? ['completed'] : [],
    )
  })
  world.wakeDeliverer()
  return E.right(row)
}
