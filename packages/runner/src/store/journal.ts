/** The journal: every event a branch has reduced, its decisions, and now and then a snapshot of its state. */
import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import {
  batchId,
  epochMs,
  prNumber,
  writeBeginning,
  writeEntry,
  writeSnapshot,
  type BranchName,
  type BranchState,
  type Event,
  type Policy,
  type PrNumber,
  type Restored,
} from '@headgate/core'
import type { Decision, DecisionKind } from '../narrate/decision.js'
import { messageOf, problem, type Problem } from '../problem.js'
import { openDb, type Db } from './open.js'
import { notUnderstood, restore, type BranchRow } from './restore.js'

/** An event in its place, with what is to be told about it. */
export interface Entry {
  readonly seq: number
  readonly event: Event
  readonly decisions: ReadonlyArray<Decision>
}

/** The journal of one branch, and the state it leads to. */
export interface BranchJournal {
  /** What replaying gave; the number of events so far is `seq`. */
  readonly restored: Restored
  /** Durable when it returns. Left: nothing of it was written. */
  readonly append: (entries: ReadonlyArray<Entry>) => E.Either<Problem, void>
  /** Keeps the state after `seq` events, so that the next start is quick. */
  readonly keepSnapshot: (seq: number, state: BranchState) => E.Either<Problem, void>
  /** The newest decisions, newest first; only those about `pr` when given. */
  readonly decisions: (limit: number, pr?: PrNumber) => ReadonlyArray<Decision>
}

/** The embedded store of one service. */
export interface Journal {
  /** Opens a branch's journal, made with `policy` when it is new. Left: what is stored can't be understood. */
  readonly branch: (name: BranchName, policy: Policy) => E.Either<Problem, BranchJournal>
  readonly close: () => void
}

interface DecisionRow {
  readonly at: number
  readonly kind: DecisionKind
  readonly pr: number | null
  readonly batch_id: number | null
  readonly text: string
  readonly others: string | null
}

const branchRow = (db: Db, name: BranchName, policy: Policy): BranchRow =>
  db.transact(() => {
    const written = writeBeginning(name, policy)
    db.run(
      'INSERT INTO branch (repository, branch, policy, version) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
      ...[name.repository, name.branch, JSON.stringify(written.policy), written.version],
    )
    const sql = 'SELECT id, policy, version FROM branch WHERE repository = ? AND branch = ?'
    return db.all<BranchRow>(sql, name.repository, name.branch)[0] as BranchRow
  })

const decisionOf = (row: DecisionRow): Decision => ({
  at: epochMs(row.at),
  kind: row.kind,
  pr: O.map(prNumber)(O.fromNullable(row.pr)),
  batchId: O.map(batchId)(O.fromNullable(row.batch_id)),
  text: row.text,
  ...(row.others === null ? {} : { others: row.others.split(',').map((pr) => prNumber(Number(pr))) }),
})

const DECISIONS = `SELECT at, kind, pr, batch_id, text,
  (SELECT group_concat(o.pr) FROM decision_other o WHERE o.decision_id = d.id) AS others
  FROM decision d`

const newestDecisions = (db: Db, id: number, limit: number): ReadonlyArray<DecisionRow> =>
  db.all(`${DECISIONS} WHERE branch_id = ? ORDER BY id DESC LIMIT ?`, id, limit)

const decisionsAbout = (db: Db, id: number, limit: number, pr: PrNumber): ReadonlyArray<DecisionRow> =>
  db.all(
    `${DECISIONS} WHERE id IN (
      SELECT id FROM decision WHERE branch_id = ? AND pr = ?
      UNION SELECT decision_id FROM decision_other WHERE branch_id = ? AND pr = ?
    ) ORDER BY id DESC LIMIT ?`,
    ...[id, pr, id, pr, limit],
  )

const writeDecision = (db: Db, id: number, seq: number, d: Decision): void => {
  const decision = db.run(
    'INSERT INTO decision (branch_id, seq, at, kind, pr, batch_id, text) VALUES (?, ?, ?, ?, ?, ?, ?)',
    ...[id, seq, d.at, d.kind, O.toNullable(d.pr), O.toNullable(d.batchId), d.text],
  )
  for (const pr of d.others ?? [])
    db.run('INSERT INTO decision_other (decision_id, branch_id, pr) VALUES (?, ?, ?)', decision, id, pr)
}

const write = (db: Db, id: number, entries: ReadonlyArray<Entry>): void =>
  db.transact(() => {
    for (const { seq, event, decisions } of entries) {
      const sql = 'INSERT INTO event (branch_id, seq, at, event, version) VALUES (?, ?, ?, ?, ?)'
      const written = writeEntry({ seq, event })
      db.run(sql, id, seq, event.at, JSON.stringify(written.event), written.version)
      for (const decision of decisions) writeDecision(db, id, seq, decision)
    }
  })

const attempt = (file: string, work: () => void): E.Either<Problem, void> => {
  try {
    work()
    return E.right(undefined)
  } catch (cause) {
    const sentence = `The journal can't be written (${messageOf(cause)}).`
    return E.left(problem('journal-write', file, sentence, 'Make room on the disk and start again.'))
  }
}

const branchJournal = (
  db: Db,
  file: string,
  name: BranchName,
  policy: Policy,
): E.Either<Problem, BranchJournal> => {
  const row = branchRow(db, name, policy)
  const restored = restore(db, file, name, row)
  if (E.isLeft(restored)) return restored
  return E.right({
    restored: restored.right,
    append: (entries) => attempt(file, () => write(db, row.id, entries)),
    keepSnapshot: (seq, state) =>
      attempt(file, () => {
        const text = JSON.stringify(writeSnapshot({ seq, state }).state)
        db.run('INSERT OR REPLACE INTO snapshot (branch_id, seq, state) VALUES (?, ?, ?)', row.id, seq, text)
      }),
    decisions: (limit, pr) =>
      (pr === undefined ? newestDecisions(db, row.id, limit) : decisionsAbout(db, row.id, limit, pr)).map(
        decisionOf,
      ),
  })
}

/** Opens the store in `file`. Left: in use, of another version, or unusable. */
export const openJournal = (file: string): E.Either<Problem, Journal> => {
  const db = openDb(file)
  if (E.isLeft(db)) return db
  return E.right({
    branch: (name, policy) => {
      try {
        return branchJournal(db.right, file, name, policy)
      } catch (cause) {
        return E.left(notUnderstood(file, 'The journal', messageOf(cause)))
      }
    },
    close: db.right.close,
  })
}
