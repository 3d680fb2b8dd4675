/** The journal: every event a branch has reduced, its decisions, and now and then a snapshot of its state. */
import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import { PathReporter } from 'io-ts/lib/PathReporter.js'
import {
  batchId,
  BranchStateCodec,
  epochMs,
  Event,
  initialState,
  Policy,
  prNumber,
  reduce,
  type BranchName,
  type BranchState,
  type PrNumber,
} from '@headgate/core'
import type { Decision, DecisionKind } from '../narrate/decision.js'
import { messageOf, problem, type Problem } from '../problem.js'
import { openDb, type Db } from './open.js'

/** An event in its place, with what is to be told about it. */
export interface Entry {
  readonly seq: number
  readonly event: Event
  readonly decisions: ReadonlyArray<Decision>
}

/** The journal of one branch, and the state it leads to. */
export interface BranchJournal {
  /** What replaying gave; the number of events so far is `seq`. */
  readonly restored: { readonly state: BranchState; readonly seq: number }
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

interface BranchRow {
  readonly id: number
  readonly policy: string
}
interface EventRow {
  readonly seq: number
  readonly event: string
}
interface DecisionRow {
  readonly at: number
  readonly kind: DecisionKind
  readonly pr: number | null
  readonly batch_id: number | null
  readonly text: string
}

const notUnderstood = (file: string, what: string, detail: string): Problem =>
  problem(
    'state-not-understood',
    file,
    `${what} can't be understood (${detail.slice(0, 200)}).`,
    'Use the program that wrote it, or another --state-dir.',
  )

const branchRow = (db: Db, name: BranchName, policy: Policy): BranchRow =>
  db.transact(() => {
    db.run(
      'INSERT INTO branch (repository, branch, policy) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
      ...[name.repository, name.branch, JSON.stringify(Policy.encode(policy))],
    )
    const sql = 'SELECT id, policy FROM branch WHERE repository = ? AND branch = ?'
    return db.all<BranchRow>(sql, name.repository, name.branch)[0] as BranchRow
  })

/** The state before the tail: the snapshot, or the beginning. */
const startingPoint = (
  db: Db,
  file: string,
  name: BranchName,
  row: BranchRow,
): E.Either<Problem, { readonly state: BranchState; readonly seq: number }> => {
  const [kept] = db.all<{ seq: number; state: string }>(
    'SELECT seq, state FROM snapshot WHERE branch_id = ?',
    row.id,
  )
  if (kept !== undefined) {
    const decoded = BranchStateCodec.decode(JSON.parse(kept.state))
    // An older program's snapshot is only a shortcut: the journal behind it is complete.
    if (E.isRight(decoded)) return E.right({ state: decoded.right, seq: kept.seq })
  }
  const policy = Policy.decode(JSON.parse(row.policy))
  return E.isLeft(policy)
    ? E.left(notUnderstood(file, 'The stored policy', PathReporter.report(policy)[0] ?? ''))
    : E.right({ state: initialState(name, policy.right), seq: 0 })
}

const replay = (
  db: Db,
  file: string,
  name: BranchName,
  row: BranchRow,
): E.Either<Problem, BranchJournal['restored']> => {
  const start = startingPoint(db, file, name, row)
  if (E.isLeft(start)) return start
  let { state, seq } = start.right
  const tail = 'SELECT seq, event FROM event WHERE branch_id = ? AND seq > ? ORDER BY seq'
  for (const stored of db.all<EventRow>(tail, row.id, seq)) {
    const event = Event.decode(JSON.parse(stored.event))
    if (E.isLeft(event))
      return E.left(notUnderstood(file, `Event ${stored.seq}`, PathReporter.report(event)[0] ?? ''))
    state = reduce(state, event.right)[0]
    seq = stored.seq
  }
  return E.right({ state, seq })
}

const decisionOf = (row: DecisionRow): Decision => ({
  at: epochMs(row.at),
  kind: row.kind,
  pr: O.map(prNumber)(O.fromNullable(row.pr)),
  batchId: O.map(batchId)(O.fromNullable(row.batch_id)),
  text: row.text,
})

const write = (db: Db, id: number, entries: ReadonlyArray<Entry>): void =>
  db.transact(() => {
    for (const { seq, event, decisions } of entries) {
      const sql = 'INSERT INTO event (branch_id, seq, at, event) VALUES (?, ?, ?, ?)'
      db.run(sql, id, seq, event.at, JSON.stringify(Event.encode(event)))
      for (const d of decisions)
        db.run(
          'INSERT INTO decision (branch_id, seq, at, kind, pr, batch_id, text) VALUES (?, ?, ?, ?, ?, ?, ?)',
          ...[id, seq, d.at, d.kind, O.toNullable(d.pr), O.toNullable(d.batchId), d.text],
        )
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
  const restored = replay(db, file, name, row)
  if (E.isLeft(restored)) return restored
  return E.right({
    restored: restored.right,
    append: (entries) => attempt(file, () => write(db, row.id, entries)),
    keepSnapshot: (seq, state) =>
      attempt(file, () => {
        const text = JSON.stringify(BranchStateCodec.encode(state))
        db.run('INSERT OR REPLACE INTO snapshot (branch_id, seq, state) VALUES (?, ?, ?)', row.id, seq, text)
      }),
    decisions: (limit, pr) => {
      const fields = 'SELECT at, kind, pr, batch_id, text FROM decision WHERE branch_id = ?'
      const rows =
        pr === undefined
          ? db.all<DecisionRow>(`${fields} ORDER BY id DESC LIMIT ?`, row.id, limit)
          : db.all<DecisionRow>(`${fields} AND pr = ? ORDER BY id DESC LIMIT ?`, row.id, pr, limit)
      return rows.map(decisionOf)
    },
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
