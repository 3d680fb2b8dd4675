/** What was decided, beside what another policy would have decided from a certain event on. */
import * as E from 'fp-ts/lib/Either.js'
import { SortedMap, type BranchState, type EpochMs, type Policy } from '@headgate/core'
import { stepsOf, type Step } from '../steps.js'
import type { StoredJournal } from '../stored.js'
import { choicesOf, whyNot, type Choice } from './choice.js'
import { beginLife, liveOn, unanswerable, type Life, type Moment } from './life.js'
import { countOf, newCounter, type Counter, type Counts } from './counts.js'
import { pair, type Made, type Row } from './pairing.js'

export interface Comparison {
  readonly seq: number
  readonly at: EpochMs
  /** The policy that was in force, and the other one. */
  readonly inForce: Policy
  readonly other: Policy
  /** Later changes of the policy, which the other one leaves out. */
  readonly policyChanges: number
  readonly was: Counts
  readonly would: Counts
  /** Of what was decided, how much nobody can say whether it would have been. */
  readonly unknown: Counts
  readonly rows: ReadonlyArray<Row>
  /** Orders of the other policy alone, so that their outcome is not known. */
  readonly unanswered: number
  /** How often the other policy was set back to what really was. */
  readonly anew: number
}

interface Course {
  readonly life: Life
  readonly was: Made[]
  readonly would: Made[]
  /** Order ids seen, of each side. */
  readonly given: Set<string>
  readonly otherGiven: Set<string>
}

interface Tally {
  readonly rows: Row[]
  readonly sides: Readonly<Record<'was' | 'would', Counter>>
  unanswered: number
  anew: number
  policyChanges: number
}

const madeIn = (
  step: Step,
  choices: ReadonlyArray<Choice>,
  other: BranchState,
  inDoubt: boolean,
): ReadonlyArray<Made> =>
  choices.map((choice) => {
    const { text, certain } = whyNot(other, choice)
    return {
      choice,
      seq: step.seq,
      at: step.event.at,
      otherwise: text,
      unknown: inDoubt && !certain,
    }
  })

const recordReal = ({ life, was, given }: Course, tally: Tally, step: Step): void => {
  const choices = choicesOf(step, given)
  was.push(...madeIn(step, choices, life.state, unanswerable(life).length > 0))
  for (const choice of choices) tally.sides.was.add(choice)
}

const recordOther = (
  { would, otherGiven }: Course,
  tally: Tally,
  step: Step,
  moments: ReadonlyArray<Moment>,
): void => {
  const choices = moments.flatMap((moment) => choicesOf(moment, otherGiven))
  would.push(...madeIn(step, choices, step.after, false))
  for (const choice of choices) tally.sides.would.add(choice)
}

const idsInFlight = ({ inFlight }: BranchState): ReadonlyArray<string> =>
  SortedMap.valuesArray(inFlight).map(({ effect }) => effect.id)

/** What is compared up to here is final: what comes after begins from the same state. */
const close = (course: Course, tally: Tally, state: BranchState): void => {
  tally.rows.push(...pair(course.was, course.would))
  course.was.length = 0
  course.would.length = 0
  course.otherGiven.clear()
  for (const id of idsInFlight(state)) course.otherGiven.add(id)
}

const stepOn = (course: Course, tally: Tally, step: Step): void => {
  if (step.event._tag === 'PolicyChanged') tally.policyChanges += 1
  const open = unanswerable(course.life).length
  const { anew, moments } = liveOn(course.life, step)
  if (anew) {
    close(course, tally, step.before)
    tally.anew += 1
    tally.unanswered += open
  }
  recordReal(course, tally, step)
  recordOther(course, tally, step, moments)
}

/** How often something is read can't be played: it was read when it was read. */
const readAsThen = (other: Policy, { durations }: Policy): Policy => {
  const { pollSeconds, batchPollSeconds, answerSeconds } = durations
  return { ...other, durations: { ...other.durations, pollSeconds, batchPollSeconds, answerSeconds } }
}

const newTally = (): Tally => ({
  rows: [],
  sides: { was: newCounter(), would: newCounter() },
  unanswered: 0,
  anew: 0,
  policyChanges: 0,
})

interface Played {
  readonly first: Step
  readonly course: Course
}

const begin = (step: Step, tally: Tally, other: Policy): Played => {
  const [life, moments] = beginLife(readAsThen(other, step.before.policy), step)
  const ids = idsInFlight(step.before)
  const course: Course = { life, was: [], would: [], given: new Set(ids), otherGiven: new Set(ids) }
  recordOther(course, tally, { ...step, after: step.before }, moments)
  return { first: step, course }
}

const concluded = ({ first, course }: Played, tally: Tally): Comparison => {
  close(course, tally, course.life.state)
  return {
    seq: first.seq,
    at: first.event.at,
    inForce: first.before.policy,
    other: course.life.policy,
    policyChanges: tally.policyChanges,
    was: tally.sides.was.counts(),
    would: tally.sides.would.counts(),
    unknown: countOf(tally.rows.filter(({ verdict }) => verdict === 'unknown')),
    rows: tally.rows,
    unanswered: tally.unanswered + unanswerable(course.life).length,
    anew: tally.anew,
  }
}

/**
 * Plays the journal, which `verify` must have found right, under another policy from the first event on for which `isFrom`
 * holds. Undefined: there is no such event. Left: there is no such policy.
 */
export const compare = <L>(
  journal: StoredJournal,
  isFrom: (step: Step) => boolean,
  otherThan: (inForce: Policy) => E.Either<L, Policy>,
): E.Either<L, Comparison | undefined> => {
  const tally = newTally()
  let played: Played | undefined
  for (const found of stepsOf(journal)) {
    if (E.isLeft(found) || (played === undefined && !isFrom(found.right))) continue
    const step = found.right
    if (played === undefined) {
      const other = otherThan(step.before.policy)
      if (E.isLeft(other)) return other
      played = begin(step, tally, other.right)
    }
    stepOn(played.course, tally, step)
  }
  return E.right(played === undefined ? undefined : concluded(played, tally))
}
