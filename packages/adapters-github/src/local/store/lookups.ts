import type { World } from '../world.js'
import { all, one, run, type Db } from './database.js'
import type { LabelRow, PullRow, RefRow, RepoRow, UserRow } from './rows.js'

const gone = (what: string, id: number): Error => new Error(`The state has no ${what} ${id}.`)

/** The user of this login (any case), if known. */
export const findUser = (db: Db, login: string): UserRow | undefined =>
  one(db, 'SELECT * FROM users WHERE login = ?', login)

/** The user of this login, made on the fly; `name[bot]` is a bot, that is an app. */
export const ensureUser = (
  world: Pick<World, 'db' | 'now'>,
  login: string,
  type: UserRow['type'] = login.endsWith('[bot]') ? 'Bot' : 'User',
): UserRow => {
  const sql = 'INSERT INTO users (login, type, created_at) VALUES (?, ?, ?) ON CONFLICT (login) DO NOTHING'
  const known = findUser(world.db, login)
  if (known !== undefined) return known
  run(world.db, sql, login, type, world.now())
  return findUser(world.db, login) as UserRow
}

/** A user that a row refers to. */
export const userById = (db: Db, id: number): UserRow => {
  const found = one<UserRow>(db, 'SELECT * FROM users WHERE id = ?', id)
  if (found === undefined) throw gone('user', id)
  return found
}

/** The repository of this name (any case), if it exists. */
export const findRepo = (db: Db, owner: string, name: string): RepoRow | undefined =>
  one(db, 'SELECT * FROM repositories WHERE owner = ? AND name = ?', owner, name)

/** A repository that a row refers to. */
export const repoById = (db: Db, id: number): RepoRow => {
  const found = one<RepoRow>(db, 'SELECT * FROM repositories WHERE id = ?', id)
  if (found === undefined) throw gone('repository', id)
  return found
}

/** The recorded target of a ref of this full name, or null. */
export const refSha = (db: Db, repo: Pick<RepoRow, 'id'>, name: string): string | null =>
  one<RefRow>(db, 'SELECT name, sha FROM refs WHERE repo_id = ? AND name = ?', repo.id, name)?.sha ?? null

/** The recorded head of a branch, or null. */
export const branchSha = (db: Db, repo: Pick<RepoRow, 'id'>, branch: string): string | null =>
  refSha(db, repo, `refs/heads/${branch}`)

/** All recorded refs whose full name starts with `prefix`, by name. */
export const refsUnder = (db: Db, repo: Pick<RepoRow, 'id'>, prefix: string): ReadonlyArray<RefRow> =>
  all(
    db,
    'SELECT name, sha FROM refs WHERE repo_id = ? AND substr(name, 1, length(?)) = ? ORDER BY name',
    repo.id,
    prefix,
    prefix,
  )

/** The pull request of this number, if it exists. */
export const findPull = (db: Db, repo: Pick<RepoRow, 'id'>, number: number): PullRow | undefined =>
  one(db, 'SELECT * FROM pulls WHERE repo_id = ? AND number = ?', repo.id, number)

/** A pull request that a row refers to. */
export const pullById = (db: Db, id: number): PullRow => {
  const found = one<PullRow>(db, 'SELECT * FROM pulls WHERE id = ?', id)
  if (found === undefined) throw gone('pull request', id)
  return found
}

/** The labels on a pull request, by name. */
export const labelsOf = (db: Db, pull: Pick<PullRow, 'id'>): ReadonlyArray<LabelRow> =>
  all(
    db,
    'SELECT labels.* FROM labels JOIN pull_labels ON label_id = labels.id WHERE pull_id = ? ORDER BY labels.name',
    pull.id,
  )

/** How many rows a `SELECT count(*) AS n` query counts. */
export const count = (db: Db, sql: string, ...values: ReadonlyArray<string | number>): number =>
  one<{ n: number }>(db, sql, ...values)?.n ?? 0
