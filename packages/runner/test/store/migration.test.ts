/**
 * A journal that version 1 of this program wrote (the sample, run to its end) opens under this one: from its snapshot with
 * the state of then; from its beginning by what this `reduce` makes of the same facts.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import Database from 'libsql'
import * as O from 'fp-ts/lib/Option.js'
import { pipe } from 'fp-ts/lib/function.js'
import { expect, test } from 'vitest'
import {
  BranchStateCodec,
  effectId,
  epochMs,
  journalVersion,
  readEntry,
  readState,
  reduce,
  SortedMap,
  type BranchName,
  type BranchState,
  type EffectId,
  type Event,
} from '@headgate/core'
import { openJournal } from '../../src/store/journal.js'
import { left, POLICY, right, scratch } from '../support/states.js'

const fixture = (name: string): Buffer =>
  gunzipSync(readFileSync(fileURLToPath(new URL(`fixtures/${name}.gz`, import.meta.url))))

interface Expected {
  readonly name: BranchName
  readonly seq: number
  /** The state that version 1 came to, as version 1 wrote it. */
  readonly state: unknown
  readonly decisions: ReadonlyArray<unknown>
}
const expected = JSON.parse(fixture('journal-1.expected.json').toString()) as Expected
const written = (state: BranchState): string => JSON.stringify(BranchStateCodec.encode(state))
const finalState = right(readState(expected.state))

/** Since when this and that is known, whose turn it is and which commits led to one: what each program may know more about. */
const own = ['seq', 'queued', 'turns', 'chain', 'tries']

/** All of the state but for that. */
const facts = (state: BranchState): unknown => {
  const { seq, ...json } = BranchStateCodec.encode(state)
  const text = JSON.stringify(json, (key, value: unknown) => (own.includes(key) ? undefined : value))
  return { seq, ...(JSON.parse(text) as object) }
}

const oldJournal = (change: string = ''): string => {
  const file = join(scratch(), 'journal.sqlite')
  writeFileSync(file, fixture('journal-1.sqlite'))
  if (change !== '') {
    const db = new Database(file)
    db.exec(change)
    db.close()
  }
  return file
}

interface EventRow {
  readonly event: string
  readonly version: number
}
const rows = (file: string): ReadonlyArray<EventRow> => {
  const db = new Database(file)
  const all = db.prepare('SELECT * FROM event ORDER BY seq').all() as EventRow[]
  db.close()
  return all
}

const opened = (change: string) => {
  const journal = right(openJournal(oldJournal(change)))
  const branch = right(journal.branch(expected.name, POLICY))
  expect(branch.restored.seq).toBe(expected.seq)
  expect(JSON.parse(JSON.stringify(branch.decisions(1000)))).toEqual(expected.decisions)
  journal.close()
  return branch.restored.state
}

test('an old journal gives the same state and decisions, from its snapshot', () => {
  expect(facts(opened(''))).toEqual(facts(finalState))
})

/** The newest reading of the branch in the journal, as the answer to another question. */
const lastReading = (answers: EffectId): Event => {
  const events = rows(oldJournal()).map(
    (row, i) => right(readEntry({ version: 1, seq: i + 1, event: JSON.parse(row.event) })).event,
  )
  const reading = events.findLast((event) => event._tag === 'BranchObserved')
  if (reading === undefined) throw new Error('The journal holds readings of the branch.')
  return { ...reading, answers }
}

test.each([
  ['from its beginning', 'DELETE FROM snapshot'],
  ['past a snapshot that is damaged', `UPDATE snapshot SET state = substr(state, 1, 100)`],
])('%s, this program takes the facts that it can place, and reads the others again', (_how, change) => {
  const state = opened(change)
  expect(O.isSome(state.landing)).toBe(false)
  expect(written(right(readState(JSON.parse(written(state)))))).toBe(written(state))

  const [started] = reduce(state, { _tag: 'ServiceStarted', at: epochMs(2_000_000_000_000) })
  const read = SortedMap.get(started.inFlight, 'ReadBranch')?.effect
  const [now] = reduce(started, lastReading(read?.id ?? effectId('nothing is read')))
  expect(
    pipe(
      now.head,
      O.map((head) => head.sha),
    ),
  ).toEqual(
    pipe(
      finalState.head,
      O.map((head) => head.sha),
    ),
  )
})

test('what was written stays as it was; what is added carries the new version', () => {
  const file = oldJournal()
  const before = rows(file).map((row) => row.event)
  const journal = right(openJournal(file))
  const branch = right(journal.branch(expected.name, POLICY))
  const seq = expected.seq + 1
  const event = { _tag: 'ServiceStarted', at: epochMs(2_000_000_000_000) } as const
  right(branch.append([{ seq, event, decisions: [] }]))
  journal.close()

  const after = rows(file)
  expect(after.slice(0, -1).map((row) => row.event)).toEqual(before)
  expect(after.map((row) => row.version)).toEqual([...before.map(() => 1), journalVersion])
  const again = right(openJournal(file))
  const { restored } = right(again.branch(expected.name, POLICY))
  expect(restored.seq).toBe(seq)
  expect(written(restored.state)).toBe(written(reduce(branch.restored.state, event)[0]))
  again.close()
})

test.each([
  ['a newer entry', 'UPDATE event SET version = 99 WHERE seq = 150', 'state-version', 'event 150'],
  ['a lost entry', 'DELETE FROM event WHERE seq = 150', 'state-not-understood', 'event 151'],
  ['an entry that is no JSON', `UPDATE event SET event = '{' WHERE seq = 150`, 'state-not-understood', '150'],
  [
    'an entry with a strange field',
    `UPDATE event SET event = json_set(event, '$.colour', 'red') WHERE seq = 150`,
    'state-not-understood',
    'event 150',
  ],
])('%s in the tail is refused in words', (_what, change, code, place) => {
  const file = oldJournal()
  right(openJournal(file)).close()
  const db = new Database(file)
  db.exec(change)
  db.close()
  const journal = right(openJournal(file))
  const problem = left(journal.branch(expected.name, POLICY))
  expect(problem.code).toBe(code)
  expect(problem.place).toContain(place)
  expect(problem.sentence.length + problem.remedy.length).toBeGreaterThan(20)
  journal.close()
})

test('a file of somebody else that happens to have our version is left as it was', () => {
  const file = join(scratch(), 'journal.sqlite')
  const db = new Database(file)
  db.exec('CREATE TABLE precious (x); PRAGMA user_version = 1')
  db.close()
  const before = readFileSync(file)
  expect(left(openJournal(file))).toMatchObject({ code: 'state-unusable' })
  expect(readFileSync(file).equals(before)).toBe(true)
})
