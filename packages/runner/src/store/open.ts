/** Opening the embedded store: one SQLite file that this process alone holds. */
import { closeSync, existsSync, openSync, readSync } from 'node:fs'
import { dirname } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import Database from 'libsql'
import { codeOf, messageOf, problem, type Problem } from '../problem.js'
import { makeDir } from './makeDir.js'
import { SCHEMA, SCHEMA_STEPS, SCHEMA_VERSION } from './schema.js'

type Value = string | number | null

/** A database, with prepared statements kept. Rows come back as this package wrote them: typed, not decoded. */
export interface Db {
  readonly run: (sql: string, ...values: ReadonlyArray<Value>) => number
  readonly all: <Row>(sql: string, ...values: ReadonlyArray<Value>) => ReadonlyArray<Row>
  /** All that `work` writes, durable when it returns, or nothing of it (a throw undoes it). */
  readonly transact: <A>(work: () => A) => A
  readonly close: () => void
}

/**
 * Gives up the lock, and leaves everything in the one file. `close` alone would do neither: prepared statements keep the
 * database open until they are collected as garbage.
 */
const release = (db: Database.Database): void => {
  try {
    db.exec('PRAGMA journal_mode = DELETE')
    db.exec('PRAGMA locking_mode = NORMAL')
    db.exec('SELECT 1 FROM sqlite_master')
  } finally {
    db.close()
  }
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
    close: () => release(db),
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
    `This state has version ${version}; this program reads versions 1 to ${SCHEMA_VERSION}.`,
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

/** Where SQLite keeps `user_version` in the header of the file. */
const VERSION_OFFSET = 60

/** The version in the file itself, read without SQLite, so that nothing is written or locked. 0: not told there. */
const versionInHeader = (file: string): number => {
  if (!existsSync(file)) return 0
  const header = Buffer.alloc(VERSION_OFFSET + 4)
  const fd = openSync(file, 'r')
  try {
    return readSync(fd, header, 0, header.length, 0) === header.length
      ? header.readInt32BE(VERSION_OFFSET)
      : 0
  } finally {
    closeSync(fd)
  }
}

const isForeign = (version: number): boolean => version < 0 || version > SCHEMA_VERSION

/** Locks the file for this process; makes the tables if it is new, or brings them up to date. Gives their version. */
const claim = (db: Database.Database): number => {
  db.exec('PRAGMA locking_mode = EXCLUSIVE')
  db.exec('PRAGMA synchronous = FULL')
  db.exec('BEGIN EXCLUSIVE')
  const version = versionOf(db)
  const ours = version > 0 && !isForeign(version)
  const fresh = version === 0 && isEmpty(db)
  if (fresh) db.exec(SCHEMA)
  if (ours) for (const step of SCHEMA_STEPS.slice(version - 1)) db.exec(step)
  db.exec('COMMIT')
  if (fresh || ours) db.exec('PRAGMA journal_mode = WAL')
  return fresh || ours ? SCHEMA_VERSION : version
}

/**
 * Opens (or makes) the store. The kernel keeps the lock and drops it when this process dies, so a killed service never
 * locks its successor out. Errors: in use, of another version, unusable.
 */
export const openDb = (file: string): E.Either<Problem, Db> => {
  try {
    makeDir(dirname(file))
    const told = versionInHeader(file)
    if (isForeign(told)) return E.left(otherVersion(file, told))
    const db = new Database(file, { timeout: 0 } as Database.Options)
    try {
      const version = claim(db)
      if (version === SCHEMA_VERSION) return E.right(dbOf(db))
      db.close()
      return E.left(otherVersion(file, version))
    } catch (cause) {
      db.close()
      throw cause
    }
  } catch (cause) {
    return E.left(unusable(file, cause))
  }
}
