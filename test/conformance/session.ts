/** Feeds one recorded world to our core as observations, and lets it act until it is at rest. */
import { none, some } from 'fp-ts/lib/Option.js'
import {
  batchId,
  epochMs,
  prNumber,
  sha,
  SortedMap,
  type BranchState,
  type Effect,
  type Event,
} from '@headgate/core'
import { perform, type Ledger } from './interpreter.js'
import type { World } from './world.js'

/** The function under test: `reduce`, or one with a planted fault. */
export type Reduce = (state: BranchState, event: Event) => readonly [BranchState, ReadonlyArray<Effect>]

export interface Session {
  readonly reduce: Reduce
  readonly ledger: Ledger
  /** Retries that this life of the core has been told of, by batch. */
  readonly retried: Set<number>
  state: BranchState
  out: ReadonlyArray<Effect>
  now: number
}

const feed = (session: Session, event: Event): void => {
  const [state, effects] = session.reduce(session.state, event)
  session.state = state
  session.out = [...session.out, ...effects]
}

const reads = ['ReadBranch', 'ReadHead', 'ReadPullRequest', 'ReadBatches', 'ReadBatch', 'InspectCommit']
const rank = (effect: Effect): number =>
  reads.includes(effect._tag) ? reads.indexOf(effect._tag) : reads.length

/** The world answers what is looked at before it carries out what is done, and GitHub before Batch, as the reference does. */
const nextEffect = (out: ReadonlyArray<Effect>): Effect | undefined =>
  out.reduce<Effect | undefined>(
    (best, e) => (best === undefined || rank(e) < rank(best) ? e : best),
    undefined,
  )

/** An operator's retry reaches the core as soon as it knows the pull request at the source in question. */
const retry = (session: Session, world: World): void => {
  for (const batch of world.batches) {
    if (batch.kind !== 'test' || session.retried.has(batch.id)) continue
    if (!world.snapshot.invalidated.includes(batch.id)) continue
    const pr = SortedMap.get(session.state.pullRequests, prNumber(batch.pr))
    if (pr?.snapshot.source !== batch.source) continue
    session.retried.add(batch.id)
    feed(session, {
      _tag: 'TestRetried',
      at: epochMs(session.now),
      by: 'operator',
      pr: prNumber(batch.pr),
      batchId: some(batchId(batch.id)),
    })
  }
}

/** What operators did. A freeze holds before anything is read; what allows more counts together with what is read. */
const freeze = (session: Session, { snapshot }: World): void => {
  const isFrozen = session.state.frozen._tag === 'Some'
  const base = { at: epochMs(session.now), by: 'operator' }
  if (snapshot.frozen && !isFrozen) feed(session, { _tag: 'BranchFrozen', ...base, reason: 'recorded' })
}

const allow = (session: Session, { snapshot }: World): void => {
  const base = { at: epochMs(session.now), by: 'operator' }
  for (const source of snapshot.authorized)
    feed(session, { _tag: 'ShaAuthorized', ...base, sha: sha(source) })
  if (!snapshot.frozen && session.state.frozen._tag === 'Some')
    feed(session, { _tag: 'BranchUnfrozen', ...base })
}

const pollEvents = ({ state, now }: Session): ReadonlyArray<Event> => {
  const at = epochMs(now)
  return state.seq === 0
    ? [{ _tag: 'ServiceStarted', at }]
    : [
        { _tag: 'GithubHinted', at, concern: { _tag: 'Everything' } },
        { _tag: 'BatchHinted', at, batchId: none },
      ]
}

/** As long as the longest pause between two attempts. */
const pauseMs = 300_000

const patience = 400

/** False: it did not come to rest. */
const settle = (session: Session, world: World): boolean => {
  for (let count = 0; count < patience; count++) {
    const effect = nextEffect(session.out)
    if (effect === undefined) return true
    session.out = session.out.filter((e) => e !== effect)
    session.now += 1
    feed(session, perform(world, session.ledger, effect, session.now))
    if (effect._tag !== 'ReadBranch') continue
    retry(session, world)
    allow(session, world)
  }
  return false
}

/** Tells the core that a poll is due and what operators did, and carries out what it orders. False: it did not come to rest. */
export const playStep = (session: Session, world: World, now: number): boolean => {
  session.now = now
  for (const event of pollEvents(session)) feed(session, event)
  retry(session, world)
  freeze(session, world)
  const rested = settle(session, world)
  // What was refused or failed is tried again before the world moves on.
  session.now += pauseMs
  feed(session, { _tag: 'TimeAdvanced', at: epochMs(session.now) })
  return settle(session, world) && rested
}
