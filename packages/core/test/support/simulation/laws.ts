/** Laws of `reduce` that hold at every step, whatever the state: each is checked by calling it once more. */
import { isSome } from 'fp-ts/lib/Option.js'
import { BranchStateCodec, nextWakeAt, type BranchState, type Event, type Violation } from '@headgate/core'
import type { Reduce, Step } from './game.js'
import { brokenOrder } from './order.js'

const written = (state: BranchState): string => JSON.stringify(BranchStateCodec.encode(state))

/** What a state says, its counters and its clock left out. */
const picture = (state: BranchState): string => {
  const { seq: _, now: __, ...rest } = BranchStateCodec.encode(state)
  return JSON.stringify(rest)
}

const freeze = <A>(value: A): A => {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    Object.values(value).forEach(freeze)
  }
  return value
}

const law = (holds: boolean, guarantee: string, text: string): ReadonlyArray<Violation> =>
  holds ? [] : [{ guarantee, text }]

/** The same input gives the same output, and is left as it was. */
const pure = (reduce: Reduce, { before, event, after, effects }: Step): ReadonlyArray<Violation> => {
  const was = written(before)
  const [again, sameEffects] = reduce(before, freeze(event))
  return [
    ...law(written(before) === was, 'Purity', `the state before ${event._tag} was changed`),
    ...law(written(again) === written(after), 'Purity', `${event._tag} gives two different states`),
    ...law(
      JSON.stringify(sameEffects) === JSON.stringify(effects),
      'Purity',
      `${event._tag} gives two different lists of orders`,
    ),
  ]
}

const isAnswer = (event: Event): boolean => 'answers' in event

/** An answer counts once: its repeat orders nothing and changes nothing but counters. A commit that was prepared twice is deleted. */
const idempotent = (reduce: Reduce, { event, after }: Step): ReadonlyArray<Violation> => {
  if (!isAnswer(event)) return []
  const [again, effects] = reduce(after, event)
  const news = event._tag === 'CommitPrepared' && effects.every((e) => e._tag === 'DeletePreparedCommit')
  return [
    ...law(news || effects.length === 0, 'Idempotence', `a repeated ${event._tag} gives orders`),
    ...law(
      news || picture(again) === picture(after),
      'Idempotence',
      `a repeated ${event._tag} changes something`,
    ),
  ]
}

/** Without news there is nothing to do: time that stands still gives no orders. */
const levelTriggered = (reduce: Reduce, { after }: Step): ReadonlyArray<Violation> => {
  const wake = nextWakeAt(after)
  if (isSome(wake) && wake.value <= after.now) return []
  const [again, effects] = reduce(after, { _tag: 'TimeAdvanced', at: after.now })
  return [
    ...law(effects.length === 0, 'Level', `no time passed, and ${effects[0]?._tag} is ordered`),
    ...law(picture(again) === picture(after), 'Level', 'no time passed, and something changed'),
  ]
}

const laws = [pure, idempotent, levelTriggered]

export const brokenLaws = (reduce: Reduce, step: Step): ReadonlyArray<Violation> => [
  ...laws.flatMap((check) => check(reduce, step)),
  ...brokenOrder(step),
]
