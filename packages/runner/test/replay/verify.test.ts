import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import Database from 'libsql'
import { expect, test } from 'vitest'
import { defaultPolicy, journalVersion } from '@headgate/core'
import { withJournal } from '../../src/replay/stored.js'
import { verify } from '../../src/replay/verify.js'
import { openJournal } from '../../src/store/journal.js'
import { left, right, scratch } from '../support/states.js'
import { opened, sampleJournal, tamper } from './journals.js'

interface EventRow {
  readonly seq: number
  readonly event: string
}

const eventsOf = (file: string): ReadonlyArray<EventRow> => {
  const db = new Database(file)
  const rows = db.prepare('SELECT seq, event FROM event ORDER BY seq').all() as EventRow[]
  db.close()
  return rows
}

/** The first event of which the text says this. */
const seqOf = (file: string, text: string): number => {
  const found = eventsOf(file).find(({ event }) => event.includes(text))
  if (found === undefined) throw new Error(`no event says ${text}`)
  return found.seq
}

test("the sample's journal: every decision is the same, and so is the state at the end", () => {
  const file = sampleJournal()
  const bytes = readFileSync(file)
  const verified = right(opened(file, verify))
  const events = eventsOf(file).length
  expect(events).toBeGreaterThan(100)
  expect(verified).toMatchObject({ events, snapshot: events, compared: true, late: 0 })
  expect(verified.decisions).toBeGreaterThan(40)
  expect(verified.answers).toBeGreaterThan(80)
  expect(verified.orders).toBeGreaterThanOrEqual(verified.answers)
  expect(readFileSync(file).equals(bytes)).toBe(true)
})

test('a journal without a snapshot is compared with what there is', () => {
  const file = sampleJournal()
  tamper(file, 'DELETE FROM snapshot')
  expect(right(opened(file, verify)).snapshot).toBe(null)
})

test('a snapshot of an older form is not compared, and that is said', () => {
  const file = sampleJournal()
  tamper(file, `UPDATE snapshot SET state = json_set(state, '$.version', ${journalVersion - 1})`)
  const { seq } = eventsOf(file).at(-1) ?? { seq: 0 }
  expect(right(opened(file, verify))).toMatchObject({ snapshot: seq, compared: false })
})

test('a snapshot amid the journal is compared there', () => {
  const file = sampleJournal()
  const last = eventsOf(file).length
  tamper(
    file,
    `INSERT INTO event SELECT branch_id, ${last + 1}, at, '{"_tag":"TimeAdvanced","at":' || at || '}', version
      FROM event WHERE seq = ${last}`,
  )
  expect(right(opened(file, verify))).toMatchObject({ events: last + 1, snapshot: last })
})

test('an answer that comes twice is counted as late, and is no difference', () => {
  const file = sampleJournal()
  tamper(file, 'DELETE FROM snapshot')
  const last = eventsOf(file).length
  const seq = seqOf(file, '"StatusPosted"')
  tamper(
    file,
    `INSERT INTO event SELECT branch_id, ${last + 1}, at, event, version FROM event WHERE seq = ${seq}`,
  )
  expect(right(opened(file, verify))).toMatchObject({ events: last + 1, late: 1 })
})

interface Planted {
  readonly what: string
  readonly sql: (file: string) => string
  readonly kind: string
  readonly says: RegExp
  readonly at?: (file: string) => number
}

const changeEvent = (seq: number, path: string, value: string): string =>
  `UPDATE event SET event = json_set(event, '${path}', ${value}) WHERE seq = ${seq}`

const PLANTED: ReadonlyArray<Planted> = [
  {
    what: 'a line that people were told reads otherwise',
    sql: () => `UPDATE decision SET text = replace(text, 'passed', 'failed') WHERE kind = 'passed'`,
    kind: 'decision',
    says: /failed .*\n.*passed /,
  },
  {
    what: 'a line is about another batch',
    sql: () => `UPDATE decision SET batch_id = batch_id + 1 WHERE kind = 'landed'`,
    kind: 'decision',
    says: /batch_id/,
  },
  {
    what: 'a line was never told',
    sql: () =>
      `INSERT INTO decision (branch_id, seq, at, kind, text) VALUES (1, 5, 0, 'landed', 'all is well')`,
    kind: 'decision',
    says: /all is well/,
    at: () => 5,
  },
  {
    what: 'a line is missing',
    sql: () => `DELETE FROM decision WHERE id = (SELECT max(id) FROM decision)`,
    kind: 'decision',
    says: /decided that was not then/,
  },
  {
    what: 'a result is the other one',
    sql: (file) => changeEvent(seqOf(file, '"state":"success","complete":true'), '$.fate.state', `'failure'`),
    kind: 'decision',
    says: /passed|failed/,
  },
  {
    what: 'an answer names an order that was never given',
    sql: (file) => changeEvent(seqOf(file, '"CommitPrepared"'), '$.answers', `'PrepareCommit/run-x-1#x-2'`),
    kind: 'answer',
    says: /order that the replay never gave/,
    at: (file) => seqOf(file, 'PrepareCommit/run-x-1#x-2'),
  },
  {
    what: 'an answer is to an order of another kind',
    sql: (file) => {
      const posted = eventsOf(file).find(({ event }) => event.includes('"StatusPosted"'))
      const { answers } = JSON.parse(posted?.event ?? '') as { answers: string }
      return changeEvent(seqOf(file, '"CommitPrepared"'), '$.answers', `'${answers}'`)
    },
    kind: 'answer',
    says: /CommitPrepared is no answer to this order/,
  },
  {
    what: 'the policy of the beginning is another one',
    sql: () => `UPDATE branch SET policy = json_set(policy, '$.maxTestRuns', 1)`,
    kind: 'answer',
    says: /never gave/,
  },
  {
    what: 'an event is missing',
    sql: () => 'DELETE FROM event WHERE seq = 50',
    kind: 'entry',
    says: /Entry 51 of the journal follows entry 49/,
    at: () => 50,
  },
  {
    what: 'an event is no JSON',
    sql: () => `UPDATE event SET event = '{' WHERE seq = 50`,
    kind: 'entry',
    says: /no JSON/,
    at: () => 50,
  },
  {
    what: 'an event of a newer program',
    sql: () => 'UPDATE event SET version = 99 WHERE seq = 50',
    kind: 'entry',
    says: /version 99/,
    at: () => 50,
  },
  {
    what: 'the last events are lost',
    sql: () => 'DELETE FROM event WHERE seq > 120',
    kind: 'entry',
    says: /ends with event 120, but a (decision|snapshot)/,
  },
  {
    what: 'the snapshot has another head',
    sql: () => `UPDATE snapshot SET state = json_set(state, '$.head.sha', 'elsewhere')`,
    kind: 'state',
    says: /^head\/sha .*elsewhere/,
  },
  {
    what: 'the snapshot counts one id more',
    sql: () => `UPDATE snapshot SET state = json_set(state, '$.nextId', 9999)`,
    kind: 'state',
    says: /^nextId .*9999/,
  },
  {
    what: 'the snapshot is written otherwise',
    sql: () => `UPDATE snapshot SET state = ' ' || state`,
    kind: 'state',
    says: /order or the spacing/,
  },
  {
    what: 'the snapshot can not be read',
    sql: () => `UPDATE snapshot SET state = json_set(state, '$.colour', 'red')`,
    kind: 'state',
    says: /colour is no field of/,
  },
]

test.each(PLANTED)('a planted difference is found: $what', ({ sql, kind, says, at }) => {
  const file = sampleJournal()
  tamper(file, sql(file))
  const found = left(opened(file, verify))
  expect(found.kind).toBe(kind)
  expect(`${found.place} ${found.sentence} ${found.recorded ?? ''}\n${found.replayed ?? ''}`).toMatch(says)
  if (at !== undefined) expect(found.seq).toBe(at(file))
})

const unpacked = (): string => {
  const file = join(scratch(), 'journal.sqlite')
  const packed = fileURLToPath(new URL('../store/fixtures/journal-1.sqlite.gz', import.meta.url))
  writeFileSync(file, gunzipSync(readFileSync(packed)))
  return file
}

test('a journal that another program wrote is read in its old form, and told apart by what that one decided', () => {
  const file = unpacked()
  const bytes = readFileSync(file)
  expect(left(opened(file, verify))).toMatchObject({ kind: 'answer', seq: 2 })
  expect(readFileSync(file).equals(bytes)).toBe(true)
})

test('one of several branches must be named', () => {
  const file = join(scratch(), 'journal.sqlite')
  const journal = right(openJournal(file))
  for (const [repository, branch] of [
    ['acme/app', 'main'],
    ['acme/app', 'release'],
    ['acme/lib', 'main'],
  ] as const)
    right(journal.branch({ repository, branch }, defaultPolicy))
  journal.close()
  const nameOf = (named?: string) => withJournal(file, named, ({ name }) => name)
  expect(left(nameOf()).remedy).toContain('acme/app:main, acme/app:release, acme/lib:main')
  expect(left(nameOf('main')).sentence).toContain('several branches called main')
  expect(left(nameOf('trunk')).sentence).toContain('no branch trunk')
  expect(right(nameOf('release'))).toEqual({ repository: 'acme/app', branch: 'release' })
  expect(right(nameOf('acme/lib:main'))).toEqual({ repository: 'acme/lib', branch: 'main' })
})

test('a database of somebody else is no journal', () => {
  const file = join(scratch(), 'foreign.sqlite')
  const db = new Database(file)
  db.exec('CREATE TABLE precious (x)')
  db.close()
  expect(left(withJournal(file, undefined, verify)).sentence).toContain('It has version 0')
})

test('a journal in use is left alone', () => {
  const file = sampleJournal()
  const journal = right(openJournal(file))
  expect(left(withJournal(file, undefined, verify)).sentence).toContain('running on this journal')
  journal.close()
  right(right(withJournal(file, undefined, verify)))
})
