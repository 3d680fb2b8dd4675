/**
 * The reference as an executable specification: one call of `WatchedBranch.update`. Read from its source and checked
 * against every recorded step. With `repairs` it is the same program with the named deviations put right; with all of
 * them it decides as our core does.
 */
import type { World } from '../world.js'
import { pullRequestsOf, type Book, type Experience, type Repairs } from './book.js'
import { heal } from './heal.js'
import { Assertion, isNearMerging, mergeAgain, tryToMerge } from './merge.js'
import type { BranchMemory } from './memory.js'
import { resume } from './refusals.js'
import { refreshBatches, refreshGithub } from './refresh.js'

const gateIsOpen = ({ memory, world }: Book): boolean =>
  (memory.deploy === null || memory.deployState !== null) && !world.snapshot.frozen && world.params.mergeable

/** More passes than any update needs; one that does not come to rest is a fault of this model. */
const patience = 200

const run = (book: Book): void => {
  const { memory } = book
  for (let pass = 0; memory.githubChanged || memory.batchChanged || memory.stateChanged; pass++) {
    if (pass > patience) throw new Error('the model of the reference does not come to rest')
    if (memory.githubChanged) {
      memory.githubChanged = false
      refreshGithub(book)
    }
    if (memory.batchChanged) {
      memory.batchChanged = false
      refreshBatches(book)
    }
    if (memory.stateChanged) {
      memory.stateChanged = false
      heal(book, {
        isNear: () => gateIsOpen(book) && pullRequestsOf(book).some((pr) => isNearMerging(book, pr)),
        land: () => gateIsOpen(book) && tryToMerge(book),
      })
      if (gateIsOpen(book)) tryToMerge(book)
    }
  }
}

/** Updates `memory` and `world` in place. The text of the assertion that ended the update, if one did. */
export const update = (
  memory: BranchMemory,
  world: World,
  repairs: Repairs,
  experience: Experience,
): string | undefined => {
  memory.githubChanged = true
  memory.batchChanged = true
  memory.stateChanged = true
  try {
    const fixed = (deviation: string) => repairs.has(deviation)
    run({ memory, world, experience, fixed, mayRetry: false })
    resume(experience)
    const again =
      (fixed('failed-post') && experience.unposted.size > 0) ||
      (fixed('refused-for-ever') && experience.refusals.size > 0) ||
      experience.unknown.size > 0
    if (!again) return undefined
    const book: Book = { memory, world, experience, fixed, mayRetry: true }
    memory.stateChanged = true
    mergeAgain(book, gateIsOpen(book))
    run(book)
    return undefined
  } catch (e) {
    if (e instanceof Assertion) return e.message
    throw e
  }
}
