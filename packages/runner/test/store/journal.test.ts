import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'libsql'
import { none, some } from 'fp-ts/lib/Option.js'
import { expect, test } from 'vitest'
import { BranchStateCodec, epochMs, initialState, prNumber, reduce, type Event } from '@headgate/core'
import { openJournal, type Entry } from '../../src/store/journal.js'
import { left, NAME, POLICY, right, scratch } from '../support/states.js'

const started = (at: number): Event => ({ _tag: 'ServiceStarted', at: epochMs(at) })
const frozen: Event = { _tag: 'BranchFrozen', at: epochMs(2), by: 'ada', reason: 'lunch' }

const entry = (seq: number, event: Event): Entry => ({
  seq,
  event,
  decisions: [
    {
      at: event.at,
      kind: 'branch',
      pr: seq % 2 === 0 ? some(prNumber(seq)) : none,
      batchId: none,
      text: `decision ${seq}`,
    },
  ],
})

const stateAfter = (events: ReadonlyArray<Event>) =>
  events.reduce((state, event) => reduce(state, event)[0], initialState(NAME, POLICY))

test('what was appended is replayed to the identical state, with its decisions', () => {
  const file = join(scratch(), 'sub/journal.sqlite')
  const journal = right(openJournal(file))
  const branch = right(journal.branch(NAME, POLICY))
  expect(branch.restored.seq).toBe(0)
  right(branch.append([entry(1, started(1)), entry(2, frozen)]))
  journal.close()

  const again = right(openJournal(file))
  const reopened = right(again.branch(NAME, { ...POLICY, maxTestRuns: 9 }))
  expect(reopened.restored.seq).toBe(2)
  // The policy of the beginning is the stored one: a replay must not depend on today's configuration.
  expect(BranchStateCodec.encode(reopened.restored.state)).toEqual(
    BranchStateCodec.encode(stateAfter([started(1), frozen])),
  )
  expect(reopened.decisions(10).map((d) => d.text)).toEqual(['decision 2', 'decision 1'])
  expect(reopened.decisions(10, prNumber(2)).map((d) => d.text)).toEqual(['decision 2'])
  again.close()
})

test('a snapshot and the tail after it give the same state as the whole journal', () => {
  const file = join(scratch(), 'journal.sqlite')
  const journal = right(openJournal(file))
  const branch = right(journal.branch(NAME, POLICY))
  right(branch.append([entry(1, started(1))]))
  right(branch.keepSnapshot(1, stateAfter([started(1)])))
  right(branch.append([entry(2, frozen)]))
  journal.close()
  const again = right(openJournal(file))
  expect(BranchStateCodec.encode(right(again.branch(NAME, POLICY)).restored.state)).toEqual(
    BranchStateCodec.encode(stateAfter([started(1), frozen])),
  )
  again.close()
})

test('branches share nothing', () => {
  const journal = right(openJournal(join(scratch(), 'journal.sqlite')))
  right(right(journal.branch(NAME, POLICY)).append([entry(1, started(1))]))
  expect(right(journal.branch({ ...NAME, branch: 'other' }, POLICY)).restored.seq).toBe(0)
  journal.close()
})

test('an append that fails writes nothing and says so', () => {
  const journal = right(openJournal(join(scratch(), 'journal.sqlite')))
  const branch = right(journal.branch(NAME, POLICY))
  right(branch.append([entry(1, started(1))]))
  const refused = left(branch.append([entry(2, frozen), entry(1, frozen)]))
  expect(refused).toMatchObject({ code: 'journal-write' })
  expect(branch.decisions(10)).toHaveLength(1)
  right(branch.append([entry(2, frozen)]))
  journal.close()
})

test('a file of another version is refused and not touched', () => {
  const file = join(scratch(), 'journal.sqlite')
  const db = new Database(file)
  db.exec('CREATE TABLE precious (x); PRAGMA user_version = 7')
  db.close()
  const before = readFileSync(file)
  expect(left(openJournal(file))).toMatchObject({ code: 'state-version', place: file })
  expect(readFileSync(file).equals(before)).toBe(true)
})

test('a file that is no database, and one of somebody else, are refused', () => {
  const dir = scratch()
  writeFileSync(join(dir, 'text'), 'this is a text of some length, but no database '.repeat(30))
  expect(left(openJournal(join(dir, 'text'))).place).toBe(join(dir, 'text'))
  const db = new Database(join(dir, 'foreign'))
  db.exec('CREATE TABLE precious (x)')
  db.close()
  expect(left(openJournal(join(dir, 'foreign')))).toMatchObject({ code: 'state-version' })
})

test('events that this program does not know are refused, not guessed at', () => {
  const file = join(scratch(), 'journal.sqlite')
  const journal = right(openJournal(file))
  right(right(journal.branch(NAME, POLICY)).append([entry(1, started(1))]))
  journal.close()
  const db = new Database(file)
  db.exec(`UPDATE event SET event = '{"_tag":"FromTheFuture","at":1}'`)
  db.close()
  const again = right(openJournal(file))
  expect(left(again.branch(NAME, POLICY))).toMatchObject({ code: 'state-not-understood' })
  again.close()
})

const DIST = fileURLToPath(new URL('../../dist/store/journal.js', import.meta.url))

/** Appends for ever; prints each number when it is on disk. */
const WRITER = `
import { openJournal } from ${JSON.stringify(DIST)}
import { defaultPolicy } from '@headgate/core'
const journal = openJournal(process.argv[1]).right
const branch = journal.branch({ repository: 'acme/app', branch: 'main' }, defaultPolicy).right
for (let seq = branch.restored.seq + 1; ; seq += 1) {
  const done = branch.append([{ seq, event: { _tag: 'TimeAdvanced', at: seq }, decisions: [] }])
  if (done._tag === 'Left') throw new Error(JSON.stringify(done))
  process.stdout.write(seq + '\\n')
  await new Promise((go) => setImmediate(go))
}
`

const killedWriter = (file: string, ms: number): Promise<number> =>
  new Promise((done) => {
    const cwd = fileURLToPath(new URL('../..', import.meta.url))
    const writer = spawn(process.execPath, ['--input-type=module', '-e', WRITER, file], { cwd })
    let out = ''
    writer.stdout.on('data', (chunk: Buffer) => {
      if (out === '') setTimeout(() => writer.kill('SIGKILL'), ms)
      out += chunk.toString()
    })
    writer.on('close', () => done(Number(out.slice(0, out.lastIndexOf('\n')).split('\n').at(-1) ?? 0)))
  })

test('kill -9 loses nothing that was acknowledged, and never locks the next one out', async () => {
  const file = join(scratch(), 'journal.sqlite')
  let acknowledged = 0
  for (const ms of [20, 90, 170]) {
    const last = await killedWriter(file, ms)
    expect(last).toBeGreaterThan(acknowledged)
    acknowledged = last
    const journal = right(openJournal(file))
    const { seq } = right(journal.branch({ repository: 'acme/app', branch: 'main' }, POLICY)).restored
    // One more may have been written than its writer lived to say.
    expect(seq === acknowledged || seq === acknowledged + 1).toBe(true)
    acknowledged = seq
    journal.close()
  }
})

test('two at a time: the second is told', async () => {
  const file = join(scratch(), 'journal.sqlite')
  const cwd = fileURLToPath(new URL('../..', import.meta.url))
  const writer = spawn(process.execPath, ['--input-type=module', '-e', WRITER, file], { cwd })
  await new Promise((go) => writer.stdout.once('data', go))
  expect(left(openJournal(file))).toMatchObject({ code: 'state-in-use' })
  writer.kill('SIGKILL')
  await new Promise((go) => writer.once('close', go))
  right(openJournal(file)).close()
})

test('a decision about several is one decision, and in the history of each', () => {
  const file = join(scratch(), 'journal.sqlite')
  const journal = right(openJournal(file))
  const branch = right(journal.branch(NAME, POLICY))
  const decision = {
    at: epochMs(1),
    kind: 'testing',
    pr: some(prNumber(3)),
    others: [prNumber(4), prNumber(5)],
    batchId: none,
    text: 'together',
  } as const
  right(branch.append([{ seq: 1, event: started(1), decisions: [decision] }, entry(2, frozen)]))
  expect(branch.decisions(10).map((d) => d.text)).toEqual(['decision 2', 'together'])
  for (const number of [3, 4, 5]) expect(branch.decisions(10, prNumber(number))).toEqual([decision])
  expect(branch.decisions(10, prNumber(2)).map((d) => d.text)).toEqual(['decision 2'])
  journal.close()
})
