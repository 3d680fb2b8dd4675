/** Starting tests, as far as there are places. */
import { conflicts, submitTest } from '../world.js'
import { isRunning, pullRequestsOf, type Book } from './book.js'
import { isAuthorized, isUpToDate, mustNotTest } from './candidate.js'
import { verdictNow } from './experience.js'
import type { PrMemory } from './memory.js'
import { hasBatch, inMergeOrder } from './rank.js'
import { setBuildState } from './refresh.js'

/** What a service that remembers knows of a pull request while it is tested again. */
const keepVerdict = (book: Book, pr: PrMemory): void => {
  if (pr.buildState === null) return
  book.experience.verdicts.set(pr.number, verdictNow(pr, pr.buildState, book.world))
}

const startTest = (book: Book, pr: PrMemory): void => {
  const target = book.memory.sha ?? ''
  keepVerdict(book, pr)
  pr.batch = null
  setBuildState(book, pr, null)
  if (conflicts(book.world, pr.sha)) {
    book.world.actions.push({ t: 'build_error', sha: pr.sha, target_sha: target })
    pr.batch = { id: null, target }
    setBuildState(book, pr, 'error')
    book.memory.stateChanged = true
    return
  }
  pr.batch = { id: submitTest(book.world, pr.number, pr.sha, target), target }
}

const cap = 3

const othersRunning = (book: Book, pr: PrMemory): number =>
  pullRequestsOf(book).filter((other) => other !== pr && isRunning(book, other)).length

/** Within one pass. */
export interface Count {
  running: number
  /** A conflict takes a place until it is known. */
  conflicts: number
}

const mayStart = (book: Book, pr: PrMemory, onDeck: boolean, count: Count): boolean => {
  const running = book.fixed('counted-twice') ? othersRunning(book, pr) + count.conflicts : count.running
  if (!onDeck) return running < cap
  return !book.fixed('cap-exceeded') || othersRunning(book, pr) + count.conflicts < cap + 1
}

const wantsTest = (book: Book, pr: PrMemory, onDeck: boolean, count: Count): boolean =>
  isAuthorized(book, pr) &&
  !mustNotTest(pr) &&
  (!hasBatch(book, pr) || (onDeck && !isUpToDate(book, pr))) &&
  mayStart(book, pr, onDeck, count)

export const healTest = (book: Book, pr: PrMemory, onDeck: boolean, count: Count): void => {
  if (!wantsTest(book, pr, onDeck, count)) return
  count.running += 1
  startTest(book, pr)
  if (pr.batch?.id === null) count.conflicts += 1
  if (book.fixed('counted-twice')) book.memory.stateChanged = true
}

export const startingCount = (book: Book): Count => ({
  running: pullRequestsOf(book).filter((pr) => pr.batch !== null && pr.buildState === null).length,
  conflicts: 0,
})

/** Whose tests this pass will start. */
export const aboutToStart = (book: Book, candidate: PrMemory | undefined): ReadonlySet<PrMemory> => {
  const count = startingCount(book)
  const starting = new Set<PrMemory>()
  for (const pr of inMergeOrder(book)) {
    if (!wantsTest(book, pr, pr === candidate, count)) continue
    starting.add(pr)
    if (!isRunning(book, pr)) count.conflicts += 1
  }
  return starting
}
