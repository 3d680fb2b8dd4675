/** Opening the embedded store: one SQLite file that this process alone holds. */
import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import Database from 'libsql'
import { codeOf, messageOf, problem, type Problem } from '../problem.js'
import { SCHEMA, SCHEMA_VERSION } from './schema.js'

type Value = string | number | null

/** A database, with prepared statements kept. Rows come back as this package wrote them: typed, not decoded. */
export interface Db {
  readonly run: (sql: string, ...values: ReadonlyArray<Value>) => number
  readonly all: <Row>(sql: string, ...values: ReadonlyArray<Value>) => ReadonlyArray<Row>
  /** All that `work` writes, durable when it returns, or nothing of it (a throw undoes it). */
  readonly transact: <A>(work: () => A) => A
  readonly close: () => void
}

const dbOf = (db: Database.Database): Db => {
  const prepared = new Map<string, Database.Statement<unknown[]>>()
  const statement = (sql: string): Database.Statement<unknown[]> => {
    const known = prepared.get(sql) ?? db.prepare(sql)
    prepared.set(sql, known)
    return known
  }
  return {
    run: (sql, ...values) => Number(statement(sql).run(...values).lastInsertRowid),
    all: <Row>(sql: string, ...values: ReadonlyArray<Value>) => statement(sql).all(...values) as Row[],
    transact: (work) => {
      db.exec('BEGIN IMMEDIATE')
      try {
        const result = work()
        db.exec('COMMIT')
        return result
      } catch (cause) {
        db.exec('ROLLBACK')
        throw cause
      }
    },
    close: () => {
      db.close()
    },
  }
}

const versionOf = (db: Database.Database): number =>
  Number((db.prepare('PRAGMA user_version').get() as { readonly user_version: number }).user_version)

const isEmpty = (db: Database.Database): boolean =>
  (db.prepare('SELECT count(*) AS n FROM sqlite_master').get() as { readonly n: number }).n === 0

const otherVersion = (file: string, version: number): Problem =>
  problem(
    'state-version',
    file,
    `This state has version ${version}; this program reads version ${SCHEMA_VERSION}.`,
    'Use the program that wrote it, or another --state-dir.',
  )

const unusable = (file: string, cause: unknown): Problem => {
  const text = messageOf(cause)
  if (codeOf(cause).startsWith('SQLITE_BUSY') || /database is locked/.test(text))
    return problem(
      'state-in-use',
      file,
      'Another headgate is running on this state.',
      'Stop it, or use another --state-dir.',
    )
  return problem(
    'state-unusable',
    file,
    `The state can't be opened (${text}).`,
    'Check the directory, its rights and the free space, or use another --state-dir.',
  )
}

/** Refuses before anything is written: the check opens the file for reading only. */
const checkVersion = (file: string): E.Either<Problem, void> => {
  if (!existsSync(file)) return E.right(undefined)
  const db = new Database(file, { readonly: true, timeout: 0 } as Database.Options)
  try {
    const version = versionOf(db)
    const fresh = version === 0 && isEmpty(db)
    return fresh || version === SCHEMA_VERSION ? E.right(undefined) : E.left(otherVersion(file, version))
  } finally {
    db.close()
  }
}

/**
 * Opens (or makes) the store. The kernel keeps the lock and drops it when this process dies, so a killed service never
 * locks its successor out. Errors: in use, of another version, unusable.
 */
export const openDb = (file: string): E.Either<Problem, Db> => {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    const version = checkVersion(file)
    if (E.isLeft(version)) return version
    const db = new Database(file, { timeout: 0 } as Database.Options)
    try {
      db.exec('PRAGMA locking_mode = EXCLUSIVE')
      db.exec('PRAGMA journal_mode = WAL')
      db.exec('PRAGMA synchronous = FULL')
      db.exec('PRAGMA foreign_keys = ON')
      db.exec('BEGIN EXCLUSIVE')
      if (versionOf(db) === 0) db.exec(SCHEMA)
      db.exec('COMMIT')
      return E.right(dbOf(db))
    } catch (cause) {
      db.close()
      throw cause
    }
  } catch (cause) {
    return E.left(unusable(file, cause))
  }
}
