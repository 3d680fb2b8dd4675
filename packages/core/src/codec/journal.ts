/**
 * The journal of a branch, as it is written: a beginning, then one entry per event, and now and then a snapshot of the
 * state, so that a start replays a short tail only. Everything written carries the version of its form; what an older
 * program wrote is migrated when it is read, what a newer one wrote is refused.
 */
import * as E from 'fp-ts/lib/Either.js'
import * as J from 'fp-ts/lib/Json.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { Natural } from '../ids.js'
import { Event } from '../model/event.js'
import { Policy } from '../model/policy.js'
import { record } from '../model/record.js'
import { initialState, type BranchName, type BranchState } from '../model/state.js'
import { reduce } from '../reduce.js'
import { journalVersion, migrate, type Json, type Part } from './migrations.js'
import { BranchStateCodec } from './state.js'
import { explainErrors, unreadable, type Unreadable } from './unreadable.js'

/** A state and the number of events that led to it. */
export interface Restored {
  readonly seq: number
  readonly state: BranchState
}

const Name = record('BranchName', { repository: t.string, branch: t.string })
const Beginning = record('Beginning', { version: Natural, name: Name, policy: Policy })
const Entry = record('Entry', { version: Natural, seq: Natural, event: Event })
const Snapshot = record('Snapshot', { seq: Natural, state: BranchStateCodec })

/** Event number `seq` (from 1) of a branch. */
export type JournalEntry = Omit<t.TypeOf<typeof Entry>, 'version'>

/** The first thing written: which branch, and the policy that it began with. */
export const writeBeginning = (name: BranchName, policy: Policy): t.OutputOf<typeof Beginning> =>
  Beginning.encode({ version: journalVersion, name, policy })

export const writeEntry = (entry: JournalEntry): t.OutputOf<typeof Entry> =>
  Entry.encode({ version: journalVersion, ...entry })

export const writeSnapshot = (restored: Restored): t.OutputOf<typeof Snapshot> => Snapshot.encode(restored)

/** Text as JSON: never throws, whatever the text. */
export const parseJson = (what: string, text: string): E.Either<Unreadable, Json> =>
  pipe(
    J.parse(text),
    E.mapLeft(() => unreadable('not-json', '', `${what} is no JSON.`)),
  )

type JsonObject = Readonly<Record<string, Json>>
const fieldsOf = (json: Json): JsonObject =>
  typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as JsonObject) : {}

const versionOf = (what: string, json: Json): E.Either<Unreadable, number> => {
  const version = fieldsOf(json)['version']
  if (typeof version !== 'number' || !Number.isSafeInteger(version) || version < 1)
    return E.left(unreadable('no-version', 'version', `${what} does not say in which version it is written.`))
  return version <= journalVersion
    ? E.right(version)
    : E.left(
        unreadable(
          'newer-version',
          'version',
          `${what} has version ${version}; this program reads versions 1 to ${journalVersion}.`,
        ),
      )
}

const decode = <A>(what: string, codec: t.Decoder<unknown, A>, json: Json): E.Either<Unreadable, A> =>
  E.mapLeft((errors: t.Errors) => explainErrors(what, errors))(codec.decode(json))

/** Brings the field of an object that is named like a part to the newest version. */
const renewed = (what: string, part: Part, json: Json): E.Either<Unreadable, Json> =>
  pipe(
    versionOf(what, json),
    E.map((version) => {
      const fields = fieldsOf(json)
      return { ...fields, version: journalVersion, [part]: migrate(part, version, fields[part]) }
    }),
  )

/** The state in which a journal begins. */
export const readBeginning = (json: Json): E.Either<Unreadable, Restored> =>
  pipe(
    renewed('The beginning of the journal', 'policy', json),
    E.chain((newest) => decode('The beginning of the journal', Beginning, newest)),
    E.map(({ name, policy }) => ({ seq: 0, state: initialState(name, policy) })),
  )

export const readEntry = (json: Json): E.Either<Unreadable, JournalEntry> =>
  pipe(
    renewed('An entry of the journal', 'event', json),
    E.chain((newest) => decode('An entry of the journal', Entry, newest)),
    E.map(({ seq, event }) => ({ seq, event })),
  )

/** A state on its own; it carries its version itself. */
export const readState = (json: Json): E.Either<Unreadable, BranchState> =>
  pipe(
    versionOf('The state', json),
    E.map((version) => migrate('state', version, json)),
    E.chain((newest) => decode('The state', BranchStateCodec, newest)),
  )

export const readSnapshot = (json: Json): E.Either<Unreadable, Restored> => {
  const fields = fieldsOf(json)
  return pipe(
    versionOf('The snapshot', fields['state']),
    E.map((version) => ({ ...fields, state: migrate('state', version, fields['state']) })),
    E.chain((newest) => decode('The snapshot', Snapshot, newest)),
  )
}

const follow = (restored: Restored, { seq, event }: JournalEntry): E.Either<Unreadable, Restored> =>
  seq === restored.seq + 1
    ? E.right({ seq, state: reduce(restored.state, event)[0] })
    : E.left(
        unreadable(
          'journal-gap',
          'seq',
          `Entry ${seq} of the journal follows entry ${restored.seq}.`,
          'Restore the journal from a backup.',
        ),
      )

/** The state after these entries, each as it was written. They must follow the restored state without a gap. */
export const replay = (from: Restored, entries: ReadonlyArray<Json>): E.Either<Unreadable, Restored> =>
  entries.reduce<E.Either<Unreadable, Restored>>(
    (so, json) =>
      pipe(
        so,
        E.chain((restored) =>
          pipe(
            readEntry(json),
            E.chain((entry) => follow(restored, entry)),
          ),
        ),
      ),
    E.right(from),
  )
