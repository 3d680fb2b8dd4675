/**
 * The sample's journal, as this version wrote it: replayed, the program decides what it decided then, order by order. If
 * this fails, `reduce` changed; see "When `reduce` changes" in docs/reference/journal.md. To record anew:
 *
 *     npm start -- --once --state-dir D
 *     HEADGATE_RECORDING=D/journal.sqlite npx vitest run packages/runner/test/store/recording.test.ts
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync, gzipSync } from 'node:zlib'
import Database from 'libsql'
import { expect, test } from 'vitest'
import { BranchStateCodec, readBeginning, readEntry, readState, reduce } from '@headgate/core'
import { right } from '../support/states.js'

const path = fileURLToPath(new URL('fixtures/journal.json.gz', import.meta.url))

interface Recording {
  readonly beginning: unknown
  readonly entries: ReadonlyArray<unknown>
  /** What the service that wrote the journal had come to when it stopped. */
  readonly state: unknown
  /** The ids of the effects ordered, event by event. */
  readonly effects: ReadonlyArray<ReadonlyArray<string>>
}

const parsed = (text: unknown): unknown => JSON.parse(String(text))

const replayed = ({ beginning, entries }: Pick<Recording, 'beginning' | 'entries'>) => {
  let { state } = right(readBeginning(beginning))
  const effects = entries.map((entry) => {
    const [next, ordered] = reduce(state, right(readEntry(entry)).event)
    state = next
    return ordered.map((effect) => effect.id)
  })
  return { state: BranchStateCodec.encode(state), effects }
}

const record = (file: string): void => {
  const db = new Database(file)
  const row = (sql: string) => db.prepare(sql).get() as Record<string, unknown>
  const branch = row('SELECT * FROM branch')
  const beginning = {
    version: branch['version'],
    name: { repository: branch['repository'], branch: branch['branch'] },
    policy: parsed(branch['policy']),
  }
  const rows = db.prepare('SELECT * FROM event ORDER BY seq').all() as Record<string, unknown>[]
  const entries = rows.map((r) => ({ version: r['version'], seq: r['seq'], event: parsed(r['event']) }))
  const state = parsed(row('SELECT * FROM snapshot')['state'])
  db.close()
  const recording: Recording = {
    beginning,
    entries,
    state,
    effects: replayed({ beginning, entries }).effects,
  }
  writeFileSync(path, gzipSync(JSON.stringify(recording)))
}

const fresh = process.env['HEADGATE_RECORDING']
if (fresh !== undefined) record(fresh)
const recording = JSON.parse(gunzipSync(readFileSync(path)).toString()) as Recording

test('replayed, it orders what was ordered then, event by event', () => {
  expect(recording.entries.length).toBeGreaterThan(100)
  expect(replayed(recording).effects).toEqual(recording.effects)
})

test('replayed, it comes to the state in which the service stopped', () => {
  expect(replayed(recording).state).toEqual(BranchStateCodec.encode(right(readState(recording.state))))
})
