/** Words that several lines use. */
import { SortedMap, type BranchState, type EffectId, type InFlight, type Reason } from '@headgate/core'

/** The first seven characters, as people write SHAs. */
export const short = (sha: string): string => sha.slice(0, 7)

/** `#3`, `#3 and #4`, `#3, #4 and #5`. */
export const numbersOf = (prs: ReadonlyArray<number>): string => {
  const names = prs.map((pr) => `#${pr}`)
  const last = names.slice(-1).join('')
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`
}

/** ` with #3 and #4`; nothing of what is alone. */
export const company = (others: ReadonlyArray<number>): string =>
  others.length === 0 ? '' : ` with ${numbersOf(others)}`

/** The order that an answer names, if it is still out. */
export const flightOf = (state: BranchState, answers: EffectId): InFlight | undefined =>
  SortedMap.valuesArray(state.inFlight).find((flight) => flight.effect.id === answers)

/** Holds that somebody outside must clear; what headgate itself is about to do is no news. */
export const holdsOfPeople = (reasons: ReadonlyArray<Reason>): ReadonlyArray<Reason> =>
  reasons.filter(({ clearedBy }) => clearedBy !== 'headgate' && clearedBy !== 'forge')

/** A text cut to `max` characters. */
export const cut = (text: string, max: number): string =>
  text.length <= max ? text : `${text.slice(0, max - 1)}…`
