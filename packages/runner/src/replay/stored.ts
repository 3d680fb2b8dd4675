/** A service's journal as it lies on disk, read without changing a byte of what is in it. */
import { statSync } from 'node:fs'
import Database from 'libsql'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { parseJson, readBeginning, type BranchName, type Restored } from '@headgate/core'
import { codeOf, messageOf, problem, type Problem } from '../problem.js'
import { SCHEMA_VERSION } from '../store/schema.js'

/** An event as it is stored: text, and the version of its form. */
export interface StoredEvent {
  readonly seq: number
  readonly event: string
  readonly version: number
}

/** A line that people were told, as it is stored. */
export interface StoredDecision {
  readonly seq: number
  readonly at: number
  readonly kind: string
  readonly pr: number | null
  readonly batch_id: number | null
  readonly text: string
}

export interface StoredSnapshot {
  readonly seq: number
  readonly state: string
}

/** The journal of one branch. */
export interface StoredJournal {
  readonly file: string
  readonly name: BranchName
  readonly beginning: Restored
  /** In order; may be read more than once. */
  readonly events: () => Iterable<StoredEvent>
  readonly decisions: ReadonlyArray<StoredDecision>
  readonly snapshot: StoredSnapshot | undefined
}

interface BranchRow extends BranchName {
  readonly id: number
  readonly policy: string
  readonly version: number
}

const NAME_ONE = 'Name the journal of a service: the file journal.sqlite in its state directory.'

const fullName = ({ repository, branch }: BranchName): string => `${repository}:${branch}`

/** The only branch, or the one that is named: `main`, or in full `owner/name:main`. */
const chosen = (
  file: string,
  rows: ReadonlyArray<BranchRow>,
  named: string | undefined,
): E.Either<Problem, BranchRow> => {
  const fits = rows.filter((row) => named === undefined || named === row.branch || named === fullName(row))
  const [first, second] = fits
  if (first !== undefined && second === undefined) return E.right(first)
  if (rows.length === 0) return E.left(problem('replay', file, 'The journal is of no branch yet.', NAME_ONE))
  const known = rows.map(fullName).join(', ')
  const sentence =
    first !== undefined
      ? `The journal is of several branches${named === undefined ? '' : ` called ${named}`}.`
      : `The journal is of no branch ${named ?? ''}.`
  return E.left(problem('replay', file, sentence, `Name one with --branch: ${known}.`))
}

const beginningOf = (file: string, row: BranchRow): E.Either<Problem, Restored> =>
  pipe(
    parseJson('The stored policy', row.policy),
    E.chain((policy) =>
      readBeginning({
        version: row.version,
        name: { repository: row.repository, branch: row.branch },
        policy,
      }),
    ),
    E.mapLeft(({ sentence, remedy }) => problem('replay', `${file} (the stored policy)`, sentence, remedy)),
  )

const versionOf = (db: Database.Database): number =>
  Number((db.prepare('PRAGMA user_version').get() as { readonly user_version: number }).user_version)

const read = (
  db: Database.Database,
  file: string,
  named: string | undefined,
): E.Either<Problem, StoredJournal> => {
  const form = versionOf(db)
  if (form < 1 || form > SCHEMA_VERSION)
    return E.left(
      problem(
        'replay',
        file,
        `It has version ${form}; this program reads versions 1 to ${SCHEMA_VERSION} of a journal.`,
        NAME_ONE,
      ),
    )
  // The first form of the tables had no column `version`.
  const version = form === 1 ? '1 AS version' : 'version'
  const all = (sql: string, ...values: ReadonlyArray<number>): ReadonlyArray<unknown> =>
    db.prepare(sql).all(...values)
  const rows = all(`SELECT id, repository, branch, policy, ${version} FROM branch ORDER BY id`)
  return pipe(
    chosen(file, rows as ReadonlyArray<BranchRow>, named),
    E.bindTo('row'),
    E.bind('beginning', ({ row }) => beginningOf(file, row)),
    E.map(({ row, beginning }) => {
      const events = `SELECT seq, event, ${version} FROM event WHERE branch_id = ? ORDER BY seq`
      const decisions =
        'SELECT seq, at, kind, pr, batch_id, text FROM decision WHERE branch_id = ? ORDER BY seq, id'
      const [snapshot] = all('SELECT seq, state FROM snapshot WHERE branch_id = ?', row.id)
      return {
        file,
        name: beginning.state.name,
        beginning,
        events: () => db.prepare(events).iterate(row.id) as Iterable<StoredEvent>,
        decisions: all(decisions, row.id) as ReadonlyArray<StoredDecision>,
        snapshot: snapshot as StoredSnapshot | undefined,
      }
    }),
  )
}

const unreadable = (file: string, cause: unknown): Problem =>
  codeOf(cause).startsWith('SQLITE_BUSY')
    ? problem('replay', file, 'A headgate is running on this journal.', 'Stop it first, or replay a backup.')
    : problem('replay', file, `It can't be read (${messageOf(cause)}).`, NAME_ONE)

/**
 * Opens a journal for `use`. Left: it is no journal, is in use, or has no such branch. (The file is free again when this
 * process ends, or collects the prepared statements as garbage: they outlive `close`.)
 */
export const withJournal = <A>(
  file: string,
  branch: string | undefined,
  use: (journal: StoredJournal) => A,
): E.Either<Problem, A> => {
  try {
    if (!(statSync(file, { throwIfNoEntry: false })?.isFile() ?? false))
      return E.left(problem('replay', file, 'There is no such file.', NAME_ONE))
    const db = new Database(file, { readonly: true, timeout: 0 } as Database.Options)
    try {
      return pipe(read(db, file, branch), E.map(use))
    } finally {
      db.close()
    }
  } catch (cause) {
    return E.left(unreadable(file, cause))
  }
}
