import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import Database from 'libsql'
import { codeOf, messageOf, type LocalBatchError } from '../error.js'
import { SCHEMA, STATE_VERSION } from './schema.js'

type Value = string | number | null

/** The durable state of a local Batch. Rows come back as written by this package, so they are typed, not decoded. */
export type Store = {
  readonly run: (sql: string, ...values: ReadonlyArray<Value>) => { readonly lastInsertRowid: number }
  readonly get: <Row>(sql: string, ...values: ReadonlyArray<Value>) => Row | undefined
  readonly all: <Row>(sql: string, ...values: ReadonlyArray<Value>) => ReadonlyArray<Row>
  /** Runs `work` in one transaction that is on disk when it returns; a throw undoes all of it. */
  readonly transact: <A>(work: () => A) => A
  /**
   * Runs `work` in one transaction that outlives this program at once, but a loss of power only after `flush` or the
   * next `transact`: nobody was told of it, and then all processes it speaks of are gone as well.
   */
  readonly relaxed: <A>(work: () => A) => A
  /** Puts on disk what `relaxed` left. */
  readonly flush: () => void
  readonly close: () => void
}

/** Gives up the lock and closes. `close` alone does so only when the last statement is garbage collected. */
const release = (db: Database.Database): void => {
  try {
    db.exec('PRAGMA journal_mode = DELETE')
    db.exec('PRAGMA locking_mode = NORMAL')
    db.exec('SELECT COUNT(*) FROM sqlite_schema')
  } finally {
    db.close()
  }
}

const storeOf = (db: Database.Database): Store => {
  const prepared = new Map<string, Database.Statement<unknown[]>>()
  const statement = (sql: string): Database.Statement<unknown[]> => {
    const known = prepared.get(sql)
    if (known !== undefined) return known
    const fresh = db.prepare(sql)
    prepared.set(sql, fresh)
    return fresh
  }
  let mode = 'FULL'
  const transaction = <A>(durability: 'FULL' | 'NORMAL', work: () => A): A => {
    if (durability !== mode) db.exec(`PRAGMA synchronous = ${durability}`)
    mode = durability
    statement('BEGIN IMMEDIATE').run()
    try {
      const result = work()
      statement('COMMIT').run()
      return result
    } catch (cause) {
      db.exec('ROLLBACK')
      throw cause
    }
  }
  return {
    run: (sql, ...values) => ({ lastInsertRowid: Number(statement(sql).run(...values).lastInsertRowid) }),
    get: <Row>(sql: string, ...values: ReadonlyArray<Value>) =>
      statement(sql).get(...values) as Row | undefined,
    all: <Row>(sql: string, ...values: ReadonlyArray<Value>) => statement(sql).all(...values) as Row[],
    transact: (work) => transaction('FULL', work),
    relaxed: (work) => transaction('NORMAL', work),
    flush: () => {
      statement('PRAGMA wal_checkpoint(PASSIVE)').all()
    },
    close: () => {
      release(db)
    },
  }
}

const failure = (dir: string, cause: unknown): LocalBatchError => {
  const busy = codeOf(cause).startsWith('SQLITE_BUSY') || /database is locked/.test(messageOf(cause))
  return busy
    ? {
        code: 'state-in-use',
        sentence: `Another local Batch is running on ${dir}.`,
        remedy: 'Stop it, or choose another directory.',
      }
    : {
        code: 'state-unusable',
        sentence: `The state in ${dir} cannot be opened: ${messageOf(cause)}.`,
        remedy: 'Check the directory, its permissions and the free space.',
      }
}

/**
 * Opens (or makes) the state below `dir`. The file stays locked for this process alone until `close`, and the
 * kernel drops the lock when the process dies, so two local Batches never share a directory.
 */
export const openStore = (dir: string): E.Either<LocalBatchError, Store> => {
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 })
    const db = new Database(join(dir, 'batch.sqlite'), { timeout: 0 } as Database.Options)
    try {
      db.exec('PRAGMA locking_mode = EXCLUSIVE')
      db.exec('PRAGMA journal_mode = WAL')
      db.exec('PRAGMA synchronous = FULL')
      db.exec('BEGIN EXCLUSIVE')
      const version = Number(
        (db.prepare('PRAGMA user_version').get() as { user_version: number }).user_version,
      )
      if (version === 0) db.exec(`${SCHEMA}; PRAGMA user_version = ${STATE_VERSION}`)
      db.exec('COMMIT')
      if (version !== 0 && version !== STATE_VERSION) {
        release(db)
        return E.left({
          code: 'state-version',
          sentence: `The state in ${dir} has version ${version}; this program reads version ${STATE_VERSION}.`,
          remedy: 'Use the program that wrote it, or an empty directory.',
        })
      }
      return E.right(storeOf(db))
    } catch (cause) {
      db.close()
      throw cause
    }
  } catch (cause) {
    return E.left(failure(dir, cause))
  }
}
