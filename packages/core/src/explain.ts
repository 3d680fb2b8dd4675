/** Why something has not happened yet: total, pure, and with the same conditions that decide. */
import { isNone, isSome } from 'fp-ts/lib/Option.js'
import { takeWhile } from './collections/iterate.js'
import * as M from './collections/sortedMap.js'
import type { PrNumber } from './ids.js'
import { branchHolds } from './landing/branchHolds.js'
import { hold, type Hold } from './landing/hold.js'
import { landingHolds } from './landing/ticket.js'
import type { BranchState } from './model/state.js'

/**
 * Each condition that holds the open pull request back, the ones that people can clear first. Law: empty exactly when
 * a landing ticket would be issued for it. A number that is not open here has no holds to name: none.
 */
export const explain = (state: BranchState, number: PrNumber): ReadonlyArray<Hold> => {
  const pr = M.get(state.pullRequests, number)
  return pr === undefined ? [] : landingHolds(state, pr)
}

/** What holds the whole branch back, from landing and from deploying. */
export const explainBranch = (state: BranchState): ReadonlyArray<Hold> => [
  ...branchHolds(state),
  ...headHolds(state),
]

const headHolds = (state: BranchState): ReadonlyArray<Hold> => {
  if (isNone(state.head)) return []
  const { standing } = state.head.value
  switch (standing._tag) {
    case 'Verified':
      return []
    case 'Inspecting':
      return [
        hold(
          'HeadUnverified',
          'What the forge merged is being compared with what was tested.',
          'headgate',
          'CommitInspected',
        ),
      ]
    case 'Unverified':
      return [
        hold(
          'HeadUnverified',
          `The head is being tested: ${standing.why} Nothing deploys until it passes.`,
          'headgate',
          'BatchObserved',
        ),
      ]
    case 'Broken':
      return [
        hold(
          'HeadBroken',
          `${standing.text} Nothing deploys until a head passes.`,
          'operator',
          'HeadTestRetried',
        ),
      ]
  }
}

/** The pull requests that go before this one in the queue, first first. */
export const aheadOf = (state: BranchState, number: PrNumber): ReadonlyArray<PrNumber> => {
  const place = M.get(state.pullRequests, number)?.place
  if (place === undefined || !M.has(state.book.candidates, place.key)) return []
  return [...takeWhile(M.keys(state.book.candidates), (key) => key.number !== number)].map(
    (key) => key.number,
  )
}

/** The pull request whose turn it is. */
export const mergeCandidate = (state: BranchState): PrNumber | undefined =>
  isSome(state.head) ? M.first(state.book.candidates)?.[0].number : undefined
