/** Our status on each source, and when it is posted. */
import { ownContext, postStatus, type StatusWord } from '../world.js'
import { isRunning, pullRequestsOf, type Book } from './book.js'
import type { PrMemory } from './memory.js'

const strength: Readonly<Record<StatusWord, number>> = { success: 2, failure: 1, pending: 0 }

const sharing = (book: Book, pr: PrMemory): ReadonlyArray<PrMemory> =>
  book.fixed('same-source') ? pullRequestsOf(book).filter((other) => other.sha === pr.sha) : [pr]

/** The status speaks of the SHA. Repaired: the best that is known of it, whichever pull request has it as its head. */
const intendedOf = (book: Book, pr: PrMemory): StatusWord =>
  sharing(book, pr).reduce<StatusWord>(
    (best, other) => (strength[other.intended] > strength[best] ? other.intended : best),
    pr.intended,
  )

/** Repaired: what the forge did not take is given again after a pause, when everything else is done. */
export const mayPost = (book: Book, pr: PrMemory): boolean =>
  book.mayRetry || book.experience.unposted.get(pr.sha) !== intendedOf(book, pr)

/** Repaired: a final status makes way for pending only when a run has begun. */
const isTooEarly = (book: Book, pr: PrMemory, intended: StatusWord): boolean => {
  const shown = pr.known.get(ownContext)
  return (
    book.fixed('pending-without-run') &&
    intended === 'pending' &&
    (shown === 'success' || shown === 'failure') &&
    !sharing(book, pr).some((other) => isRunning(book, other))
  )
}

export const postIfNeeded = (book: Book, pr: PrMemory): void => {
  const intended = intendedOf(book, pr)
  if (pr.known.get(ownContext) === intended) return
  if (!mayPost(book, pr) || isTooEarly(book, pr, intended)) return
  const ok = postStatus(book.world, pr.number, pr.sha, intended)
  if (!ok && book.fixed('failed-post')) return
  for (const other of sharing(book, pr)) other.known.set(ownContext, intended)
}
