/**
 * Writes what strategies remember: chains that passed, runs that ended, what landed. Of the ends only those are written that
 * a strategy of the world still reads, and of the times only which came first.
 */
import { isSome } from 'fp-ts/lib/Option.js'
import {
  SortedMap as M,
  type BranchState,
  type Member,
  type Policy,
  type StrategyPolicy,
  type TriedRun,
} from '../../index.js'
import type { Setting, World } from '../world/world.js'
import { evidence, members, names, option } from './parts.js'
import type { Writer } from './writer.js'

/** What the strategies that a world has, or may come to have, read of the past. */
export interface Needs {
  /** Anything: there may be chains. */
  readonly chains: boolean
  /** How each run ended, whatever became of its members: a growing window counts them all. */
  readonly window: boolean
  /** What landed, when what came and began, and the name of the head: `adaptive` draws its chance from it. */
  readonly learning: boolean
  /** Whose turn it is by arrival. */
  readonly turns: boolean
}

export const needsOf = (policy: Policy, { switches = [] }: Setting): Needs => {
  const all: ReadonlyArray<StrategyPolicy> = [policy.strategy, ...switches]
  return {
    chains: all.some(({ _tag }) => _tag !== 'serial'),
    window: all.some((strategy) => strategy._tag === 'speculative' && strategy.window === 'growing'),
    learning: all.some(({ _tag }) => _tag === 'adaptive'),
    turns: policy.order._tag === 'arrival',
  }
}

/** Of these only equal and before are told. */
const order = (w: Writer, times: ReadonlyArray<number>): void => {
  const known = [...new Set(times)].sort((a, b) => a - b)
  times.forEach((time) => w.put(known.indexOf(time)))
}

const isOpen = (state: BranchState, { pr, source }: Member): boolean =>
  M.get(state.pullRequests, pr)?.snapshot.source === source

/** A source that was left is never seen again, and neither is who has landed. */
const isRead = (state: BranchState, { learning }: Needs, { members: list }: TriedRun): boolean =>
  list.every(
    (member) => isOpen(state, member) || (learning && state.lately.some(({ pr }) => pr === member.pr)),
  )

/** An end on an older head is never moved to a newer one: of it only who failed together is read. */
const tried = (w: Writer, state: BranchState, world: World, { base, ...run }: TriedRun): void => {
  const onHead = isSome(state.head) && state.head.value.sha === base
  w.flag(onHead)
  members(w, run.members)
  w.word(run.result._tag)
  if (run.result._tag === 'Errored') w.word(run.result.code)
  else if (onHead) evidence(w, world, run.result.evidence)
  if (!onHead) return
  names(w, run.chain)
  option(w, run.culprit, w.put)
}

export const writeQueue = (w: Writer, state: BranchState, world: World, needs: Needs): void => {
  const prs = M.valuesArray(state.pullRequests)
  const queued = prs.flatMap((pr) => (isSome(pr.queued) ? [pr.queued.value] : []))
  if (needs.turns || needs.learning) prs.forEach((pr) => w.flag(isSome(pr.queued)))
  if (needs.turns)
    order(
      w,
      queued.map(({ turn }) => turn),
    )
  if (!needs.chains) return
  w.put(M.size(state.chains))
  M.valuesArray(state.chains).forEach((chain) => evidence(w, world, chain))
  const past = state.tried.filter((run) => isRead(state, needs, run))
  w.put(past.length)
  past.forEach((run) => tried(w, state, world, run))
  if (needs.window)
    state.tried.forEach(({ result }) => w.word(result._tag === 'Errored' ? result.code : result._tag))
  if (!needs.learning) return
  order(
    w,
    queued.map(({ at }) => at),
  )
  order(
    w,
    M.valuesArray(state.runs).map(({ startedAt }) => startedAt),
  )
  w.put(state.lately.length)
  state.lately.forEach(({ pr }) => w.put(pr))
  if (isSome(state.head)) w.word(state.head.value.sha)
}
