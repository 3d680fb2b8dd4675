import { none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, test } from 'vitest'
import { epochMs, prNumber, runId, sha, type PullRequest, type TestRun } from '@headgate/core'
import { serial as strategy } from '../../src/queue/serial.js'
import { strategyOf } from '../../src/queue/strategy.js'
import type { QueueView } from '../../src/queue/view.js'
import { errored, facts, passed, policyOf } from '../support/build.js'

const key = (number: number) => ({
  high: false,
  unblocked: true,
  rank: 1 as const,
  turn: 0,
  number: prNumber(number),
})
const known = (number: number, change: Partial<PullRequest> = {}): PullRequest => ({
  ...facts(number),
  place: {
    key: key(number),
    candidate: true,
    ready: true,
    untested: true,
    settledOn: none,
    landableOn: none,
    waiting: none,
    overdue: false,
  },
  ...change,
})
const runOn = (base: string, ...numbers: ReadonlyArray<number>): TestRun => ({
  id: runId(`r${base}`),
  purpose: 'gate',
  base: sha(base),
  members: numbers.map((n) => ({ pr: prNumber(n), source: sha(`s${n}`) })),
  chain: [],
  stage: { _tag: 'Preparing' },
  reason: '',
  startedAt: epochMs(1),
  abandoned: false,
})

/** The view of a queue on head `h0` with three places. */
const view = (change: {
  candidates?: ReadonlyArray<number>
  untested?: ReadonlyArray<number>
  running?: ReadonlyArray<TestRun>
  known?: ReadonlyArray<PullRequest>
}): QueueView => ({
  head: sha('h0'),
  candidates: (change.candidates ?? []).map(key),
  untested: (change.untested ?? []).map(key),
  running: change.running ?? [],
  tried: [],
  lately: [],
  chains: [],
  mayTest: () => true,
  mayFollow: () => true,
  overdue: undefined,
  maxOvertaken: 50,
  now: epochMs(1),
  maxTestRuns: 3,
  pullRequest: (number) =>
    (change.known ?? [1, 2, 3, 4, 5].map((n) => known(n))).find((pr) => pr.snapshot.number === number),
})

const serial = (of: QueueView) => strategy(of).start

const candidate = (pr: number, reason = 'merge candidate') => ({ members: [pr], reason, mayExceedCap: true })
const first = (pr: number) => ({ members: [pr], reason: 'not tested yet', mayExceedCap: false })

test('the policy `serial` means this strategy', () => expect(strategyOf(policyOf())).toBe(strategy))

describe('the merge candidate', () => {
  test('is the first of the list', () => expect(serial(view({ candidates: [2, 1] }))).toEqual([candidate(2)]))

  test('nobody: nothing to test', () => expect(serial(view({}))).toEqual([]))

  test('one that is not open any more: nothing to test', () =>
    expect(serial(view({ candidates: [9] }))).toEqual([]))

  test('is not tested again where it passed', () =>
    expect(serial(view({ candidates: [1], known: [known(1, { result: passed(1) })] }))).toEqual([]))

  test('is tested again on a new head', () => {
    const result = passed(1, { base: sha('old') })
    expect(serial(view({ candidates: [1], known: [known(1, { result })] }))).toEqual([
      candidate(1, 'merge candidate on a new head'),
    ])
  })

  test('is tried again where it conflicted: whether that makes sense the queue has decided', () =>
    expect(serial(view({ candidates: [1], known: [known(1, { result: errored() })] }))).toEqual([
      candidate(1, 'merge candidate on a new head'),
    ]))

  test('waits for its run on this head', () =>
    expect(serial(view({ candidates: [1], running: [runOn('h0', 1)] }))).toEqual([]))

  test('is one of several members of a run', () =>
    expect(serial(view({ candidates: [1], running: [runOn('h0', 2, 1)] }))).toEqual([]))

  test.each([
    ['on another head', runOn('old', 1)],
    ["another's run", runOn('h0', 2)],
  ])('does not wait for a run %s', (_which, run) =>
    expect(
      serial(view({ candidates: [1], running: [run], known: [known(1, { run: some(run.id) })] })),
    ).toEqual([candidate(1)]),
  )
})

describe('the candidate among the others', () => {
  test('its run on an older head takes no place: it is about to be replaced', () => {
    const running = [runOn('old', 1), runOn('h0', 4)]
    expect(serial(view({ candidates: [1], untested: [2, 3], running }))).toEqual([candidate(1), first(2)])
  })

  test('a run of several takes a place unless the candidate is among them', () => {
    const running = [runOn('old', 1, 5), runOn('h0', 4)]
    expect(serial(view({ candidates: [1], untested: [2, 3], running }))).toEqual([candidate(1), first(2)])
  })
})

describe('everybody else', () => {
  test('is tested once, in order, while there are free places', () =>
    expect(serial(view({ untested: [1, 2, 3, 4] }))).toEqual([first(1), first(2), first(3)]))

  test('gets the places that runs leave', () =>
    expect(serial(view({ untested: [1, 2, 3], running: [runOn('h0', 4), runOn('h0', 5)] }))).toEqual([
      first(1),
    ]))

  test('gets none while the cap is exceeded', () => {
    const running = [1, 2, 3, 4].map((n) => runOn('h0', n))
    expect(serial(view({ untested: [5], running }))).toEqual([])
  })

  test('the candidate takes a place in its turn, and is not tested twice', () =>
    expect(serial(view({ candidates: [2], untested: [1, 2, 3, 4] }))).toEqual([
      first(1),
      candidate(2),
      first(3),
    ]))

  test('the candidate comes on top when those before it take all the places', () =>
    expect(serial(view({ candidates: [4], untested: [1, 2, 3, 4, 5] }))).toEqual([
      first(1),
      first(2),
      first(3),
      candidate(4),
    ]))
})
