/**
 * One watched branch: events in, effects out, one at a time. Journal first, act second: an event and what it led to is
 * on disk before any of its effects starts, and what was in flight when the process died is done again (every effect
 * is idempotent by its id).
 */
import * as E from 'fp-ts/lib/Either.js'
import { isSome, toUndefined } from 'fp-ts/lib/Option.js'
import {
  inFlightEffects,
  nextWakeAt,
  Policy,
  type BranchName,
  type BranchState,
  type Effect,
  type Event,
} from '@headgate/core'
import type { Decision } from '../narrate/decision.js'
import { messageOf, type Problem } from '../problem.js'
import type { BranchJournal } from '../store/journal.js'
import type { Clock } from './clock.js'
import { fold } from './fold.js'
import type { Log } from './log.js'
import { makeMailbox, type Mailbox } from './mailbox.js'

/** Acts on an effect and gives the event that answers it; never rejects. */
export type Interpret = (effect: Effect) => Promise<Event>

/** What became visible: what was decided, and what is being done about it. */
export interface Step {
  readonly state: BranchState
  readonly decisions: ReadonlyArray<Decision>
  readonly effects: ReadonlyArray<Effect>
}

export interface ActorDeps {
  readonly name: BranchName
  readonly journal: BranchJournal
  readonly policy: Policy
  readonly interpret: Interpret
  readonly clock: Clock
  readonly log: Log
  /** Told after every step, when it is durable. */
  readonly onStep: (step: Step) => void
  /** The journal can't be written: nothing more may be done. Told once. */
  readonly onFatal: (problem: Problem) => void
}

/** A running branch. */
export interface Actor {
  readonly name: BranchName
  readonly state: () => BranchState
  /** Gives an event to the branch; resolves when it is on disk (Left: it never will be). */
  readonly tell: (event: Event) => Promise<E.Either<'stopped', void>>
  /** Gives a hint to the branch, which may let it stand for others like it. */
  readonly hint: (event: Event) => void
  /** Nothing waits in the mailbox and no effect is out. */
  readonly isIdle: () => boolean
  readonly decisions: BranchJournal['decisions']
  /** Replays what was in flight, then takes events. */
  readonly start: () => void
  /** Takes no more events; resolves when effects that are out have ended or `patienceMs` has passed. */
  readonly stop: (patienceMs: number) => Promise<void>
}

/** Events reduced and written together; their effects start when all of them are on disk. */
const GROUP_MAX = 64
const HINTS_MAX = 256
const SNAPSHOT_EVERY = 500
/** What `setTimeout` can hold. */
const TIMER_MAX_MS = 2 ** 31 - 1

const samePolicy = (a: Policy, b: Policy): boolean =>
  JSON.stringify(Policy.encode(a)) === JSON.stringify(Policy.encode(b))

/** The mutable heart of an actor; everything else is a function of it. */
interface Heart {
  state: BranchState
  seq: number
  snapshotAt: number
  phase: 'new' | 'running' | 'stopped'
  out: number
  scheduled: boolean
  timer: NodeJS.Timeout | undefined
}

type Told = E.Either<'stopped', void>

/** All that an actor is made of. */
interface Inner {
  readonly deps: ActorDeps
  readonly heart: Heart
  readonly mailbox: Mailbox
  /** Who waits for an event to be on disk. */
  readonly waiters: Map<Event, (result: Told) => void>
}

const settle = ({ waiters }: Inner, events: ReadonlyArray<Event>, result: Told): void => {
  for (const event of events) {
    waiters.get(event)?.(result)
    waiters.delete(event)
  }
}

const halt = (inner: Inner): void => {
  inner.heart.phase = 'stopped'
  clearTimeout(inner.heart.timer)
  settle(inner, [...inner.waiters.keys()], E.left('stopped'))
}

const schedule = (inner: Inner): void => {
  const { heart } = inner
  if (heart.scheduled || heart.phase !== 'running') return
  heart.scheduled = true
  setImmediate(() => step(inner))
}

const deliver = (inner: Inner, event: Event): void => {
  // After a stop an answer is not lost: its effect is still in flight in the state, and is done again at the start.
  if (inner.heart.phase === 'stopped') return
  inner.mailbox.put(event)
  schedule(inner)
}

/** Starts an effect; its answer goes to the mailbox. */
const launch = (inner: Inner, effect: Effect): void => {
  const { deps, heart } = inner
  heart.out += 1
  deps.log.debug({ effect: effect.id, kind: effect._tag }, 'effect')
  const answered = deps.interpret(effect).catch((cause: unknown): Event => {
    const failure = { kind: 'unknown', code: 'interpreter-defect', text: messageOf(cause) } as const
    return { _tag: 'EffectFailed', at: deps.clock(), answers: effect.id, failure }
  })
  void answered.then((event) => {
    heart.out -= 1
    deliver(inner, event)
  })
}

const keepSnapshot = ({ deps, heart }: Inner, every: number): void => {
  if (heart.seq - heart.snapshotAt < every) return
  heart.snapshotAt = heart.seq
  const kept = deps.journal.keepSnapshot(heart.seq, heart.state)
  if (E.isLeft(kept)) deps.log.warn({ problem: kept.left }, 'no snapshot was kept')
}

const setTimer = (inner: Inner): void => {
  const { deps, heart } = inner
  clearTimeout(heart.timer)
  const at = nextWakeAt(heart.state)
  if (heart.phase !== 'running' || !isSome(at)) return
  const wait = Math.min(Math.max(at.value - deps.clock(), 0), TIMER_MAX_MS)
  heart.timer = setTimeout(() => deliver(inner, { _tag: 'TimeAdvanced', at: deps.clock() }), wait)
}

/** One turn: reduce what waits, write it down, then act. */
const step = (inner: Inner): void => {
  const { deps, heart, mailbox } = inner
  heart.scheduled = false
  if (heart.phase !== 'running') return
  const events = mailbox.take(GROUP_MAX)
  if (events.length === 0) return
  const reduced = fold(heart.state, heart.seq, events, deps.log)
  const written = deps.journal.append(reduced.entries)
  if (E.isLeft(written)) {
    halt(inner)
    return deps.onFatal(written.left)
  }
  heart.state = reduced.state
  heart.seq += events.length
  keepSnapshot(inner, SNAPSHOT_EVERY)
  settle(inner, events, E.right(undefined))
  for (const event of events) deps.log.debug({ event: event._tag }, 'event')
  for (const effect of reduced.effects) launch(inner, effect)
  setTimer(inner)
  const decisions = reduced.entries.flatMap((entry) => entry.decisions)
  for (const { kind, pr, batchId, text } of decisions)
    deps.log.info({ decision: kind, pr: toUndefined(pr), batch: toUndefined(batchId) }, text)
  deps.onStep({ state: heart.state, decisions, effects: reduced.effects })
  if (mailbox.size() > 0) schedule(inner)
}

const start = (inner: Inner): void => {
  const { deps, heart } = inner
  heart.phase = 'running'
  const at = deps.clock()
  for (const effect of inFlightEffects(heart.state)) launch(inner, effect)
  if (!samePolicy(heart.state.policy, deps.policy))
    deliver(inner, { _tag: 'PolicyChanged', at, by: 'configuration', policy: deps.policy })
  deliver(inner, { _tag: 'ServiceStarted', at })
  schedule(inner)
}

/** The snapshot lets a newer program, whose `reduce` may decide otherwise, go on from here without replaying anything. */
const stop = async (inner: Inner, patienceMs: number): Promise<void> => {
  halt(inner)
  keepSnapshot(inner, 1)
  const end = Date.now() + patienceMs
  while (inner.heart.out > 0 && Date.now() < end) await new Promise((go) => setTimeout(go, 10))
}

/** Makes the actor of one branch; `start` sets it going. */
export const makeActor = (deps: ActorDeps): Actor => {
  const { state, seq } = deps.journal.restored
  const heart: Heart = {
    state,
    seq,
    snapshotAt: seq,
    phase: 'new',
    out: 0,
    scheduled: false,
    timer: undefined,
  }
  const inner: Inner = { deps, heart, mailbox: makeMailbox(HINTS_MAX), waiters: new Map() }
  return {
    name: deps.name,
    state: () => heart.state,
    tell: (event) =>
      heart.phase === 'stopped'
        ? Promise.resolve(E.left('stopped' as const))
        : new Promise((done) => {
            inner.waiters.set(event, done)
            deliver(inner, event)
          }),
    hint: (event) => deliver(inner, event),
    isIdle: () => inner.mailbox.size() === 0 && heart.out === 0,
    decisions: deps.journal.decisions,
    start: () => start(inner),
    stop: (patienceMs) => stop(inner, patienceMs),
  }
}
