/** Reading back what is stored: the snapshot, or the beginning, and the events after it. The core knows the forms. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import {
  parseJson,
  readBeginning,
  readSnapshot,
  replay,
  type BranchName,
  type Restored,
  type Unreadable,
} from '@headgate/core'
import { problem, type Problem } from '../problem.js'
import type { Db } from './open.js'

export interface BranchRow {
  readonly id: number
  readonly policy: string
  readonly version: number
}
interface EventRow {
  readonly seq: number
  readonly event: string
  readonly version: number
}
export const notUnderstood = (file: string, what: string, detail: string): Problem =>
  problem(
    'state-not-understood',
    file,
    `${what} can't be understood (${detail.slice(0, 200)}).`,
    'Use the program that wrote it, or another --state-dir.',
  )

/** What the core can't read of what is stored: `what` says which row it is. */
const unreadable = (file: string, what: string, found: Unreadable): Problem =>
  problem(
    found.code === 'newer-version' ? 'state-version' : 'state-not-understood',
    `${file} (${what})`,
    found.sentence,
    `${found.remedy} Or use another --state-dir.`,
  )

const beginning = (file: string, name: BranchName, row: BranchRow): E.Either<Problem, Restored> =>
  pipe(
    parseJson('The stored policy', row.policy),
    E.chain((policy) => readBeginning({ version: row.version, name, policy })),
    E.mapLeft((found) => unreadable(file, 'the stored policy', found)),
  )

/** The state before the tail: the snapshot, or the beginning. */
const startingPoint = (
  db: Db,
  file: string,
  name: BranchName,
  row: BranchRow,
): E.Either<Problem, Restored> => {
  const [kept] = db.all<{ seq: number; state: string }>(
    'SELECT seq, state FROM snapshot WHERE branch_id = ?',
    row.id,
  )
  if (kept === undefined) return beginning(file, name, row)
  const restored = pipe(
    parseJson('The snapshot', kept.state),
    E.chain((state) => readSnapshot({ seq: kept.seq, state })),
  )
  // A snapshot that can't be read is only a shortcut lost: the journal behind it is complete.
  return E.isRight(restored) ? restored : beginning(file, name, row)
}

/** The state that the journal of a branch leads to. Left: something in it can't be read. */
export const restore = (
  db: Db,
  file: string,
  name: BranchName,
  row: BranchRow,
): E.Either<Problem, Restored> => {
  const start = startingPoint(db, file, name, row)
  if (E.isLeft(start)) return start
  let restored = start.right
  const tail = 'SELECT seq, event, version FROM event WHERE branch_id = ? AND seq > ? ORDER BY seq'
  for (const { seq, event, version } of db.all<EventRow>(tail, row.id, restored.seq)) {
    const next = pipe(
      parseJson('The entry', event),
      E.chain((json) => replay(restored, [{ version, seq, event: json }])),
    )
    if (E.isLeft(next)) return E.left(unreadable(file, `event ${seq}`, next.left))
    restored = next.right
  }
  return E.right(restored)
}
