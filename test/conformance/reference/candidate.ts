/** Who is the merge candidate. */
import { trusted } from '../recording.js'
import { ownContext } from '../world.js'
import type { Book } from './book.js'
import type { PrMemory } from './memory.js'
import { blockingLabels, hasFailed, inMergeOrder } from './rank.js'
import { isRefusedForGood } from './refusals.js'

export const isAuthorized = (book: Book, pr: PrMemory): boolean =>
  trusted.includes(pr.author) || book.world.snapshot.authorized.includes(pr.sha)

export const mustNotTest = (pr: PrMemory): boolean => pr.labels.includes('do-not-test')

export const isBlocked = (pr: PrMemory): boolean => pr.labels.some((label) => blockingLabels.includes(label))

export const isUpToDate = (book: Book, pr: PrMemory): boolean =>
  pr.batch !== null && pr.batch.target === book.memory.sha

/** Repaired: it has passed on the head, and what it waits for no test can bring. */
const waitsForOthers = (book: Book, pr: PrMemory): boolean =>
  pr.buildState === 'success' &&
  isUpToDate(book, pr) &&
  ([...pr.known].some(([name, v]) => name !== ownContext && v !== 'success') || isRefusedForGood(book, pr))

export const chooseCandidate = (book: Book): PrMemory | undefined =>
  inMergeOrder(book).find(
    (pr) =>
      pr.approved &&
      !hasFailed(book, pr) &&
      isAuthorized(book, pr) &&
      !(book.fixed('blocked-candidate') && isBlocked(pr)) &&
      !(book.fixed('do-not-test-candidate') && mustNotTest(pr)) &&
      !(book.fixed('waiting-candidate') && waitsForOthers(book, pr)) &&
      book.experience.unknown.size === 0,
  )
