/** What people ask of `headgate replay`, checked. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { problem, type Problem } from '../problem.js'
import { readPolicy, type Change } from '../replay/policyFile.js'
import type { Step } from '../replay/steps.js'

/** As commander gives them. */
export interface ReplayFlags {
  readonly branch?: string
  readonly policy?: string
  readonly from?: string
  readonly json?: true
}

/** The other policy, and from when on. */
export interface Alternative {
  readonly change: Change
  readonly isFrom: (step: Step) => boolean
}

const NUMBER = /^\d{1,15}$/
const TIME = /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?$/

/** Milliseconds; a time without a zone is UTC, as everything that is printed. */
const timeOf = (text: string): number => {
  if (!TIME.test(text)) return NaN
  const iso = text.replace(' ', 'T')
  return Date.parse(/T.*(Z|[+-]\d\d:\d\d)$/.test(iso) || !iso.includes('T') ? iso : `${iso}Z`)
}

const fromOf = (text: string | undefined): E.Either<Problem, Alternative['isFrom']> => {
  if (text === undefined) return E.right(() => true)
  if (NUMBER.test(text)) return E.right(({ seq }) => seq >= Number(text))
  const time = timeOf(text)
  return Number.isNaN(time)
    ? E.left(
        problem(
          'replay',
          '--from',
          `"${text}" is neither the number of an event nor a time.`,
          'Write it like 150, or like 2026-01-31T14:05:00Z.',
        ),
      )
    : E.right(({ event }) => event.at >= time)
}

/** Undefined: no other policy was asked for. */
export const alternativeOf = (flags: ReplayFlags): E.Either<Problem, Alternative | undefined> => {
  if (flags.policy === undefined)
    return flags.from === undefined
      ? E.right(undefined)
      : E.left(
          problem(
            'replay',
            '--from',
            'It says from when on another policy counts.',
            'Give --policy FILE as well.',
          ),
        )
  return pipe(
    E.Do,
    E.bind('change', () => readPolicy(flags.policy ?? '')),
    E.bind('isFrom', () => fromOf(flags.from)),
  )
}
