/** A checker that finds nothing proves nothing: each guarantee has a decider here that breaks it, and it is caught. */
import { describe, expect, test } from 'vitest'
import { isSome, some } from 'fp-ts/lib/Option.js'
import {
  reduce,
  SortedMap,
  type BranchState,
  type Effect,
  type EffectOf,
  type Event,
  type Policy,
  type PullRequestSnapshot,
} from '@headgate/core'
import type { Model, Reduce } from '@headgate/core/checking'
import { policies, small, visit } from './small.js'

/** The real decider, told something else than what happened. */
const mishears =
  (hear: (event: Event, state: BranchState) => Event): Reduce =>
  (state, event) =>
    reduce(state, hear(event, state))

/** The real decider, whose orders are changed on their way out. */
const missays =
  (say: (effects: ReadonlyArray<Effect>, event: Event) => ReadonlyArray<Effect>): Reduce =>
  (state, event) => {
    const [after, effects] = reduce(state, event)
    return [after, say(effects, event)]
  }

/** The real decider, under another policy than the one it was given. */
const obeys =
  (change: Partial<Policy>): Reduce =>
  (state, event) => {
    const [after, effects] = reduce({ ...state, policy: { ...state.policy, ...change } }, event)
    return [{ ...after, policy: state.policy }, effects]
  }

/** News about a commit that nobody has: nothing comes of it. */
const nothing = ({ at }: Event): Event => ({
  _tag: 'GithubHinted',
  at,
  concern: { _tag: 'Checks', sha: 'nobodys' as never },
})

const mapLanding = (change: (effect: EffectOf<'LandBranch'>) => Effect): Reduce =>
  missays((effects) => effects.map((e) => (e._tag === 'LandBranch' ? change(e) : e)))

const seen = (change: (snapshot: PullRequestSnapshot) => PullRequestSnapshot): Reduce =>
  mishears((event) => {
    if (event._tag === 'BranchObserved') return { ...event, pullRequests: event.pullRequests.map(change) }
    return event._tag === 'PullRequestObserved' && event.fate._tag === 'Open'
      ? { ...event, fate: { ...event.fate, snapshot: change(event.fate.snapshot) } }
      : event
  })

const acceptsOldReads: Reduce = (state, event) =>
  reduce(
    {
      ...state,
      pullRequests: SortedMap.valuesArray(state.pullRequests).reduce(
        (map, pr) => SortedMap.set(map, pr.snapshot.number, { ...pr, seq: 0 }),
        state.pullRequests,
      ),
    },
    event,
  )

/** Answers its own cancels, and gives no such order. */
const neverCancels: Reduce = (state, event) => {
  const [after, effects] = reduce(state, event)
  return effects
    .filter((effect) => effect._tag === 'CancelBatch')
    .reduce<ReturnType<Reduce>>(
      ([s, kept], effect) => {
        const [next, more] = reduce(s, { _tag: 'BatchCancelled', at: s.now, answers: effect.id })
        return [next, [...kept, ...more]]
      },
      [after, effects.filter((effect) => effect._tag !== 'CancelBatch')],
    )
}

/** Gives the result of #1 to #2 as well. */
const mixesUpResults: Reduce = (state, event) => {
  const [after, effects] = reduce(state, event)
  const [first, second] = SortedMap.valuesArray(after.pullRequests)
  return first !== undefined && second !== undefined && isSome(first.result)
    ? [
        {
          ...after,
          pullRequests: SortedMap.set(after.pullRequests, second.snapshot.number, {
            ...second,
            result: first.result,
          }),
        },
        effects,
      ]
    : [after, effects]
}

/** Says at every poll what it has said before. */
const repeatsItself = missays((effects, event) =>
  event._tag === 'BranchObserved'
    ? [
        ...effects,
        {
          _tag: 'ClosePullRequest',
          id: `ClosePullRequest/9#again-${event.at}` as Effect['id'],
          pr: 9 as never,
          landed: 'base' as never,
        },
      ]
    : effects,
)

const two = [{}, {}]
const mutants: ReadonlyArray<readonly [string, string, Reduce, Model]> = [
  [
    'S1',
    'lands a commit that nobody tested',
    mapLanding((e) => ({ ...e, ticket: { ...e.ticket, commit: some('untested' as never) } })),
    small({}),
  ],
  [
    'S2',
    'lands from a base that was not tested against',
    mapLanding((e) => ({ ...e, ticket: { ...e.ticket, base: 'elsewhere' as never } })),
    small({}),
  ],
  [
    'S3',
    'does not hear of a freeze',
    mishears((event) => (event._tag === 'BranchFrozen' ? nothing(event) : event)),
    small({ freezes: 1 }),
  ],
  [
    'S4',
    'takes every author for a known developer',
    seen((snapshot) => ({ ...snapshot, author: 'ada' })),
    small({}, policies.fastForward, [{ author: 'eve' }]),
  ],
  [
    'S5',
    'trusts whatever is pushed to the branch',
    obeys({ unverifiedHead: 'trust' }),
    small({ headPushes: 1 }, { ...policies.deploying, unverifiedHead: 'test' }),
  ],
  ['S6', 'never cancels what nobody needs', neverCancels, small({ pushes: 1 })],
  [
    'S7',
    'says success while the test runs',
    missays((effects) =>
      effects.map((e) => (e._tag === 'PostStatus' ? { ...e, state: 'success' as const } : e)),
    ),
    small({}),
  ],
  ['S8', 'gives every order twice', missays((effects) => [...effects, ...effects]), small({})],
  [
    'S9',
    'gives one pull request the result of another',
    mixesUpResults,
    small({}, policies.fastForward, two),
  ],
  [
    'S10',
    'takes every approval for one of the newest commit',
    seen((snapshot) => ({ ...snapshot, approvedShas: [snapshot.source] })),
    small({ pushes: 1 }),
  ],
  ['S11', 'accepts reads that are older than what it knows', acceptsOldReads, small({ pushes: 1, hints: 1 })],
  [
    'S12',
    'lets a change under test change the rules',
    (state, event) => {
      const [after, effects] = reduce(state, event)
      const changed = event._tag === 'CommitPrepared'
      return [changed ? { ...after, policy: { ...after.policy, requiredChecks: [] } } : after, effects]
    },
    small({}),
  ],
  [
    'Liveness',
    'forgets an approval',
    seen((snapshot) => ({ ...snapshot, reviewDecision: 'REVIEW_REQUIRED' })),
    small({}),
  ],
  [
    'Liveness',
    'never wakes up',
    mishears((event) => (event._tag === 'TimeAdvanced' ? nothing(event) : event)),
    small({}),
  ],
  ['Liveness', 'repeats an order at every poll', repeatsItself, small({}, policies.fastForward, [])],
]

describe('planted faults', () => {
  test.each(mutants)('%s: %s', (guarantee, _what, decide, model) => {
    const { findings } = visit(model, decide, { maxStates: 20_000, maxFindings: 1 })
    const found = findings.find((finding) => finding.guarantee === guarantee)
    expect(findings.map((finding) => finding.guarantee)).toContain(guarantee)
    expect(found?.steps).toBeLessThan(40)
    expect(found?.trace.length).toBeGreaterThan(found?.steps ?? 0)
  })
})

const traceOf = (decide: Reduce, model: Model): string => {
  const { findings } = visit(model, decide, { maxStates: 20_000, maxFindings: 1 })
  return findings
    .map(({ guarantee, text, trace }) => [`${guarantee}: ${text}`, ...trace].join('\n'))
    .join('\n\n')
}

test('a trace reads like a story: a frozen branch', () => {
  const [, , decide, model] = mutants[2] ?? []
  if (decide === undefined || model === undefined) throw new Error('no such mutant')
  expect(traceOf(decide, model)).toMatchSnapshot()
})

test('a trace reads like a story: an old read', () => {
  const [, , decide, model] = mutants[10] ?? []
  if (decide === undefined || model === undefined) throw new Error('no such mutant')
  expect(traceOf(decide, model)).toMatchSnapshot()
})
