/** A journal's events through `reduce`, from the beginning: what was so before, what happened, what follows. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import {
  parseJson,
  readEntry,
  reduce,
  type BranchState,
  type Effect,
  type Event,
  type JournalEntry,
  type Unreadable,
} from '@headgate/core'
import type { StoredEvent, StoredJournal } from './stored.js'

export interface Step {
  readonly seq: number
  readonly before: BranchState
  readonly event: Event
  readonly after: BranchState
  readonly orders: ReadonlyArray<Effect>
}

/** An entry that can't be replayed: missing, or not understood. */
export interface Damage {
  readonly seq: number
  readonly found: Unreadable
}

const entryOf = ({ seq, event, version }: StoredEvent): E.Either<Unreadable, JournalEntry> =>
  pipe(
    parseJson('The entry', event),
    E.chain((json) => readEntry({ version, seq, event: json })),
  )

const gap = (expected: number, found: number): Damage => ({
  seq: expected,
  found: {
    code: 'journal-gap',
    sentence: `Entry ${found} of the journal follows entry ${expected - 1}.`,
    place: 'seq',
    remedy: 'Restore the journal from a backup.',
  },
})

/** Ends at the first damage. */
export function* stepsOf(journal: StoredJournal): Generator<E.Either<Damage, Step>> {
  let { seq, state } = journal.beginning
  for (const row of journal.events()) {
    if (row.seq !== seq + 1) return yield E.left(gap(seq + 1, row.seq))
    const entry = entryOf(row)
    if (E.isLeft(entry)) return yield E.left({ seq: row.seq, found: entry.left })
    const { event } = entry.right
    const [after, orders] = reduce(state, event)
    yield E.right({ seq: row.seq, before: state, event, after, orders })
    seq = row.seq
    state = after
  }
}
