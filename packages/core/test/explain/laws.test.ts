/**
 * Goal: what is explained is what is decided; what it names is there; nothing waits without a deadline. Method: every
 * state of random games with faults on every effect, and each state again without what is under way in it, since the
 * planner leaves no ticket unused.
 * Replay: HEADGATE_SEED=<seed> npx vitest run packages/core/test/explain
 */
import * as fc from 'fast-check'
import { isNone, isSome, none, type Option } from 'fp-ts/lib/Option.js'
import * as S from 'fp-ts/lib/string.js'
import { describe, expect, test } from 'vitest'
import {
  BranchExplanation,
  deadlineViolations,
  defaultPolicy,
  explain,
  explainBranch,
  Explanation,
  explainPullRequest,
  overdueViolations,
  queueOf,
  reduce,
  SortedMap,
  waitsOf,
  type BranchState,
  type Effect,
  type Event,
  type Policy,
  type Reason,
  type Violation,
} from '@headgate/core'
import { deployIsDue } from '../../src/landing/branchHolds.js'
import { issueTicket } from '../../src/landing/ticket.js'
import { move, newGame, play, settleDown, type Move } from '../support/play.js'

const seed = Number(process.env['HEADGATE_SEED'] ?? Date.now() % 2 ** 31)
const numRuns = Number(process.env['HEADGATE_RUNS'] ?? 25)
console.log(`explain: HEADGATE_SEED=${seed}`)

type Step = (before: BranchState, event: Event, after: BranchState) => void

/** Plays random games to their end and shows every step. */
const everyStep = (policy: Partial<Policy>, see: Step, more: fc.Parameters<unknown> = {}): void =>
  fc.assert(
    fc.property(
      fc.array(move, { minLength: 20, maxLength: 150, size: 'max' }),
      (moves: ReadonlyArray<Move>) => {
        const watched: typeof reduce = (before, event) => {
          const [after, effects] = reduce(before, event)
          see(before, event, after)
          return [after, effects]
        }
        const game = newGame(policy, watched)
        moves.forEach((m) => play(game, m))
        settleDown(game)
      },
    ),
    { seed, numRuns, interruptAfterTimeLimit: 20_000, markInterruptAsFailure: false, ...more },
  )

const policies: ReadonlyArray<readonly [string, Partial<Policy>]> = [
  ['fast-forward', {}],
  ['forge-merge', { landing: 'forge-merge', mergeMethod: 'squash' }],
  ['trusted head, hold', { unverifiedHead: 'trust', onDeployFailure: 'hold', maxTestRuns: 1 }],
  ['batches run too long', { durations: { ...defaultPolicy.durations, testTimeoutSeconds: 100 } }],
  ['own checks', { requiredChecks: ['lint'], deployable: false, approvals: 'of-the-pull-request' }],
]

/** The state, and the states it would be without what is under way. */
const variants = (state: BranchState): ReadonlyArray<BranchState> => {
  const read = ['ReadBranch', 'ReadBatches'].reduce(
    (flights, subject) => SortedMap.remove(flights, subject),
    state.inFlight,
  )
  const idle = { ...state, landing: none, inFlight: read }
  const undeployed = { ...idle, frozen: none, deploy: { ...state.deploy, current: none } }
  const policy = { ...state.policy, deployable: false }
  return [
    state,
    idle,
    undeployed,
    { ...undeployed, policy },
    { ...idle, policy: { ...policy, mergeable: false } },
  ]
}

const numbers = (state: BranchState) => SortedMap.keysArray(state.pullRequests)

/** The law itself, over any explainer, so that a faulty one can be shown to break it. */
const unexplained = (state: BranchState, explainer: typeof explain): ReadonlyArray<string> =>
  numbers(state).flatMap((n) => {
    const held = explainer(state, n).length > 0
    return held === isSome(issueTicket(state, n)) ? [`#${n} is ${held ? '' : 'not '}held back`] : []
  })

describe.each(policies)('%s', (_name, policy) => {
  test('explain is empty exactly when a landing ticket would be issued', () => {
    const seen = { free: 0, held: 0 }
    everyStep(policy, (_before, _event, after) => {
      for (const state of variants(after)) {
        expect(unexplained(state, explain)).toEqual([])
        for (const n of numbers(state)) seen[explain(state, n).length === 0 ? 'free' : 'held'] += 1
      }
    })
    expect(seen.free).toBeGreaterThan(0)
    expect(seen.held).toBeGreaterThan(0)
  })

  test('nothing holds the deploy back exactly when it succeeded or would start', () => {
    everyStep(policy, (_before, _event, after) => {
      for (const state of variants(after)) {
        const { head, deploy } = state
        const done = isSome(head) && isSome(deploy.last) && deploy.last.value.sha === head.value.sha
        const good = done && isNone(deploy.current) && deploy.last.value.outcome === 'success'
        const listing = SortedMap.has(state.inFlight, 'ReadBatches')
        const starts = deployIsDue(state) && isNone(state.landing) && state.listed && !listing
        expect(explainBranch(state).deploying.length === 0).toBe(starts || good)
      }
    })
  })

  test('the deadline law: every wait names facts and a time, and no time passes it unseen', () => {
    const seen = new Set<string>()
    everyStep(policy, (before, event, after) => {
      sound(deadlineViolations(after))
      if (event._tag === 'TimeAdvanced') sound(overdueViolations(before, after))
      waitsOf(after).forEach(({ wait }) => seen.add(wait.awaited._tag))
    })
    expect([...seen]).toEqual(expect.arrayContaining(['Order', 'Batch', 'Somebody', 'Place']))
  })

  test('what an explanation names is there', () => {
    everyStep(policy, (_before, _event, after) => {
      const { landing, deploying, queue } = explainBranch(after)
      const ofPrs = numbers(after).flatMap((n) => explain(after, n).map((r) => [n, r] as const))
      const ofBranch = [...landing, ...deploying].map((r) => [undefined, r] as const)
      for (const [n, reason] of [...ofPrs, ...ofBranch]) expect(untrue(after, n, reason)).toEqual([])
      expect(queue).toEqual(queueOf(after))
      for (const n of numbers(after)) {
        const why = explainPullRequest(after, n)
        if (isNone(why)) throw new Error(`#${n} is open and not explained`)
        const place = queue.indexOf(n)
        expect(why.value.ahead).toEqual(queue.slice(0, Math.max(place, 0)))
        expect(isSome(why.value.position) ? why.value.position.value : 0).toBe(place + 1)
      }
    })
  })

  test('explanations come back from JSON as they went', () => {
    everyStep(policy, (_before, _event, after) => {
      const branch = explainBranch(after)
      expect(BranchExplanation.decode(throughJson(BranchExplanation.encode(branch)))).toEqual({
        _tag: 'Right',
        right: branch,
      })
      for (const n of numbers(after).slice(0, 2)) {
        const why = explainPullRequest(after, n)
        if (isSome(why))
          expect(Explanation.decode(throughJson(Explanation.encode(why.value)))).toEqual({
            _tag: 'Right',
            right: why.value,
          })
      }
    })
  })
})

const throughJson = (u: unknown): unknown => JSON.parse(JSON.stringify(u))

const named = <A>(option: Option<A>): ReadonlyArray<A> => (isSome(option) ? [option.value] : [])

/** What a reason claims that the state does not show. Looked up afresh, not by the code that made it. */
const untrue = (
  state: BranchState,
  number: number | undefined,
  { code, evidence }: Reason,
): ReadonlyArray<string> => {
  const pr = SortedMap.valuesArray(state.pullRequests).find((p) => p.snapshot.number === number)
  const result = pr !== undefined && isSome(pr.result) ? pr.result.value : undefined
  const batches = [
    ...SortedMap.valuesArray(state.runs).flatMap((r) =>
      r.stage._tag === 'Running' ? [r.stage.batchId] : [],
    ),
    ...(result === undefined || result._tag === 'Errored' ? [] : [result.evidence.batchId]),
    ...(isSome(state.deploy.current) ? named(state.deploy.current.value.batchId) : []),
    ...(isSome(state.deploy.last) ? named(state.deploy.last.value.batchId) : []),
    ...(isSome(state.landing) ? [state.landing.value.batchId] : []),
    ...(isSome(state.head) && state.head.value.standing._tag === 'Inspecting'
      ? [state.head.value.standing.ticket.batchId]
      : []),
    ...(isSome(state.head) &&
    state.head.value.standing._tag === 'Broken' &&
    isSome(state.head.value.standing.batchId)
      ? [state.head.value.standing.batchId.value]
      : []),
  ]
  const claims: Array<readonly [string, boolean]> = [
    ['the code is that of the evidence', code === evidence._tag],
  ]
  if ('batchId' in evidence) {
    const { batchId } = evidence
    const claimed = typeof batchId === 'number' ? [batchId] : named(batchId)
    claims.push(['the batch is known', claimed.every((b) => batches.includes(b))])
  }
  if ('head' in evidence)
    claims.push(['the head is the head', isSome(state.head) && state.head.value.sha === evidence.head])
  if ('source' in evidence) claims.push(['the source is its own', pr?.snapshot.source === evidence.source])
  if ('check' in evidence)
    claims.push([
      'the check is required',
      [...state.requiredChecks, ...state.policy.requiredChecks].includes(evidence.check),
    ])
  if ('reports' in evidence)
    claims.push([
      'it was reported',
      evidence.reports.length > 0 && evidence.reports.every((r) => pr?.snapshot.checks.includes(r) ?? false),
    ])
  if ('labels' in evidence)
    claims.push(['it has the labels', evidence.labels.every((l) => pr?.snapshot.labels.includes(l) ?? false)])
  if (evidence._tag === 'Testing' || evidence._tag === 'DeployInFlight') {
    const deploy = isSome(state.deploy.current) ? [state.deploy.current.value.run] : []
    claims.push(['the run is there', [...SortedMap.keysArray(state.runs), ...deploy].includes(evidence.run)])
  }
  if (evidence._tag === 'OutOfDate')
    claims.push([
      'it passed on that base',
      result?._tag === 'Passed' && result.evidence.base === evidence.base && evidence.base !== evidence.head,
    ])
  if (evidence._tag === 'LandingPaused')
    claims.push(['attempts are left', evidence.attempts < evidence.limit && evidence.pr === number])
  if (evidence._tag === 'WaitingForTest')
    claims.push([
      'somebody takes the places, or something comes first',
      evidence.running.length > 0 ||
        isSome(state.landing) ||
        !state.listed ||
        SortedMap.keysArray(state.inFlight).some((s) => s === 'ReadBatches' || s.startsWith('PostStatus/')),
    ])
  return claims.filter(([, holds]) => !holds).map(([claim]) => `${code}: not true that ${claim}`)
}

const sound = (broken: ReadonlyArray<Violation>): void => {
  if (broken.length > 0) throw new Error(broken.map((b) => b.text).join('; '))
}

/** The state without its orders of one kind. */
const forgetting = (state: BranchState, tag: Effect['_tag']): BranchState => ({
  ...state,
  inFlight: SortedMap.fromEntries(
    S.Ord,
    SortedMap.toArray(state.inFlight).filter(([, flight]) => flight.effect._tag !== tag),
  ),
})

describe('faults are caught', () => {
  /** Plays until a check fails, and throws what it failed with. */
  const caught = (check: (state: BranchState, before: BranchState, event: Event) => void) => (): void => {
    try {
      everyStep({}, (before, event, after) => check(after, before, event), { endOnFailure: true })
    } catch (failure) {
      throw (failure as Error).cause
    }
  }

  test('an explainer that hides one kind of hold', () => {
    const hiding: typeof explain = (state, n) => explain(state, n).filter((r) => r.code !== 'Testing')
    expect(
      caught((state) => variants(state).forEach((s) => expect(unexplained(s, hiding)).toEqual([]))),
    ).toThrow()
  })

  test('an explainer that names a hold that does not hold', () => {
    const inventing: typeof explain = (state, n) => {
      const [first] = explainBranch({ ...state, policy: { ...state.policy, mergeable: false } }).landing
      return [...explain(state, n), ...(first === undefined ? [] : [first])]
    }
    expect(
      caught((state) => variants(state).forEach((s) => expect(unexplained(s, inventing)).toEqual([]))),
    ).toThrow()
  })

  test('a state that lost its alarms, and an order that nobody remembers', () => {
    const slept = (s: BranchState): BranchState => ({
      ...s,
      book: { ...s.book, alarms: SortedMap.fromEntries({ equals: Object.is, compare: () => 0 }, []) },
    })
    expect(caught((state) => sound(deadlineViolations(slept(state))))).toThrow(/is slept past/)
    expect(caught((state) => sound(deadlineViolations(forgetting(state, 'PrepareCommit'))))).toThrow(
      /is ours to end and nothing is under way/,
    )
  })

  test('a core that ignores time, and one whose polls read nothing', () => {
    const idle = (after: BranchState, before: BranchState, event: Event): void => {
      if (event._tag === 'TimeAdvanced') sound(overdueViolations(before, { ...before, now: after.now }))
    }
    const blind = (after: BranchState, before: BranchState, event: Event): void => {
      if (event._tag === 'TimeAdvanced') sound(overdueViolations(before, forgetting(after, 'ReadBranch')))
    }
    expect(caught(idle)).toThrow(/is past its deadline/)
    expect(caught(blind)).toThrow(/passed its deadline unseen/)
  })
})
