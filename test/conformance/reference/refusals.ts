/** Repaired: a merge that the forge has refused is asked for again after a pause, and only so often. */
import type { World } from '../world.js'
import type { Book, Experience, RefusedMerge } from './book.js'
import type { PrMemory } from './memory.js'

const name = 'refused-for-ever'

/** The policy's `landingAttempts`. */
const attempts = 5

/** The answers by which the forge says no; any other says that it could not. */
export const rulings = [405, 409]

/** What is seen of a pull request; why the forge refuses is not. */
export const seenOf = (prs: World['prs'], number: number): string =>
  JSON.stringify({ ...prs.find((p) => p.n === number), refuse: undefined, conflict: undefined })

const lastRefusal = (book: Book, pr: PrMemory): RefusedMerge | undefined => {
  const last = book.experience.refusals.get(pr.number)
  const same = last?.seen === seenOf(book.world.prs, pr.number) && last.batch === pr.batch?.id
  return same ? last : undefined
}

export const isRefusedForGood = (book: Book, pr: PrMemory): boolean =>
  book.fixed(name) && lastRefusal(book, pr)?.final === true

export const mayAsk = (book: Book, pr: PrMemory): boolean => {
  const last = book.fixed(name) ? lastRefusal(book, pr) : undefined
  return last === undefined || !(last.paused || last.final)
}

export const noteRefusal = (book: Book, pr: PrMemory, code: number): void => {
  const count = (lastRefusal(book, pr)?.count ?? 0) + 1
  const final = rulings.includes(code) && count >= attempts
  const seen = seenOf(book.world.prs, pr.number)
  book.experience.refusals.set(pr.number, { seen, batch: pr.batch?.id, count, paused: true, final })
  if (final) book.memory.stateChanged ||= book.fixed(name)
}

/** The pauses are over. */
export const resume = ({ refusals }: Experience): void => {
  for (const [number, refusal] of refusals) refusals.set(number, { ...refusal, paused: false })
}
