import { none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, test } from 'vitest'
import { batchId, epochMs, prNumber, runId, sha, SortedMap } from '@headgate/core'
import {
  after,
  begin as beginStep,
  end,
  isOut,
  isOwnRun,
  nextRunId,
  order,
  orderAgain,
  restoreInFlight,
  retryLater,
  settle,
  subjectOf,
  subjectOfId,
  type Work,
} from '../../src/work/work.js'
import type { Order } from '../../src/model/effect.js'
import type { LandingTicket } from '../../src/model/ticket.js'
import { begin, fail, feed, fresh, out, wait } from '../support/bench.js'
import { policyOf, pull } from '../support/build.js'

const start = (): Work => beginStep(fresh().state, epochMs(1_000_000))
const orders: ReadonlyArray<readonly [string, Order]> = [
  ['ReadBranch', { _tag: 'ReadBranch' }],
  ['ReadHead', { _tag: 'ReadHead' }],
  ['ReadBatches', { _tag: 'ReadBatches' }],
  ['LandBranch', { _tag: 'LandBranch', ticket: {} as LandingTicket }],
  ['ReadPullRequest/4', { _tag: 'ReadPullRequest', pr: prNumber(4) }],
  ['ClosePullRequest/4', { _tag: 'ClosePullRequest', pr: prNumber(4), landed: sha('x') }],
  [
    'PrepareCommit/r',
    {
      _tag: 'PrepareCommit',
      run: runId('r'),
      base: sha('h'),
      members: [],
      method: 'merge',
      titles: [],
    },
  ],
  ['DeletePreparedCommit/r', { _tag: 'DeletePreparedCommit', run: runId('r') }],
  [
    'SubmitTestBatch/r',
    {
      _tag: 'SubmitTestBatch',
      run: runId('r'),
      purpose: 'gate',
      commit: sha('c'),
      tree: none,
      base: sha('h'),
      members: [],
      sourceBranch: none,
      labels: [],
      reason: '',
    },
  ],
  ['SubmitDeployBatch/r', { _tag: 'SubmitDeployBatch', run: runId('r'), sha: sha('h') }],
  ['ReadBatch/7', { _tag: 'ReadBatch', batchId: batchId(7) }],
  ['CancelBatch/7', { _tag: 'CancelBatch', batchId: batchId(7), reason: '' }],
  [
    'PostStatus/s',
    { _tag: 'PostStatus', sha: sha('s'), context: '', state: 'pending', description: '', pr: none },
  ],
  ['AnnounceDeployFailure/s', { _tag: 'AnnounceDeployFailure', sha: sha('s'), batchId: none, text: '' }],
  ['InspectCommit/c', { _tag: 'InspectCommit', commit: sha('c') }],
]

describe('the subject of an order', () => {
  test.each(orders)('%s', (subject, what) => {
    expect(subjectOf(what)).toBe(subject)
    const [effect] = end(order(start(), what))[1]
    expect(effect).toEqual({ ...what, id: `${subject}#lfls-1` })
    expect(effect && subjectOfId(effect.id)).toBe(subject)
  })
})

describe('an order', () => {
  const ordered = () => order(start(), { _tag: 'ReadHead' })

  test('is given once per subject', () => {
    const once = ordered()
    expect(order(once, { _tag: 'ReadHead' })).toBe(once)
    expect(isOut(once, 'ReadHead')).toBe(true)
  })

  test('is out until it is settled, and has an alarm', () => {
    const work = ordered()
    expect(SortedMap.get(work.inFlight, 'ReadHead')).toEqual({
      effect: { _tag: 'ReadHead', id: 'ReadHead#lfls-1' },
      seq: 1,
      attempt: 1,
      waiting: 'answer',
      due: 1_120_000,
    })
    expect(SortedMap.keysArray(work.book.alarms)).toEqual([{ at: 1_120_000, name: 'ReadHead' }])
    const settled = settle(work, 'ReadHead')
    expect(isOut(settled, 'ReadHead')).toBe(false)
    expect(SortedMap.isEmpty(settled.book.alarms)).toBe(true)
    expect(settle(settled, 'ReadHead')).toBe(settled)
  })

  test('has an id of its own', () => {
    const two = order(ordered(), { _tag: 'ReadBranch' })
    expect(end(two)[1].map((effect) => effect.id)).toEqual(['ReadHead#lfls-1', 'ReadBranch#lfls-2'])
  })

  test('that is not out is not given again, nor later', () => {
    const work = start()
    expect(orderAgain(work, 'ReadHead')).toBe(work)
    expect(retryLater(work, 'ReadHead')).toBe(work)
  })
})

describe('pauses double', () => {
  test.each([
    [1, 2],
    [2, 4],
    [3, 8],
    [8, 256],
    [9, 300],
    [60, 300],
  ])('after attempt %i: %i seconds', (attempt, seconds) => {
    const once = order(start(), { _tag: 'ReadHead' })
    const flight = SortedMap.get(once.inFlight, 'ReadHead')
    if (flight === undefined) throw new Error('not out')
    const work = { ...once, inFlight: SortedMap.set(once.inFlight, 'ReadHead', { ...flight, attempt }) }
    const { due } = SortedMap.get(retryLater(work, 'ReadHead').inFlight, 'ReadHead') ?? { due: 0 }
    expect(due - work.now).toBe(seconds * 1000)
  })

  test('at most twenty times, whatever the policy allows', () => {
    const durations = { ...policyOf().durations, retryMaxSeconds: Number.MAX_SAFE_INTEGER }
    const work = order({ ...start(), policy: policyOf({ durations }) }, { _tag: 'ReadHead' })
    const flight = SortedMap.get(work.inFlight, 'ReadHead')
    if (flight === undefined) throw new Error('not out')
    const tried = { ...work, inFlight: SortedMap.set(work.inFlight, 'ReadHead', { ...flight, attempt: 90 }) }
    const { due } = SortedMap.get(retryLater(tried, 'ReadHead').inFlight, 'ReadHead') ?? { due: 0 }
    expect(due - work.now).toBe(2 * 2 ** 20 * 1000)
  })

  test('attempts are counted over retries, for a read too', () => {
    const bench = feed(begin(), { _tag: 'GithubHinted', concern: { _tag: 'Head' } })
    wait(fail(bench, 'ReadHead', 'transient'), 2)
    wait(fail(bench, 'ReadHead', 'transient'), 3)
    expect(SortedMap.get(bench.state.inFlight, 'ReadHead')).toMatchObject({ attempt: 2, waiting: 'retry' })
    wait(bench, 1)
    expect(SortedMap.get(bench.state.inFlight, 'ReadHead')).toMatchObject({ attempt: 3, waiting: 'answer' })
  })

  test('an order that is given again has its time to be answered anew', () => {
    const bench = begin([pull(1)])
    wait(fail(bench, 'PostStatus', 'transient'), 2)
    expect(SortedMap.get(bench.state.inFlight, 'PostStatus/s1')).toMatchObject({
      attempt: 2,
      waiting: 'answer',
      due: bench.now + 120_000,
    })
    expect(out(bench, 'PostStatus')).toBeDefined()
  })
})

describe('a step', () => {
  test('counts, and takes its time from the event unless that goes back', () => {
    const { state } = fresh()
    const first = beginStep(state, epochMs(50))
    expect(first).toMatchObject({ seq: 1, now: 50 })
    const [after1] = end(first)
    expect(beginStep(after1, epochMs(40))).toMatchObject({ seq: 2, now: 50 })
    expect(beginStep(after1, epochMs(60))).toMatchObject({ seq: 2, now: 60 })
  })

  test('the first event names the life of the state', () => {
    const [state] = end(beginStep(fresh().state, epochMs(36)))
    expect(state.epoch).toBe('10')
    expect(beginStep(state, epochMs(72)).epoch).toBe('10')
    expect(nextRunId({ ...start(), epoch: '10' })[1]).toBe('run-10-1')
  })

  test('ends as a state and what was ordered', () => {
    const [state, effects] = end(order(start(), { _tag: 'ReadHead' }))
    expect(effects).toHaveLength(1)
    expect(Object.keys(state)).not.toContain('outbox')
    expect(Object.keys(state)).not.toContain('attention')
    expect(state.head).toEqual(none)
  })
})

test('seconds become whole milliseconds', () => {
  expect(after(epochMs(10), 1.5)).toBe(1510)
  expect(after(epochMs(10), 0.0004)).toBe(10)
  expect(some(after(epochMs(0), 2))).toEqual(some(2000))
})

test('what was in flight is put back as it was, with its alarms', () => {
  const work = order(order(start(), { _tag: 'ReadHead' }), { _tag: 'ReadBranch' })
  const back = restoreInFlight(start(), SortedMap.valuesArray(work.inFlight))
  expect(SortedMap.toArray(back.inFlight)).toEqual(SortedMap.toArray(work.inFlight))
  expect(SortedMap.keysArray(back.book.alarms)).toEqual(SortedMap.keysArray(work.book.alarms))
})

test('a run is known by its name to be of this life', () => {
  const work = { ...start(), epoch: '10' }
  expect(isOwnRun(work, nextRunId(work)[1])).toBe(true)
  expect(isOwnRun(work, runId('run-1-10'))).toBe(false)
  expect(isOwnRun(work, runId('run-100-1'))).toBe(false)
})
