/** What a step chose: the orders that show in the world, and what people were told of whose turn it is and who must wait. */
import { isSome, toNullable } from 'fp-ts/lib/Option.js'
import {
  describeEffect,
  explain,
  explainBranch,
  type BranchState,
  type Effect,
  type HoldCode,
  type PrNumber,
  type Reason,
} from '@headgate/core'
import { narrate } from '../../narrate/narrate.js'
import { holdsOfPeople, short } from '../../narrate/words.js'
import { askedBy } from './asked.js'
import type { Moment } from './life.js'

export type ChoiceKind = 'test' | 'landing' | 'deploy' | 'cancel' | 'status' | 'turn' | 'hold'

export interface Choice {
  readonly kind: ChoiceKind
  /** Equal for the same choice, whoever makes it. */
  readonly key: string
  readonly prs: ReadonlyArray<PrNumber>
  readonly text: string
}

const numbers = (prs: ReadonlyArray<PrNumber>): string => prs.map((pr) => `#${pr}`).join(', ')

const ordered = (effect: Effect): Choice | undefined => {
  const choice = (kind: ChoiceKind, prs: ReadonlyArray<PrNumber>, text = describeEffect(effect)): Choice => ({
    kind,
    key: askedBy(effect),
    prs,
    text,
  })
  switch (effect._tag) {
    case 'PrepareCommit': {
      const prs = effect.members.map(({ pr }) => pr)
      return choice('test', prs, `test ${numbers(prs)} on ${short(effect.base)}`)
    }
    case 'SubmitTestBatch':
      // The test of pull requests was chosen when their commit was ordered.
      return effect.purpose === 'head' ? choice('test', [], `test the head ${short(effect.base)}`) : undefined
    case 'LandBranch':
      return choice(
        'landing',
        effect.ticket.members.map(({ pr }) => pr),
      )
    case 'SubmitDeployBatch':
      return choice('deploy', [])
    case 'CancelBatch':
      return choice('cancel', [])
    case 'PostStatus':
      return choice('status', isSome(effect.pr) ? [effect.pr.value] : [])
    default:
      return undefined
  }
}

const isTurn = (text: string): boolean => text.endsWith('is the merge candidate.')

const told = (moment: Moment): ReadonlyArray<Choice> =>
  narrate(moment.before, moment.after, moment.event, moment.orders).flatMap(({ kind, pr, text }) => {
    if (kind !== 'held' && !(kind === 'seen' && isTurn(text))) return []
    const number = toNullable(pr)
    const chosen: ChoiceKind = kind === 'held' ? 'hold' : 'turn'
    return [{ kind: chosen, key: `${chosen} ${text}`, prs: number === null ? [] : [number], text }]
  })

/** An order that is given again, under the same id, is no new choice: `given` remembers them. */
export const choicesOf = (moment: Moment, given: Set<string>): ReadonlyArray<Choice> => [
  ...moment.orders.flatMap((effect) => {
    if (given.has(effect.id)) return []
    given.add(effect.id)
    const choice = ordered(effect)
    return choice === undefined ? [] : [choice]
  }),
  ...told(moment),
]

/** What stands against testing a pull request; the other holds stand only against its landing. */
const AGAINST_TESTS: ReadonlySet<HoldCode> = new Set<HoldCode>([
  'NotAuthorized',
  'DoNotTest',
  'WaitingForTest',
  'Testing',
  'OutOfDate',
  'TestFailed',
  'MergeConflict',
  'BuildFileMissing',
  'BuildFileInvalid',
  'Timeout',
  'Infrastructure',
])

const against = (state: BranchState, { kind }: Choice, pr: PrNumber): ReadonlyArray<Reason> =>
  explain(state, pr).filter(({ code }) => kind === 'landing' || AGAINST_TESTS.has(code))

/** Why a choice is not made. `certain`: by what people must clear, whatever the tests may come to. */
export interface WhyNot {
  readonly text: string | null
  readonly certain: boolean
}

const whyOf = (reasons: ReadonlyArray<readonly [about: string, Reason]>): WhyNot => {
  const ofPeople = holdsOfPeople(reasons.map(([, reason]) => reason))
  const [first] = [...reasons.filter(([, reason]) => ofPeople.includes(reason)), ...reasons]
  return {
    text: first === undefined ? null : `${first[0]}${first[1].text}`,
    certain: ofPeople.length > 0,
  }
}

/** Why a state does not choose this, as far as it says. */
export const whyNot = (state: BranchState, choice: Choice): WhyNot => {
  switch (choice.kind) {
    case 'test':
    case 'landing': {
      const several = choice.prs.length > 1
      const reasons = choice.prs.flatMap((pr) =>
        against(state, choice, pr).map((reason) => [several ? `#${pr}: ` : '', reason] as const),
      )
      return whyOf(reasons)
    }
    case 'deploy':
      return whyOf(explainBranch(state).deploying.map((reason) => ['', reason] as const))
    case 'cancel':
    case 'status':
    case 'turn':
    case 'hold':
      return { text: null, certain: false }
  }
}
