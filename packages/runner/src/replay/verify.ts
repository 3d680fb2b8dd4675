/**
 * Is what the journal records what this program decides? Three things are compared. Each recorded answer must name an
 * order that the replay gave before it; what people were told must be what would be told now, word for word; and the
 * stored snapshot must be the state of the replay, byte for byte.
 */
import * as E from 'fp-ts/lib/Either.js'
import { toNullable } from 'fp-ts/lib/Option.js'
import { pipe } from 'fp-ts/lib/function.js'
import {
  journalVersion,
  parseJson,
  readSnapshot,
  writeSnapshot,
  type Effect,
  type EpochMs,
  type Unreadable,
} from '@headgate/core'
import { narrate } from '../narrate/narrate.js'
import { flightOf } from '../narrate/words.js'
import { canAnswer, isAnswer } from './answers.js'
import { firstApart, shown, type Difference, type DifferenceKind } from './difference.js'
import type { StoredDecision, StoredJournal, StoredSnapshot } from './stored.js'
import { stepsOf, type Damage, type Step } from './steps.js'

/** What was compared and found equal. */
export interface Verified {
  readonly events: number
  readonly from: EpochMs | null
  readonly to: EpochMs | null
  readonly decisions: number
  readonly orders: number
  readonly answers: number
  /** Of the answers, those to orders that were no longer waited for: given twice, or given up. */
  readonly late: number
  /** The event after which the stored snapshot was taken; null where none is stored. */
  readonly snapshot: number | null
  /** Whether it was compared. One of an older form knew less, so it can't be equal byte for byte. */
  readonly compared: boolean
}

type Mutable<A> = { -readonly [K in keyof A]: A[K] }

interface Ledger {
  readonly tally: Mutable<Verified>
  /** What each order was, by its id. */
  readonly given: Map<string, Effect['_tag']>
  readonly told: ReadonlyMap<number, ReadonlyArray<StoredDecision>>
}

const differs =
  (kind: DifferenceKind, step: Pick<Step, 'seq'> & { readonly event?: Step['event'] }) =>
  (place: string, sentence: string, recorded: unknown, replayed: unknown): Difference => ({
    kind,
    seq: step.seq,
    at: step.event?.at ?? null,
    place,
    sentence,
    recorded: recorded === null ? null : shown(recorded),
    replayed: replayed === null ? null : shown(replayed),
  })

const damaged = ({ seq, found }: Damage): Difference =>
  differs('entry', { seq })(found.place, found.sentence, null, null)

/** The answer must be to something. One that comes when nobody waits for it any more changes nothing, then as now. */
const answerDiffers = ({ tally, given }: Ledger, step: Step): Difference | undefined => {
  const { event, before } = step
  if (!isAnswer(event)) return undefined
  const tell = differs('answer', step)
  const order = given.get(event.answers)
  if (order === undefined)
    return tell('answers', 'An answer names an order that the replay never gave.', event.answers, null)
  if (!canAnswer(event, order))
    return tell('answers', `${event._tag} is no answer to this order.`, event.answers, order)
  tally.answers += 1
  if (flightOf(before, event.answers) === undefined) tally.late += 1
  return undefined
}

const toldNow = ({ before, after, event, orders, seq }: Step): ReadonlyArray<StoredDecision> =>
  narrate(before, after, event, orders).map(({ at, kind, pr, batchId, text }) => ({
    seq,
    at,
    kind,
    pr: toNullable(pr),
    batch_id: toNullable(batchId),
    text,
  }))

const decisionsDiffer = ({ tally, told }: Ledger, step: Step): Difference | undefined => {
  const recorded = told.get(step.seq) ?? []
  const replayed = toldNow(step)
  const apart = firstApart(recorded, replayed)
  if (apart === undefined) {
    tally.decisions += replayed.length
    return undefined
  }
  const which = Number(apart.path.split('/')[0] ?? 0)
  const [was, now] = [recorded[which], replayed[which]]
  const tell = differs('decision', step)
  const field = apart.path.split('/').slice(1).join('/')
  const place = `decision ${which + 1}${field === '' ? '' : `, ${field}`}`
  if (was === undefined) return tell(place, 'Something is decided that was not then.', null, now?.text)
  if (now === undefined) return tell(place, 'Something was decided that is not now.', was.text, null)
  return was.text === now.text
    ? tell(place, 'A decision is another one.', apart.left, apart.right)
    : tell(place, 'A decision is another one.', was.text, now.text)
}

/** Left: it can't be read. */
const versionOf = ({ seq, state }: StoredSnapshot): E.Either<Unreadable, number> =>
  pipe(
    parseJson('The snapshot', state),
    E.chain((json) =>
      pipe(
        readSnapshot({ seq, state: json }),
        E.map(() => (json as { readonly version: number }).version),
      ),
    ),
  )

const stateDiffers = ({ tally }: Ledger, step: Step, stored: StoredSnapshot): Difference | undefined => {
  const tell = differs('state', step)
  const version = versionOf(stored)
  if (E.isLeft(version)) return tell(version.left.place, version.left.sentence, null, null)
  tally.snapshot = step.seq
  if (version.right !== journalVersion) return undefined
  tally.compared = true
  const replayed = JSON.stringify(writeSnapshot({ seq: step.seq, state: step.after }).state)
  if (stored.state === replayed) return undefined
  const sentence = 'The stored snapshot is not the state of the replay.'
  const apart = firstApart(JSON.parse(stored.state), JSON.parse(replayed))
  return apart === undefined
    ? tell('the order or the spacing of its fields', sentence, null, null)
    : tell(apart.path, sentence, apart.left, apart.right)
}

const stepDiffers = (ledger: Ledger, journal: StoredJournal, step: Step): Difference | undefined => {
  const { tally, given } = ledger
  const found =
    answerDiffers(ledger, step) ??
    decisionsDiffer(ledger, step) ??
    (journal.snapshot?.seq === step.seq ? stateDiffers(ledger, step, journal.snapshot) : undefined)
  for (const order of step.orders) given.set(order.id, order._tag)
  tally.orders = given.size
  tally.events += 1
  tally.from ??= step.event.at
  tally.to = step.event.at
  return found
}

const grouped = (decisions: ReadonlyArray<StoredDecision>): Map<number, ReadonlyArray<StoredDecision>> => {
  const told = new Map<number, StoredDecision[]>()
  for (const decision of decisions) {
    const those = told.get(decision.seq)
    if (those === undefined) told.set(decision.seq, [decision])
    else those.push(decision)
  }
  return told
}

/** What is stored about events that are not there: then the journal's end is lost. */
const endIsLost = ({ tally }: Ledger, journal: StoredJournal): Difference | undefined => {
  const beyond = journal.decisions.find(({ seq }) => seq > tally.events || seq < 1)
  const end = `The journal ends with event ${tally.events}`
  if (beyond !== undefined)
    return differs('entry', beyond)(
      '',
      `${end}, but a decision of event ${beyond.seq} is stored.`,
      beyond.text,
      null,
    )
  const { snapshot } = journal
  return snapshot !== undefined && tally.snapshot === null
    ? differs('entry', snapshot)(
        '',
        `${end}, but a snapshot after event ${snapshot.seq} is stored.`,
        null,
        null,
      )
    : undefined
}

/** Replays a journal from its beginning. Left: the first difference. */
export const verify = (journal: StoredJournal): E.Either<Difference, Verified> => {
  const ledger: Ledger = {
    tally: {
      events: 0,
      from: null,
      to: null,
      decisions: 0,
      orders: 0,
      answers: 0,
      late: 0,
      snapshot: null,
      compared: false,
    },
    given: new Map(),
    told: grouped(journal.decisions),
  }
  for (const step of stepsOf(journal)) {
    const found = E.isLeft(step) ? damaged(step.left) : stepDiffers(ledger, journal, step.right)
    if (found !== undefined) return E.left(found)
  }
  const lost = endIsLost(ledger, journal)
  return lost === undefined ? E.right(ledger.tally) : E.left(lost)
}
