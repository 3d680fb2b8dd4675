/**
 * The same past under another policy. Every fact of the journal is told to it; an answer reaches it by what was asked, for
 * its orders have ids of their own. What it alone asks is not answered. When the branch really moved elsewhere, or
 * moved while such a question was open, the life begins anew from what really was, under the other policy.
 */
import * as E from 'fp-ts/lib/Either.js'
import { isNone } from 'fp-ts/lib/Option.js'
import {
  BranchStateCodec,
  epochMs,
  readState,
  reduce,
  SortedMap,
  type BranchState,
  type Effect,
  type Event,
  type InFlight,
  Policy,
  type StateJson,
} from '@headgate/core'
import { flightOf } from '../../narrate/words.js'
import { isAnswer } from '../answers.js'
import type { Step } from '../steps.js'
import { askedBy, isTelling, takenAsDone } from './asked.js'
import { emptyBook, forgetMoments, note, takeAnswer, type Book } from './book.js'

/** One event of the other life, and what it led to. */
export type Moment = Omit<Step, 'seq'>

export interface Life {
  readonly policy: Policy
  state: BranchState
  book: Book
}

/** No clock gets there: an order that waits until then never counts as overdue. */
const NEVER = epochMs(Number.MAX_SAFE_INTEGER)

/** A state with its facts changed; the indexes follow. */
const changed = (state: BranchState, change: (json: StateJson) => StateJson): BranchState => {
  const json = change(BranchStateCodec.encode(state))
  const read = readState(json)
  if (E.isLeft(read)) throw new Error(read.left.sentence)
  return read.right
}

const waiting = (state: BranchState): ReadonlyArray<InFlight> =>
  SortedMap.valuesArray(state.inFlight).filter((flight) => flight.waiting === 'answer')

/** Orders that the world was never given, so that their answers are not known. */
export const unanswerable = ({ state }: Life): ReadonlyArray<Effect> =>
  waiting(state)
    .filter(({ due }) => due === NEVER)
    .map(({ effect }) => effect)

const tell = (life: Life, event: Event): Moment => {
  const before = life.state
  const [after, orders] = reduce(before, event)
  life.state = after
  return { before, event, after, orders }
}

/** Whether the world has this question before it, and so may answer it yet. */
const isAsked = (real: BranchState, effect: Effect): boolean => {
  const key = askedBy(effect)
  return SortedMap.valuesArray(real.inFlight).some((flight) => askedBy(flight.effect) === key)
}

/** Questions that nobody asks the world do not count as overdue. */
const keepWaiting = (life: Life, real: BranchState): void => {
  const open = waiting(life.state).filter(
    ({ effect, due }) => due !== NEVER && isTelling(effect) && !isAsked(real, effect),
  )
  const ids = new Set<string>(open.map(({ effect }) => effect.id))
  if (ids.size === 0) return
  life.state = changed(life.state, (json) => ({
    ...json,
    inFlight: json.inFlight.map((flight) => (ids.has(flight.effect.id) ? { ...flight, due: NEVER } : flight)),
  }))
}

const nextAnswer = (life: Life, { after, event }: Step): Event | undefined => {
  for (const { effect } of waiting(life.state)) {
    const answer =
      takeAnswer(life.book, effect, event.at) ??
      (isAsked(after, effect) ? undefined : takenAsDone(effect, event.at))
    if (answer !== undefined) return answer
  }
  return undefined
}

/** Answers that lead to questions that are answered already, and so on; each takes an answer from the book. */
const MOST_ANSWERS = 10_000

const settle = (life: Life, step: Step): ReadonlyArray<Moment> => {
  const moments: Moment[] = []
  for (let answer = nextAnswer(life, step); answer !== undefined; answer = nextAnswer(life, step)) {
    moments.push(tell(life, answer))
    if (moments.length > MOST_ANSWERS) throw new Error('the other policy asks without end')
  }
  keepWaiting(life, step.after)
  return moments
}

const hear = (life: Life, step: Step): ReadonlyArray<Moment> => {
  const { event, before } = step
  if (event._tag === 'PolicyChanged') return settle(life, step)
  if (!isAnswer(event)) return [tell(life, event), ...settle(life, step)]
  const asked = flightOf(before, event.answers)?.effect
  if (asked === undefined) return settle(life, step)
  note(life.book, asked, event)
  const moments = settle(life, step)
  forgetMoments(life.book, asked)
  return moments
}

/** The state before the first step under the other policy, and what changes at once because of it. */
export const beginLife = (policy: Policy, step: Step): readonly [Life, ReadonlyArray<Moment>] => {
  const life: Life = { policy, state: step.before, book: emptyBook() }
  const { at } = step.event
  const change = tell(life, { _tag: 'PolicyChanged', at, by: 'replay', policy })
  // Nothing of this step is known yet: only what was asked before it may be answered.
  return [life, [change, ...settle(life, { ...step, after: step.before })]]
}

const headOf = ({ head }: BranchState): string | undefined => (isNone(head) ? undefined : head.value.sha)

/** One step of the journal. `anew`: the life began anew from what really was. */
export const liveOn = (
  life: Life,
  step: Step,
): { readonly anew: boolean; readonly moments: ReadonlyArray<Moment> } => {
  const inDoubt = unanswerable(life).length > 0
  const moments = hear(life, step)
  const moved = headOf(step.after) !== headOf(step.before)
  if (!moved || (headOf(life.state) === headOf(step.after) && !inDoubt)) return { anew: false, moments }
  life.state = changed(step.before, (json) => ({ ...json, policy: Policy.encode(life.policy) }))
  life.book = emptyBook()
  return { anew: true, moments: hear(life, step) }
}
