/** Finding and reading the traffic that is to be played. */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename } from 'node:path'
import { gunzipSync } from 'node:zlib'
import Database from 'libsql'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { parseJson, readEntry, type Event } from '@headgate/core'
import {
  generateTrace,
  officeWeek,
  readTrace,
  recordedTraces,
  traceOfEvents,
  type Trace,
} from '@headgate/core/simulation'
import { messageOf, problem, type Problem } from '../problem.js'

const require = createRequire(import.meta.url)

const unusable = (place: string, sentence: string): Problem =>
  problem(
    'trace',
    place,
    sentence,
    'Name a recorded trace, a CSV with a column merged_at, or a journal.sqlite.',
  )

const textOf = (path: string): string => {
  const bytes = readFileSync(path)
  return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')
}

const decoded = (place: string, name: string, csv: string): E.Either<Problem, Trace> =>
  E.mapLeft((why: string) => unusable(place, `It is no trace: ${why}.`))(readTrace(name, csv))

interface EventRow {
  readonly seq: number
  readonly event: string
  readonly version: number
}

const eventIn = ({ seq, event, version }: EventRow): E.Either<string, Event> =>
  pipe(
    parseJson('An event', event),
    E.chain((json) => readEntry({ seq, event: json, version })),
    E.bimap(
      ({ sentence }) => sentence,
      (entry) => entry.event,
    ),
  )

/** The events of the busiest branch. The first form of the tables had no column `version`. */
const eventsIn = (db: Database.Database): ReadonlyArray<EventRow> => {
  const { user_version: form } = db.prepare('PRAGMA user_version').get() as { readonly user_version: number }
  const version = form === 1 ? '1 AS version' : 'version'
  return db
    .prepare(
      `SELECT seq, event, ${version} FROM event WHERE branch_id =
        (SELECT branch_id FROM event GROUP BY branch_id ORDER BY count(*) DESC LIMIT 1) ORDER BY seq`,
    )
    .all() as ReadonlyArray<EventRow>
}

const readJournal = (path: string): E.Either<Problem, Trace> => {
  const db = new Database(path, { readonly: true } as Database.Options)
  try {
    return pipe(
      eventsIn(db),
      E.traverseArray(eventIn),
      E.map((events) => traceOfEvents(basename(path), events)),
      E.filterOrElse(
        ({ times }) => times.length > 1,
        () => 'fewer than two pull requests were approved in it',
      ),
      E.mapLeft((why) => unusable(path, `The journal can't be played: ${why}.`)),
    )
  } finally {
    db.close()
  }
}

const isFile = (path: string): boolean => existsSync(path) && statSync(path).isFile()

/** A year of 6,000 pull requests in office hours, of which 8 in a hundred pairs of a day overlap. */
const invented = (): Trace =>
  generateTrace(1, { pullRequests: 6000, days: 365, profile: officeWeek, overlap: 0.08 })

/** A recorded trace by its name, `generated`, or a file of the user's. */
export const findTrace = (named: string): E.Either<Problem, Trace> => {
  try {
    if (Object.hasOwn(recordedTraces, named))
      return decoded(named, named, textOf(require.resolve(`@headgate/core/traces/${named}.csv.gz`)))
    if (named === 'generated') return E.right(invented())
    if (!isFile(named))
      return E.left(
        unusable(
          named,
          `There is no such file, and no trace of this name; recorded are ${Object.keys(recordedTraces).join(', ')}.`,
        ),
      )
    return named.endsWith('.sqlite')
      ? readJournal(named)
      : decoded(named, basename(named).replace(/\.csv(\.gz)?$/, ''), textOf(named))
  } catch (cause) {
    return E.left(unusable(named, `It can't be read (${messageOf(cause)}).`))
  }
}
