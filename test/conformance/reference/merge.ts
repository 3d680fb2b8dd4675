/** The last part of a pass: merging. */
import { mergePullRequest, ownContext } from '../world.js'
import type { Book } from './book.js'
import { isAuthorized, isBlocked, isUpToDate } from './candidate.js'
import type { BuildState, PrMemory } from './memory.js'
import { inMergeOrder } from './rank.js'
import { mayAsk, noteRefusal, rulings } from './refusals.js'
import { mayPost } from './statuses.js'

/** The assertion of the reference, which ends the update of every pull request of the branch. */
export class Assertion extends Error {}

const word = (state: BuildState): string => (state === null ? 'None' : `'${state}'`)

const assertPassed = (book: Book, pr: PrMemory): void => {
  const repaired = pr.buildState === 'error' ? 'conflict-livelock' : 'on-deck-assertion'
  if (pr.known.get(ownContext) !== 'success' || pr.buildState === 'success' || book.fixed(repaired)) return
  throw new Assertion(`AssertionError: (<GithubStatus.SUCCESS: 'success'>, ${word(pr.buildState)})`)
}

/** All but the checks. */
const mayLand = (book: Book, pr: PrMemory): boolean =>
  pr.approved &&
  isUpToDate(book, pr) &&
  !isBlocked(pr) &&
  !(book.fixed('unauthorized-merge') && !isAuthorized(book, pr)) &&
  mayAsk(book, pr)

const isMergeable = (book: Book, pr: PrMemory): boolean => {
  assertPassed(book, pr)
  const passed = pr.buildState === 'success' || !book.fixed('on-deck-assertion')
  const said = pr.known.get(ownContext) === 'success' || !book.fixed('failed-post')
  const green = pr.known.size > 0 && [...pr.known.values()].every((v) => v === 'success')
  return passed && said && green && mayLand(book, pr)
}

/** It will be mergeable when the forge has taken its status. */
export const isNearMerging = (book: Book, pr: PrMemory): boolean =>
  pr.buildState === 'success' &&
  mayPost(book, pr) &&
  [...pr.known].every(([name, v]) => v === 'success' || name === ownContext) &&
  book.experience.unknown.size === 0 &&
  mayLand(book, pr)

const merge = (book: Book, pr: PrMemory): boolean => {
  const seen = book.world.prs.find((p) => p.n === pr.number)
  const code = seen === undefined ? 404 : mergePullRequest(book.world, seen, pr.sha)
  if (code !== 200) {
    if (book.fixed('unknown-landing') && !rulings.includes(code))
      book.experience.unknown.set(pr.number, pr.batch?.id ?? null)
    else noteRefusal(book, pr, code)
    return false
  }
  book.memory.githubChanged = true
  book.memory.stateChanged = true
  book.memory.sha = undefined
  book.memory.candidate = null
  return true
}

/** In merge order: asserts, and asks, until one succeeds. */
export const tryToMerge = (book: Book): boolean =>
  inMergeOrder(book).some(
    (pr) => isMergeable(book, pr) && book.experience.unknown.size === 0 && merge(book, pr),
  )

/** Repaired: after a pause the merge whose outcome is unknown is asked for again, if it may still happen. */
export const mergeAgain = (book: Book, mayMerge: boolean): void => {
  for (const [number, batch] of [...book.experience.unknown]) {
    const pr = book.memory.prs.get(number)
    book.experience.unknown.delete(number)
    if (mayMerge && pr?.batch?.id === batch && isMergeable(book, pr)) merge(book, pr)
  }
}
