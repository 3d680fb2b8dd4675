/** What each hold waits for. */
import { isNone, isSome, none, some, type Option } from 'fp-ts/lib/Option.js'
import * as M from '../collections/sortedMap.js'
import type { PrNumber, Sha } from '../ids.js'
import { queueOf } from '../ask.js'
import { branchHolds } from '../landing/branchHolds.js'
import { clearing } from '../landing/clearing.js'
import { dependencyHolds } from '../landing/dependencies.js'
import type { Hold } from '../landing/hold.js'
import { pullRequestHolds } from '../landing/ticket.js'
import type { BranchState, PullRequest } from '../model/state.js'
import { firstInQueue } from '../queue/order.js'
import { gateRuns, headRun } from '../work/runs.js'
import type { Wait } from './awaited.js'
import {
  deployWait,
  landingWait,
  nowWait,
  orderOrPoll,
  pauseWait,
  placeWait,
  pollWait,
  runWait,
  somebodyWait,
  statusWait,
  turnWait,
} from './waits.js'

/** The wait behind a hold of the branch. */
export const branchHoldWait = (state: BranchState, hold: Hold): Wait => {
  switch (hold._tag) {
    case 'HeadUnknown':
      return orderOrPoll(state, ['ReadBranch', 'ReadHead'])
    case 'BranchUnread':
      return orderOrPoll(state, ['ReadBranch'])
    case 'HeadDoubted':
      return orderOrPoll(state, ['ReadHead', 'ReadBranch'])
    case 'HeadInspecting':
      return orderOrPoll(state, [`InspectCommit/${hold.head}`])
    case 'HeadUnverified': {
      const run = headRun(state)
      return run === undefined ? pollWait(state) : runWait(state, run)
    }
    case 'DeployInFlight':
      return deployWait(state)
    // What is due and not begun waits for the landing, or for the listing of the batches, that is out.
    case 'DeployDue':
      return orderOrPoll(state, ['LandBranch', 'ReadBatches', 'ReadBranch'])
    case 'BatchesUnlisted':
      return orderOrPoll(state, ['ReadBatches', 'ReadBranch'])
    case 'LandingInFlight':
      return landingWait(state)
    default:
      return somebodyWait(state, clearing[hold._tag].by, clearing[hold._tag].when)
  }
}

/** The wait behind a hold of a pull request (or of its branch). */
export const holdWait = (state: BranchState, pr: PullRequest, hold: Hold): Wait => {
  switch (hold._tag) {
    case 'WaitingForTest':
      return placeWait(state)
    case 'Testing': {
      const run = M.get(state.runs, hold.run)
      return run === undefined ? pollWait(state) : runWait(state, run)
    }
    case 'OutOfDate':
      return turnOf(state, pr)
    case 'DependencyOpen':
      return dependencyWait(state, pr)
    case 'DependencyUnread':
      return orderOrPoll(state, [`ReadPullRequest/${hold.dependency}`, 'ReadBranch'])
    case 'StatusNotPosted':
      return statusToCome(state, hold.source)
    case 'LandingPaused':
      return pauseWait(hold.pr, hold.retryAt)
    default:
      return branchHoldWait(state, hold)
  }
}

/**
 * While the batches are being listed nothing is said. When nothing is being said either, the status speaks of the test that this
 * source is in together with others, and success is said when that has passed.
 */
const statusToCome = (state: BranchState, source: Sha): Wait => {
  const orders = [`PostStatus/${source}`, 'ReadBatches', 'ReadBranch']
  const run = gateRuns(state).find(({ members }) => members.some((member) => member.source === source))
  return run === undefined || orders.some((subject) => M.has(state.inFlight, subject))
    ? orderOrPoll(state, orders)
    : runWait(state, run)
}

/** The turn to be tested on the new head: after what is landing, after whoever is first, or when a place is free. */
const turnOf = (state: BranchState, pr: PullRequest): Wait => {
  if (isSome(state.landing)) return landingWait(state)
  const { number } = pr.snapshot
  const first = firstInQueue(state)?.number
  if (!queueOf(state).includes(number)) return outsideQueue(state, pr)
  if (first === undefined || first === number) return placeWait(state)
  const front = M.get(state.pullRequests, first)
  return front === undefined ? pollWait(state) : turnWait(first, nextWait(state, front))
}

/** What has to land first of all: followed down, past what only waits itself. */
const dependencyWait = (state: BranchState, pr: PullRequest): Wait => {
  if (isSome(state.landing)) return landingWait(state)
  for (let first = pr; ;) {
    const next = openDependency(state, first)
    if (next === undefined) return first === pr ? pollWait(state) : turnBehind(state, first)
    first = next
  }
}

/** It could land now, but for one that goes before it and whose status is being said. */
const turnBehind = (state: BranchState, first: PullRequest): Wait => {
  const itsWait = nextWait(state, first)
  return turnWait(first.snapshot.number, itsWait.awaited._tag === 'Nothing' ? statusWait(state) : itsWait)
}

/** The first that it waits for; of one in a circle nothing has to land first, its circle has to be broken. */
const openDependency = (state: BranchState, { snapshot }: PullRequest): PullRequest | undefined => {
  const [open] = dependencyHolds(state, snapshot).flatMap((hold) =>
    hold._tag === 'DependencyOpen' ? [hold.dependency] : [],
  )
  return open === undefined ? undefined : M.get(state.pullRequests, open)
}

/** Its turn does not come before it is in the queue again: what keeps it out comes first. */
const outsideQueue = (state: BranchState, pr: PullRequest): Wait => {
  const [first] = pullRequestHolds(state, pr).filter((hold) => hold._tag !== 'OutOfDate')
  return first === undefined ? pollWait(state) : holdWait(state, pr, first)
}

type Rank = (hold: Hold) => boolean

const isTest: Rank = (hold) => hold._tag === 'Testing' || hold._tag === 'WaitingForTest'
const isOurs: Rank = (hold) => ['headgate', 'forge'].includes(clearing[hold._tag].by)
const isPersons: Rank = (hold) => !isOurs(hold) && clearing[hold._tag].by !== 'checks'
const any: Rank = () => true

const firstBy = (holds: ReadonlyArray<Hold>, ranks: ReadonlyArray<Rank>): Option<Hold> => {
  const [found] = ranks.flatMap((rank) => holds.filter(rank).slice(0, 1))
  return found === undefined ? none : some(found)
}

const isLanding = (state: BranchState, number: PrNumber): boolean =>
  isSome(state.landing) && state.landing.value.members.some((member) => member.pr === number)

/**
 * What happens next to a pull request: its landing is answered, its test ends, a person or a check clears what else
 * would hold it, its turn comes; and when nothing of its own is left, what the branch waits for.
 */
export const nextWait = (state: BranchState, pr: PullRequest): Wait => {
  if (isLanding(state, pr.snapshot.number)) return landingWait(state)
  const own = firstBy(pullRequestHolds(state, pr), [isTest, isPersons, any])
  if (isSome(own)) return holdWait(state, pr, own.value)
  const branch = firstBy(branchHolds(state), [isOurs, any])
  return isNone(branch) ? nowWait(state) : branchHoldWait(state, branch.value)
}
