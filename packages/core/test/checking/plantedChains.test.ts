/** What can go wrong with chains only: each danger has a decider here that runs into it, and is caught. */
import { expect, test } from 'vitest'
import { isSome, none, some } from 'fp-ts/lib/Option.js'
import {
  reduce,
  reduceWith,
  SortedMap,
  type BranchState,
  type Effect,
  type EffectOf,
  type PrNumber,
  type RunEvidence,
} from '@headgate/core'
import type { Model, Reduce } from '@headgate/core/checking'
import { chained, visit } from './small.js'

/** The real decider, who afterwards puts down what is not so. */
const believes =
  (change: (after: BranchState, before: BranchState) => BranchState): Reduce =>
  (state, event) => {
    const [after, effects] = reduce(state, event)
    return [change(after, state), effects]
  }

const landings = (change: (effect: EffectOf<'LandBranch'>) => ReadonlyArray<Effect>): Reduce => {
  const decide: Reduce = (state, event) => {
    const [after, effects] = reduce(state, event)
    return [after, effects.flatMap((e) => (e._tag === 'LandBranch' ? change(e) : [e]))]
  }
  return decide
}

const keepChain = (state: BranchState, chain: RunEvidence): BranchState => ({
  ...state,
  chains: SortedMap.set(state.chains, chain.run, chain),
})

const headOf = ({ head }: BranchState) => (isSome(head) ? head.value.sha : undefined)

/** Chains that were on record and are no more, though all their members are open. */
const dropped = (after: BranchState, before: BranchState): ReadonlyArray<RunEvidence> =>
  SortedMap.valuesArray(before.chains).filter(
    ({ run, members }) =>
      !SortedMap.has(after.chains, run) && members.every(({ pr }) => SortedMap.has(after.pullRequests, pr)),
  )

const newestSource = (state: BranchState, pr: PrNumber, otherwise: RunEvidence['base']) =>
  SortedMap.get(state.pullRequests, pr)?.snapshot.source ?? otherwise

const keepsWhatWasPushedTo = believes((after, before) =>
  dropped(after, before).reduce(
    (state, chain) =>
      keepChain(state, {
        ...chain,
        members: chain.members.map(({ pr, source }) => ({ pr, source: newestSource(after, pr, source) })),
      }),
    after,
  ),
)

const carriesToAnyHead = believes((after, before) =>
  dropped(after, before)
    .filter(({ base }) => base === headOf(before))
    .reduce((state, chain) => keepChain(state, { ...chain, base: headOf(after) ?? chain.base }), after),
)

/** When a chain has failed, its last member is said to have failed on those before it. */
const blamesTheLast = believes((after, before) => {
  const failed = after.tried.at(-1)
  const last = failed?.members.at(-1)
  const pr = last === undefined ? undefined : SortedMap.get(after.pullRequests, last.pr)
  const isNew = after.tried.length > before.tried.length
  if (!isNew || failed?.result._tag !== 'Failed' || failed.members.length < 2 || pr === undefined)
    return after
  const evidence = { ...failed.result.evidence, members: failed.members.slice(-1) }
  const blamed = { ...pr, result: some({ _tag: 'Failed', evidence } as const) }
  return { ...after, pullRequests: SortedMap.set(after.pullRequests, pr.snapshot.number, blamed) }
})

/** What passed alone is said to have passed with whoever is under test behind it. */
const takesTheFirstForAll = believes((after) =>
  SortedMap.valuesArray(after.runs).reduce((state, { id, base, members, chain, stage }) => {
    const first = members[0] === undefined ? undefined : SortedMap.get(after.pullRequests, members[0].pr)
    const passed = first !== undefined && isSome(first.result) && first.result.value._tag === 'Passed'
    return passed && members.length > 1 && stage._tag === 'Running'
      ? keepChain(state, { run: id, base, members, chain, ...stage })
      : state
  }, after),
)

const landsAgain: Reduce = (state, event) => {
  const [after, effects] = reduce(state, event)
  const ticket = isSome(state.landing) ? state.landing.value : undefined
  if (event._tag !== 'BranchLanded' || ticket === undefined) return [after, effects]
  const again = { _tag: 'LandBranch', id: 'LandBranch#again' as Effect['id'], ticket } as const
  return [after, [...effects, again]]
}

/** All that are ready as one chain, whatever came of it before. */
const neverSplits = reduceWith((view) => {
  const ready = [...view.candidates].map(({ number }) => number)
  return {
    start: ready.length < 2 ? [] : [{ members: ready, reason: 'all of them', mayExceedCap: false }],
    stop: [],
  }
})

/** Out at the first failure, however often the policy says to try again. */
const givesUpAtOnce: Reduce = (state, event) => {
  const retries = { failed: 0, infrastructure: 0, timeout: 0 }
  const [after, effects] = reduce({ ...state, policy: { ...state.policy, retries } }, event)
  return [{ ...after, policy: state.policy }, effects]
}

const ignoresPolicies: Reduce = (state, event) =>
  event._tag === 'PolicyChanged'
    ? reduce(state, { _tag: 'BatchHinted', at: event.at, batchId: none })
    : reduce(state, event)

const mutants: ReadonlyArray<readonly [string, string, Reduce, Model]> = [
  [
    'S9',
    'lands a chain though one of it was pushed to',
    keepsWhatWasPushedTo,
    chained({ prs: [{}, {}, {}], budget: { pushes: 1 } }, { _tag: 'batch', size: 3 }),
  ],
  [
    'S9',
    'carries a result over to whatever the head is now',
    carriesToAnyHead,
    chained({ budget: { headPushes: 1 } }, { _tag: 'batch', size: 2 }),
  ],
  ['S9', 'blames the last of a chain that failed', blamesTheLast, chained({ prs: [{ bad: true }, {}] })],
  ['S9', 'takes the result of the first for that of all', takesTheFirstForAll, chained({})],
  [
    'S1',
    'lands a part of a chain as if it were the whole',
    landings((e) => [{ ...e, ticket: { ...e.ticket, members: e.ticket.members.slice(-1) } }]),
    chained({}, { _tag: 'batch', size: 2 }),
  ],
  ['S8', 'lands a chain again', landsAgain, chained({})],
  ['Liveness', 'never splits a chain that failed', neverSplits, chained({ prs: [{ bad: true }, {}] })],
  [
    'Liveness',
    'gives up at the first failure',
    givesUpAtOnce,
    chained({ budget: { failures: 1 } }, undefined, {
      retries: { failed: 1, infrastructure: 1, timeout: 1 },
    }),
  ],
  ['S12', 'ignores a change of the strategy', ignoresPolicies, chained({ switches: [{ _tag: 'serial' }] })],
]

test.each(mutants)('%s: %s', (guarantee, _what, decide, model) => {
  const { findings } = visit(model, decide, { maxStates: 20_000, maxFindings: 1 })
  const found = findings.find((finding) => finding.guarantee === guarantee)
  expect(findings.map((finding) => finding.guarantee)).toContain(guarantee)
  expect(found?.steps).toBeLessThan(60)
})

test.each(mutants)('none of it is said of the real decider: %s, %s', (_guarantee, _what, _decide, model) => {
  expect(visit(model, reduce, { maxStates: 3_000, maxFindings: 1 }).findings).toEqual([])
})
