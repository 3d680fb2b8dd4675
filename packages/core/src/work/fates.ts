/**
 * What became of a pull request that others depend on and that is not open here. It may have been merged by hand, or before
 * this service was: only a read of it says. What was closed may come back, so at every poll it is asked for again.
 */
import * as M from '../collections/sortedMap.js'
import * as Set from '../collections/sortedSet.js'
import { byNumber, type PrNumber } from '../ids.js'
import { isInBranch } from '../landing/dependencies.js'
import type { DependencyFate } from '../model/state.js'
import { replace } from './pullRequests.js'
import { order, type Work } from './work.js'

const isAwaited = (work: Work, number: PrNumber): boolean =>
  M.has(work.book.dependents, number) && !M.has(work.pullRequests, number) && !isInBranch(work, number)

/** Orders a read of each of these that somebody depends on and that is neither open nor in the branch. */
export const askFates = (work: Work, numbers: ReadonlyArray<PrNumber>): Work =>
  numbers
    .filter((number) => isAwaited(work, number))
    .reduce((w, pr) => order(w, { _tag: 'ReadPullRequest', pr }), work)

/** Those of its dependencies of which nothing has been read yet are asked for. */
export const askNewFates = (work: Work, number: PrNumber): Work =>
  askFates(
    work,
    [number, ...(M.get(work.pullRequests, number)?.snapshot.dependsOn ?? [])].filter(
      (n) => !M.has(work.fates, n),
    ),
  )

/** A read showed it as not open here. */
export const learnFate = (work: Work, number: PrNumber, fate: DependencyFate): Work =>
  !isAwaited(work, number) || M.get(work.fates, number) === fate
    ? work
    : replace(
        { ...work, fates: M.set(work.fates, number, fate) },
        Set.toArray(M.get(work.book.dependents, number) ?? Set.empty(byNumber)),
      )
