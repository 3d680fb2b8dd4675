import Database from 'libsql'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import type { LocalGithubError } from '../failure.js'
import { SCHEMA, SCHEMA_VERSION } from './schema.js'

/** An open SQLite database. */
export type Db = Database.Database
type Value = string | number | null

const statements = new WeakMap<Db, Map<string, Database.Statement>>()

const prepared = (db: Db, sql: string): Database.Statement => {
  const known = statements.get(db) ?? new Map<string, Database.Statement>()
  statements.set(db, known)
  const statement = known.get(sql) ?? db.prepare(sql)
  known.set(sql, statement)
  return statement
}

/** The rows a query gives. The type parameter is trusted: only this server writes these tables. */
export const all = <R>(db: Db, sql: string, ...values: ReadonlyArray<Value>): ReadonlyArray<R> =>
  prepared(db, sql).all(...values) as ReadonlyArray<R>

/** The first row a query gives. */
export const one = <R>(db: Db, sql: string, ...values: ReadonlyArray<Value>): R | undefined =>
  all<R>(db, sql, ...values)[0]

/** Executes a statement; the id of the row it inserted, if it inserted one. */
export const run = (db: Db, sql: string, ...values: ReadonlyArray<Value>): number =>
  Number(prepared(db, sql).run(...values).lastInsertRowid)

/** Everything `work` writes, or nothing of it. Not nested: an inner call joins the outer transaction. */
export const atomically = <A>(db: Db, work: () => A): A =>
  db.inTransaction ? work() : db.transaction(work).immediate()

const tableExists = (db: Db): boolean =>
  one(db, `SELECT 1 AS found FROM sqlite_master WHERE type = 'table' AND name = 'meta'`) !== undefined

/** A value kept in the state directory, made by `initial` the first time it is asked for. */
export const remembered = (db: Db, key: string, initial: () => string): string => {
  const found = one<{ value: string }>(db, 'SELECT value FROM meta WHERE key = ?', key)
  if (found !== undefined) return found.value
  const value = initial()
  run(db, 'INSERT INTO meta (key, value) VALUES (?, ?)', key, value)
  return value
}

/** Keeps a value in the state directory, replacing an earlier one. */
export const remember = (db: Db, key: string, value: string): void => {
  run(
    db,
    'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
    key,
    value,
  )
}

/** Opens (or creates) the state of a local GitHub; a directory of another version is refused untouched. */
export const openDatabase = (dir: string): E.Either<LocalGithubError, Db> => {
  const file = join(dir, 'github.sqlite')
  try {
    mkdirSync(join(dir, 'git'), { recursive: true })
    const db = new Database(file)
    db.pragma('journal_mode = WAL')
    db.pragma('synchronous = FULL')
    db.pragma('busy_timeout = 5000')
    if (!tableExists(db)) {
      atomically(db, () => {
        db.exec(SCHEMA)
        remember(db, 'schema_version', SCHEMA_VERSION)
      })
    }
    const version = remembered(db, 'schema_version', () => 'none')
    if (version === SCHEMA_VERSION) return E.right(db)
    db.close()
    return E.left({
      code: 'state_version',
      sentence: `The local GitHub's state has version ${version}; this program reads version ${SCHEMA_VERSION}.`,
      place: file,
      remedy: 'Use the version of headgate that wrote it, or point it at an empty directory.',
    })
  } catch (error) {
    return E.left({
      code: 'state_unusable',
      sentence: `The local GitHub's state can't be opened: ${error instanceof Error ? error.message : String(error)}`,
      place: file,
      remedy: 'Make the directory writable, or point the local GitHub at another one.',
    })
  }
}
