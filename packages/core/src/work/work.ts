/**
 * A state while one event is being reduced: the state itself, the effects ordered so far, and what must be looked at
 * before the step ends. Every function of apply and plan is `Work -> Work`.
 */
import { isNone } from 'fp-ts/lib/Option.js'
import * as Chain from '../collections/chain.js'
import * as M from '../collections/sortedMap.js'
import * as Set from '../collections/sortedSet.js'
import {
  effectId,
  epochMs,
  runId,
  type BatchId,
  type EffectId,
  type EpochMs,
  type RunId,
  type Sha,
} from '../ids.js'
import type { Effect, Order } from '../model/effect.js'
import type { BranchState, InFlight } from '../model/state.js'

export interface Work extends BranchState {
  readonly outbox: Chain.Chain<Effect>
  /** Source SHAs whose status may have to be posted anew. */
  readonly attention: Chain.Chain<Sha>
}

export type Step = (work: Work) => Work

export const after = (now: EpochMs, seconds: number): EpochMs => epochMs(now + Math.round(seconds * 1000))

/** What an effect is about. At most one effect of a subject is out at a time. */
export const subjectOf = (order: Order): string => {
  switch (order._tag) {
    case 'ReadBranch':
    case 'ReadHead':
    case 'ReadBatches':
    case 'LandBranch':
      return order._tag
    case 'ReadPullRequest':
    case 'ClosePullRequest':
      return `${order._tag}/${order.pr}`
    case 'PrepareCommit':
    case 'DeletePreparedCommit':
    case 'SubmitTestBatch':
    case 'SubmitDeployBatch':
      return `${order._tag}/${order.run}`
    case 'ReadBatch':
    case 'CancelBatch':
      return `${order._tag}/${order.batchId}`
    case 'PostStatus':
    case 'AnnounceDeployFailure':
      return `${order._tag}/${order.sha}`
    case 'InspectCommit':
      return `${order._tag}/${order.commit}`
  }
}

/** The subject that an effect id was made from. */
export const subjectOfId = (id: EffectId): string => id.slice(0, id.lastIndexOf('#'))

export const nextRunId = (work: Work): readonly [Work, RunId] => [
  { ...work, nextId: work.nextId + 1 },
  runId(`run-${work.epoch}-${work.nextId}`),
]

/** Was this run begun in this life of the state? What became of it is then known here, and its batch is no news. */
export const isOwnRun = (work: Work, run: RunId): boolean => run.startsWith(`run-${work.epoch}-`)

const putInFlight = (work: Work, subject: string, flight: InFlight): Work => {
  const old = M.get(work.inFlight, subject)
  const cleared =
    old === undefined ? work.book.alarms : Set.remove(work.book.alarms, { at: old.due, name: subject })
  const alarms = flight.waiting === 'look' ? cleared : Set.add(cleared, { at: flight.due, name: subject })
  return { ...work, inFlight: M.set(work.inFlight, subject, flight), book: { ...work.book, alarms } }
}

/** The effect is settled, or nobody waits for it any more. */
export const settle = (work: Work, subject: string): Work => {
  const old = M.get(work.inFlight, subject)
  if (old === undefined) return work
  const alarms = Set.remove(work.book.alarms, { at: old.due, name: subject })
  return { ...work, inFlight: M.remove(work.inFlight, subject), book: { ...work.book, alarms } }
}

/** For the codec: puts back what was in flight. */
export const restoreInFlight = (work: Work, flights: ReadonlyArray<InFlight>): Work =>
  flights.reduce((w, flight) => putInFlight(w, subjectOf(flight.effect), flight), work)

export const isOut = (work: Work, subject: string): boolean => M.has(work.inFlight, subject)

/** The list of batches is being read: it may show a test of what looks untested. */
export const isListing = (state: BranchState): boolean =>
  !state.listed || state.stale.batches || M.has(state.inFlight, 'ReadBatches')

/** Gives the order, unless one about the same subject is out already. */
export const order = (work: Work, what: Order): Work => {
  const subject = subjectOf(what)
  if (isOut(work, subject)) return work
  const effect = { ...what, id: effectId(`${subject}#${work.epoch}-${work.nextId}`) } as Effect
  const flight: InFlight = {
    effect,
    seq: work.seq,
    attempt: 1,
    waiting: 'answer',
    due: after(work.now, work.policy.durations.answerSeconds),
  }
  return putInFlight(
    { ...work, nextId: work.nextId + 1, outbox: Chain.append(work.outbox, effect) },
    subject,
    flight,
  )
}

const isRead = (effect: Effect): boolean => effect._tag.startsWith('Read') || effect._tag === 'InspectCommit'

/**
 * Gives the order again: under the same id, so that acting twice looks like acting once. A read gets a new id instead,
 * so that a late answer to the first asking can't pass for a fresh one.
 */
export const orderAgain = (work: Work, subject: string): Work => {
  const flight = M.get(work.inFlight, subject)
  if (flight === undefined) return work
  if (isRead(flight.effect))
    return countAttempts(order(settle(work, subject), flight.effect), subject, flight.attempt + 1)
  const again: InFlight = {
    ...flight,
    attempt: flight.attempt + 1,
    waiting: 'answer',
    due: after(work.now, work.policy.durations.answerSeconds),
  }
  return putInFlight({ ...work, outbox: Chain.append(work.outbox, flight.effect) }, subject, again)
}

const countAttempts = (work: Work, subject: string, attempt: number): Work => {
  const flight = M.get(work.inFlight, subject)
  return flight === undefined ? work : putInFlight(work, subject, { ...flight, attempt })
}

/** Waits before the order is given again: 1, 2, 4, … times the policy's first pause, up to its maximum. */
export const retryLater = (work: Work, subject: string): Work => {
  const flight = M.get(work.inFlight, subject)
  if (flight === undefined) return work
  const { retrySeconds, retryMaxSeconds } = work.policy.durations
  const pause = Math.min(retrySeconds * 2 ** Math.min(flight.attempt - 1, 20), retryMaxSeconds)
  return putInFlight(work, subject, { ...flight, waiting: 'retry', due: after(work.now, pause) })
}

/** Its outcome is unknown: nothing is done about it until a read has shown what became of it. */
export const awaitLook = (work: Work, subject: string): Work => {
  const flight = M.get(work.inFlight, subject)
  return flight === undefined
    ? work
    : putInFlight(work, subject, { ...flight, waiting: 'look', seq: work.seq })
}

/**
 * The epoch is the clock of the first event, so ids of another life of this state never collide with ours. (The new
 * fields come before the spread: after it they would cost ten times as much.)
 */
export const begin = (state: BranchState, at: EpochMs): Work => ({
  outbox: Chain.emptyChain,
  attention: Chain.emptyChain,
  ...state,
  epoch: state.epoch === '' ? at.toString(36) : state.epoch,
  now: at > state.now ? at : state.now,
  seq: state.seq + 1,
})

/**
 * The state that a step leaves, without the step's own notes. Field by field on purpose: rest syntax
 * (`{ outbox, ...state }`) takes 3 µs for an object of this size and makes every later read of it slower; this takes
 * a hundredth. A field that is forgotten here does not compile.
 */
const stateOf = (work: Work): BranchState => ({
  name: work.name,
  policy: work.policy,
  epoch: work.epoch,
  now: work.now,
  seq: work.seq,
  nextId: work.nextId,
  head: work.head,
  requiredChecks: work.requiredChecks,
  pullRequests: work.pullRequests,
  gone: work.gone,
  fates: work.fates,
  sources: work.sources,
  authorizations: work.authorizations,
  invalidated: work.invalidated,
  invalidatedUpTo: work.invalidatedUpTo,
  runs: work.runs,
  chains: work.chains,
  tried: work.tried,
  lately: work.lately,
  turns: work.turns,
  cancelling: work.cancelling,
  landing: work.landing,
  landings: work.landings,
  landedBefore: work.landedBefore,
  frozen: work.frozen,
  deploy: work.deploy,
  stale: work.stale,
  listed: work.listed,
  pollAt: work.pollAt,
  inFlight: work.inFlight,
  book: work.book,
})

export const end = (work: Work): readonly [BranchState, ReadonlyArray<Effect>] => [
  stateOf(work),
  Chain.toArray(work.outbox),
]

/** The status of this source is looked at before the step ends. */
export const notice = (work: Work, source: Sha): Work => ({
  ...work,
  attention: Chain.append(work.attention, source),
})

/** Marks things as worth a fresh read. */
export const markStale = (work: Work, stale: Partial<BranchState['stale']>): Work => ({
  ...work,
  stale: { ...work.stale, ...stale },
})

/** Nobody waits for this batch any more: neither for a read of it that is out, nor for one that was to follow. */
export const forgetReads = (work: Work, batchId: BatchId): Work => {
  const settled = settle(work, `ReadBatch/${batchId}`)
  return Set.isEmpty(settled.stale.batch)
    ? settled
    : markStale(settled, { batch: Set.remove(settled.stale.batch, batchId) })
}

export const headSha = (work: BranchState): Sha | undefined =>
  isNone(work.head) ? undefined : work.head.value.sha
