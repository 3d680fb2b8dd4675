/** Journals to replay: the sample's, as a service recorded it, and what the laboratory plays. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import Database from 'libsql'
import { pino } from 'pino'
import {
  readBeginning,
  readEntry,
  readState,
  type BranchState,
  type Event,
  type Restored,
} from '@headgate/core'
import { play, type Contender, type Fate } from '@headgate/core/simulation'
import { withJournal, type StoredJournal } from '../../src/replay/stored.js'
import { fold } from '../../src/shell/fold.js'
import { openJournal } from '../../src/store/journal.js'
import { right, scratch } from '../support/states.js'

const silent = pino({ enabled: false })

interface Recording {
  readonly beginning: unknown
  readonly entries: ReadonlyArray<unknown>
  readonly state: unknown
}

const recording = JSON.parse(
  gunzipSync(
    readFileSync(fileURLToPath(new URL('../store/fixtures/journal.json.gz', import.meta.url))),
  ).toString(),
) as Recording

/** A journal of these events in a file, as the service writes it, with the state in which it stopped. */
const write = (
  file: string,
  { state }: Restored,
  events: ReadonlyArray<Event>,
  stopped?: BranchState,
): void => {
  const journal = right(openJournal(file))
  const branch = right(journal.branch(state.name, state.policy))
  const folded = fold(state, 0, events, silent)
  right(branch.append(folded.entries))
  right(branch.keepSnapshot(events.length, stopped ?? folded.state))
  journal.close()
}

/** Changes what is stored, as nobody should. */
export const tamper = (file: string, sql: string): void => {
  const db = new Database(file)
  const { changes } = db.prepare(sql).run()
  db.close()
  if (changes === 0) throw new Error(`nothing is changed by: ${sql}`)
}

/** The sample's journal: its events and its last state, as a service recorded them. */
export const sampleJournal = (): string => {
  const file = join(scratch(), 'journal.sqlite')
  const events = recording.entries.map((entry) => right(readEntry(entry)).event)
  write(file, right(readBeginning(recording.beginning)), events, right(readState(recording.state)))
  return file
}

/** A game of the laboratory as a journal. */
export const playedJournal = (contender: Contender, fate: Fate): string => {
  const file = join(scratch(), 'journal.sqlite')
  const events: Event[] = []
  let first: Restored | undefined
  const game = play(contender, fate, {
    watch: ({ before, event }) => {
      first ??= { seq: 0, state: before }
      events.push(event)
    },
  })
  while (game.next().done !== true);
  if (first === undefined) throw new Error('nothing happened')
  write(file, first, events)
  return file
}

export const opened = <A>(file: string, use: (journal: StoredJournal) => A): A =>
  right(withJournal(file, undefined, use))
