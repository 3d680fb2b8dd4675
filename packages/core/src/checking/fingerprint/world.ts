/** Writes the world's own record, and what is on its way. */
import { isSome } from 'fp-ts/lib/Option.js'
import { SortedMap, type BranchState, type Effect, type Event } from '../../index.js'
import type { Answered, World, WorldBatch, WorldPr } from '../world/world.js'
import type { Budget } from '../world/budget.js'
import type { Needs } from './queue.js'
import { batch, byOwner, effect, members, names, option, snapshot } from './parts.js'
import type { Writer } from './writer.js'

const pullRequest =
  (w: Writer) =>
  (pr: WorldPr): void => {
    w.name(pr.source)
    w.flag(pr.approved)
    w.flag(pr.blocked)
    w.flag(pr.open)
    w.put(pr.pushes)
    w.put(pr.approvals.length)
    pr.approvals.forEach(w.name)
    w.put(pr.onceApproved.length)
    pr.onceApproved.forEach(w.name)
    w.flag(pr.landed !== undefined)
    if (pr.landed !== undefined) w.name(pr.landed)
  }

/** An id says which life of the service it comes from. */
const isOfThisLife = (state: BranchState, b: WorldBatch): boolean => b.run.startsWith(`run-${state.epoch}-`)

const worldBatch =
  (w: Writer, state: BranchState, world: World) =>
  (b: WorldBatch): void => {
    w.flag(isOfThisLife(state, b))
    w.flag(isSome(state.invalidatedUpTo) && b.id <= state.invalidatedUpTo.value)
    w.word(b.owner)
    w.put(b.rank)
    w.word(b.state)
    w.name(b.run)
    members(w, b.members)
    w.name(b.target)
    names(w, b.chain)
    w.name(b.commit)
    if (b.tree !== undefined) w.name(b.tree)
    w.flag(world.void.includes(b.id))
  }

/** Whether headgate still waits for this order, or has forgotten it or given it anew under another id. */
const isAwaited = (state: BranchState, e: Effect): boolean =>
  SortedMap.valuesArray(state.inFlight).some((flight) => flight.effect.id === e.id)

const fact = (w: Writer, world: World, event: Event): void => {
  w.word(event._tag)
  switch (event._tag) {
    case 'BranchObserved':
      w.name(event.head)
      w.put(event.pullRequests.length)
      return event.pullRequests.forEach((s) => snapshot(w, s))
    case 'HeadObserved':
      return w.name(event.head)
    case 'PullRequestObserved':
      w.word(event.fate._tag)
      if (event.fate._tag === 'Open') return snapshot(w, event.fate.snapshot)
      return event.fate._tag === 'Merged' ? option(w, event.fate.commit, w.name) : undefined
    case 'BatchesObserved':
      return w.bag([...event.tests, ...event.deploys], (b) => {
        batch(w, world, b.batchId)
        w.word(b.state)
      })
    case 'BatchObserved':
      return w.word(event.fate._tag === 'Known' ? event.fate.state : event.fate._tag)
    case 'BranchLanded':
      return w.name(event.landed)
    case 'LandingRefused':
      return w.word(event.code)
    case 'CommitPrepared':
      w.name(event.commit)
      names(w, event.chain)
      return w.name(event.tree)
    case 'PreparationFailed':
      w.word(event.code)
      return option(w, event.culprit, w.put)
    case 'TestBatchSubmitted':
    case 'DeployBatchSubmitted':
      return batch(w, world, event.batchId)
    case 'CommitInspected':
      event.parents.forEach(w.name)
      return w.name(event.tree)
    default:
      return
  }
}

const budget = (w: Writer, b: Budget): void => Object.values(b).forEach(w.put)

/** The mark of a retry may come to hide batches of other pull requests, so whose were first then matters. */
const isRetried = (state: BranchState, world: World): boolean =>
  world.budget.testRetries > 0 || SortedMap.size(state.invalidated) > 0 || isSome(state.invalidatedUpTo)

/** Written before the state, so that sources, heads and batches get their names in the order of the world. */
export const writeWorld = (w: Writer, state: BranchState, world: World, needs: Needs): void => {
  w.put(world.history.length)
  world.history.forEach((landed) => {
    w.name(landed.sha)
    w.name(landed.tree)
    w.flag(landed.gated)
  })
  world.prs.forEach(pullRequest(w))
  w.put(world.batches.length)
  byOwner(world.batches).forEach(worldBatch(w, state, world))
  // A listing tells of them in this order, and strategies that build chains remember it.
  if (isRetried(state, world) || needs.chains) world.batches.forEach((b) => w.word(b.owner))
  w.bag(world.statuses, (status) => {
    w.name(status.sha)
    w.word(status.state)
  })
  w.bag(world.authorized, w.name)
  w.flag(world.frozen)
  w.flag(world.refused)
  w.put(world.policies.length)
  w.bag(world.announced, (told) => w.name(told.sha))
  budget(w, world.budget)
}

export const writeMessages = (w: Writer, state: BranchState, world: World): void => {
  const order = (e: Effect): void => {
    effect(w, world, e)
    w.flag(isAwaited(state, e))
  }
  if (world.inOrder) world.orders.forEach(order)
  else w.bag(world.orders, order)
  w.bag(world.answers, ({ effect: e, event }: Answered) => {
    effect(w, world, e)
    w.flag(isAwaited(state, e))
    fact(w, world, event)
  })
}
