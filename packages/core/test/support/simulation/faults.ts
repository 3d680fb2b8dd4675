/**
 * Planted faults: for each guarantee a `reduce` that is wrong in one way, as somebody might write it. They show that the
 * properties catch what they are there to catch, and how short the trace is that they come back with.
 */
import { none, some } from 'fp-ts/lib/Option.js'
import {
  batchId,
  effectId,
  reduce,
  sha,
  SortedMap,
  type BranchState,
  type Effect,
  type Event,
  type LandingTicket,
} from '@headgate/core'
import type { Reduce } from './game.js'

export interface Fault {
  readonly guarantee: string
  readonly name: string
  readonly reduce: Reduce
}

type Of<T extends Effect['_tag']> = Extract<Effect, { readonly _tag: T }>

/** Changes every order of one kind. */
const changing =
  <T extends Effect['_tag']>(tag: T, change: (effect: Of<T>, state: BranchState) => Effect): Reduce =>
  (state, event) => {
    const [after, effects] = reduce(state, event)
    return [after, effects.map((e) => (e._tag === tag ? change(e as Of<T>, after) : e))]
  }

const withTicket = (change: (ticket: LandingTicket, state: BranchState) => object): Reduce =>
  changing('LandBranch', (effect, state) => ({
    ...effect,
    ticket: { ...effect.ticket, ...change(effect.ticket, state) } as LandingTicket,
  }))

/** Sees the world as it would like it to be. */
const seeing =
  (see: (event: Event, state: BranchState) => Event): Reduce =>
  (state, event) =>
    reduce(state, see(event, state))

const approveAll = seeing((event) =>
  event._tag === 'PullRequestObserved' && event.fate._tag === 'Open'
    ? {
        ...event,
        fate: {
          ...event.fate,
          snapshot: {
            ...event.fate.snapshot,
            reviewDecision: 'APPROVED',
            approvedShas: [event.fate.snapshot.source],
          },
        },
      }
    : event,
)

const trustAll: Reduce = (state, event) => {
  const authors = SortedMap.valuesArray(state.pullRequests).map((pr) => pr.snapshot.author)
  const policy = {
    ...state.policy,
    trustedAuthors: [...new Set([...state.policy.trustedAuthors, ...authors])],
  }
  const [after, effects] = reduce({ ...state, policy }, event)
  return [{ ...after, policy: event._tag === 'PolicyChanged' ? event.policy : state.policy }, effects]
}

/** Any answer about a subject passes for the newest, and nobody remembers since when something is known. */
const anyAnswer: Reduce = (state, event) => {
  const forgotten = SortedMap.valuesArray(state.pullRequests).reduce(
    (map, pr) => SortedMap.set(map, pr.snapshot.number, { ...pr, seq: 0 }),
    state.pullRequests,
  )
  const subject = 'answers' in event ? event.answers.slice(0, event.answers.lastIndexOf('#')) : ''
  const flight = SortedMap.get(state.inFlight, subject)
  const passes = flight === undefined ? event : ({ ...event, answers: flight.effect.id } as Event)
  return reduce({ ...state, pullRequests: forgotten }, passes)
}

const independent = <S extends { readonly dependsOn: ReadonlyArray<unknown> }>(snapshot: S): S => ({
  ...snapshot,
  dependsOn: [],
})

/** Reads no descriptions. */
const seeNoDependencies = seeing((event) => {
  if (event._tag === 'BranchObserved') return { ...event, pullRequests: event.pullRequests.map(independent) }
  return event._tag === 'PullRequestObserved' && event.fate._tag === 'Open'
    ? { ...event, fate: { ...event.fate, snapshot: independent(event.fate.snapshot) } }
    : event
})

/** Hears of a retry as if nothing had been said. */
const forgetRetries = seeing((event) =>
  event._tag === 'TestRetried' ? { _tag: 'TimeAdvanced', at: event.at } : event,
)

/** Deploys whatever the head is, tested or not. */
const deployAnything: Reduce = (state, event) => {
  const [after, effects] = reduce(state, event)
  const head = after.head._tag === 'Some' ? after.head.value.sha : undefined
  const fresh = state.head._tag === 'None' && head !== undefined
  const id = effectId('SubmitDeployBatch/rash#1')
  return [
    after,
    fresh ? [...effects, { _tag: 'SubmitDeployBatch', id, run: 'rash' as never, sha: head }] : effects,
  ]
}

const uncapped: Reduce = (state, event) => {
  const [after, effects] = reduce({ ...state, policy: { ...state.policy, maxTestRuns: 50 } }, event)
  return [{ ...after, policy: event._tag === 'PolicyChanged' ? event.policy : state.policy }, effects]
}

const praise = changing('PostStatus', (effect) => ({ ...effect, state: 'success' }))

/** Each time it repeats an order it gives it a new name, so that acting on it twice is acting twice. */
const renaming = changing('SubmitTestBatch', (effect, state) => ({
  ...effect,
  id: effectId(`${effect.id.slice(0, effect.id.lastIndexOf('#'))}#${state.seq}`),
}))

const labelledPolicy: Reduce = (state, event) => {
  const [after, effects] = reduce(state, event)
  const asked = SortedMap.valuesArray(after.pullRequests).some((pr) =>
    pr.snapshot.labels.includes('prio:high'),
  )
  return [
    asked ? { ...after, policy: { ...after.policy, requiredChecks: [], maxTestRuns: 9 } } : after,
    effects,
  ]
}

/** Asks for the branch and never gets to see it. */
const blind: Reduce = (state, event) => {
  const [after, effects] = reduce(state, event)
  return [after, effects.filter((effect) => effect._tag !== 'ReadBranch')]
}

const chatty: Reduce = (state, event) => {
  const [after, effects] = reduce(state, event)
  return event._tag === 'StatusPosted'
    ? [after, [...effects, { _tag: 'ReadHead', id: event.answers }]]
    : [after, effects]
}

export const faults: ReadonlyArray<Fault> = [
  {
    guarantee: 'S1',
    name: 'lands what no batch tested',
    reduce: withTicket(() => ({ batchId: batchId(999) })),
  },
  { guarantee: 'S1', name: 'lands another commit', reduce: withTicket((t) => ({ commit: some(t.base) })) },
  {
    guarantee: 'S2',
    name: 'lands on a head it was not tested on',
    reduce: withTicket(() => ({ base: sha('base9') })),
  },
  { guarantee: 'S3', name: 'takes every pull request for approved', reduce: approveAll },
  { guarantee: 'S3', name: 'lands what depends on what has not', reduce: seeNoDependencies },
  { guarantee: 'S4', name: 'tests the code of strangers', reduce: trustAll },
  { guarantee: 'S5', name: 'deploys an untested head', reduce: deployAnything },
  { guarantee: 'S6', name: 'knows no cap', reduce: uncapped },
  { guarantee: 'S7', name: 'calls everything a success', reduce: praise },
  { guarantee: 'S8', name: 'begins one run under two names', reduce: renaming },
  {
    guarantee: 'S9',
    name: 'lands on the evidence of the batch before',
    reduce: withTicket((t) => ({ batchId: batchId(t.batchId - 1) })),
  },
  {
    guarantee: 'S10',
    name: 'lands another source than was reviewed',
    reduce: withTicket((t) => ({ members: t.members.map((m) => ({ ...m, source: sha(`${m.source}x`) })) })),
  },
  { guarantee: 'S11', name: 'lets old reads override newer ones', reduce: anyAnswer },
  { guarantee: 'S11', name: 'forgets what was retried', reduce: forgetRetries },
  { guarantee: 'S12', name: 'takes its rules from a label', reduce: labelledPolicy },
  { guarantee: 'Liveness', name: 'never looks at the branch', reduce: blind },
  { guarantee: 'Idempotence', name: 'repeats itself', reduce: chatty },
  { guarantee: 'S1', name: 'lands without naming the commit', reduce: withTicket(() => ({ commit: none })) },
]
