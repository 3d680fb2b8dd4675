/**
 * The deadline law: nothing waits without naming what it waits for and until when. `deadlineViolations` judges a state,
 * `overdueViolations` a step of time.
 */
import { isNone, isSome } from 'fp-ts/lib/Option.js'
import { nextWakeAt } from '../ask.js'
import * as M from '../collections/sortedMap.js'
import * as Set from '../collections/sortedSet.js'
import type { Violation } from '../invariants/violations.js'
import { clearing } from '../landing/clearing.js'
import type { BranchState } from '../model/state.js'
import type { Awaited, Wait } from './awaited.js'
import { explain, explainBranch } from './explain.js'
import type { Reason } from './explanation.js'
import {
  deployWait,
  drainWait,
  landingWait,
  orderOrPoll,
  orderWait,
  pauseWait,
  runWait,
  lookSubjects,
} from './waits.js'

/** A wait and who waits: `run/<id>`, `#7/OutOfDate`, `cancelling/12`, or the subject of an order. */
export interface NamedWait {
  readonly name: string
  readonly wait: Wait
  /** Headgate alone can end it, so it must be about something that headgate has under way. */
  readonly ours: boolean
}

const named = (name: string, wait: Wait, ours = true): NamedWait => ({ name, wait, ours })

const ordersOut = (state: BranchState): ReadonlyArray<NamedWait> =>
  M.keysArray(state.inFlight).flatMap((subject) => {
    const found = orderWait(state, subject)
    return isNone(found) ? [] : [named(subject, found.value)]
  })

const work = (state: BranchState): ReadonlyArray<NamedWait> => [
  ...M.valuesArray(state.runs).map((run) => named(`run/${run.id}`, runWait(state, run))),
  ...(isSome(state.landing) ? [named('landing', landingWait(state))] : []),
  ...(isSome(state.deploy.current) ? [named('deploy', deployWait(state))] : []),
  ...M.toArray(state.cancelling).map(([batchId, { acknowledged }]) =>
    named(`cancelling/${batchId}`, drainWait(state, `CancelBatch/${batchId}`), !acknowledged),
  ),
  ...M.valuesArray(state.pullRequests).flatMap(({ snapshot, refusal }) =>
    isSome(refusal) && refusal.value.phase === 'paused'
      ? [named(`refusal/${snapshot.number}`, pauseWait(snapshot.number, refusal.value.retryAt))]
      : [],
  ),
]

/** What is marked as worth a fresh read is read already, or a read of its kind is out and it is the next. */
const staleMarks = (state: BranchState): ReadonlyArray<NamedWait> => {
  const { branch, head, pullRequests, batches, batch } = state.stale
  return [
    ...(branch ? [named('stale/branch', orderOrPoll(state, ['ReadBranch']))] : []),
    ...(head ? [named('stale/head', orderOrPoll(state, ['ReadHead']))] : []),
    ...Set.toArray(pullRequests).map((pr) =>
      named(`stale/#${pr}`, orderOrPoll(state, [`ReadPullRequest/${pr}`, 'ReadBranch'])),
    ),
    // The first listing waits for the branch to be known; where that read failed for good, the next poll reads it.
    ...(batches
      ? [named('stale/batches', orderOrPoll(state, ['ReadBatches', 'ReadBranch']), state.listed)]
      : []),
    ...Set.toArray(batch).map((id) => named(`stale/batch ${id}`, orderOrPoll(state, [`ReadBatch/${id}`]))),
  ]
}

const subject = ({ code, evidence }: Reason): string =>
  'check' in evidence ? `${code}/${evidence.check}` : code

const isOurs = (reason: Reason): boolean => clearing[reason.code].by === 'headgate'

/** A pull request that waits for headgate alone; a hold of somebody else may also be what ours wait behind. */
const holdWaits = (owner: string, reasons: ReadonlyArray<Reason>): ReadonlyArray<NamedWait> =>
  reasons.map((reason) => named(`${owner}/${subject(reason)}`, reason.wait, reasons.every(isOurs)))

const holds = (state: BranchState): ReadonlyArray<NamedWait> => {
  const { landing, deploying } = explainBranch(state)
  return [
    ...landing.map((reason) => named(`branch/${reason.code}`, reason.wait, isOurs(reason))),
    ...deploying.map((reason) => named(`deploying/${reason.code}`, reason.wait, isOurs(reason))),
    ...M.keysArray(state.pullRequests).flatMap((number) => holdWaits(`#${number}`, explain(state, number))),
  ]
}

/** Everything that waits in this state. Costs O(open pull requests). */
export const waitsOf = (state: BranchState): ReadonlyArray<NamedWait> =>
  state.seq === 0 ? [] : [...ordersOut(state), ...work(state), ...staleMarks(state), ...holds(state)]

const broken = (name: string, text: string): Violation => ({ guarantee: 'Liveness', text: `${name} ${text}` })
const unless = (holds: boolean, name: string, text: string): ReadonlyArray<Violation> =>
  holds ? [] : [broken(name, text)]

/** No wait may be longer than the longest pause of the policy that is in force. */
const longest = ({ policy: { durations: d } }: BranchState): number =>
  1000 * Math.max(d.pollSeconds, d.batchPollSeconds, d.answerSeconds, d.retryMaxSeconds)

/**
 * Every wait that breaks the law: it names no fact that ends it, its deadline is no time or lies too far ahead, the host
 * would sleep past it, or headgate is to end it and has nothing under way for it. (After `PolicyChanged` a deadline set
 * under a more patient policy may lie further ahead until it has passed once.)
 */
export const deadlineViolations = (state: BranchState): ReadonlyArray<Violation> => {
  const wake = nextWakeAt(state)
  return waitsOf(state).flatMap(({ name, wait, ours }) => [
    ...unless(wait.events.length > 0, name, 'waits for no fact'),
    ...unless(Number.isSafeInteger(wait.nextLook), name, 'has no deadline'),
    ...unless(wait.nextLook <= state.now + longest(state), name, 'waits longer than the policy says'),
    ...unless(isNone(wait.expires) || wait.nextLook <= wait.expires.value, name, 'expires unseen'),
    ...unless(isSome(wake) && wake.value <= wait.nextLook, name, 'is slept past'),
    ...unless(!(ours && wait.awaited._tag === 'Poll'), name, 'is ours to end and nothing is under way'),
  ])
}

/** One of these orders must be out after the deadline of such a wait has passed and it still stands. */
const actsBy = (state: BranchState, awaited: Awaited, name: string): ReadonlyArray<string> | undefined => {
  switch (awaited._tag) {
    case 'Order':
      return awaited.waiting === 'look' ? lookSubjects(state) : [awaited.subject]
    case 'Batch':
      return [`ReadBatch/${awaited.batchId}`]
    case 'Somebody':
      return ['ReadBranch']
    case 'Poll':
      if (!name.startsWith('cancelling/')) return ['ReadBranch']
      // A listing that is marked follows as soon as the branch has been read.
      return state.stale.batches ? ['ReadBatches', 'ReadBranch'] : ['ReadBatches']
    // These follow from a wait of something else, which is judged by itself.
    case 'Place':
    case 'Turn':
    case 'Pause':
    case 'Nothing':
      return undefined
  }
}

/**
 * Every wait whose deadline passed in the step `reduce(before, TimeAdvanced) = [after, …]` and that neither ended nor
 * was renewed: renewed means a deadline in the future, and the order that acts on it out.
 */
export const overdueViolations = (before: BranchState, after: BranchState): ReadonlyArray<Violation> => {
  const standing = new Map(waitsOf(after).map(({ name, wait }) => [name, wait]))
  return waitsOf(before)
    .filter(({ wait }) => wait.nextLook <= after.now)
    .flatMap(({ name, wait }) => {
      const still = standing.get(name)
      if (still === undefined) return []
      const orders = actsBy(after, wait.awaited, name)
      const same = JSON.stringify(still.awaited) === JSON.stringify(wait.awaited)
      return [
        ...unless(still.nextLook > after.now, name, 'is past its deadline'),
        ...unless(
          !same || orders === undefined || orders.some((order) => M.has(after.inFlight, order)),
          name,
          'passed its deadline unseen',
        ),
        ...unless(
          isNone(still.expires) || still.expires.value > after.now,
          name,
          'stands although it has expired',
        ),
      ]
    })
}
