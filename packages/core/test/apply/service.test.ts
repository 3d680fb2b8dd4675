import { none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, test } from 'vitest'
import { SortedMap } from '@headgate/core'
import {
  answer,
  begin,
  deploying,
  fail,
  feed,
  green,
  list,
  ordered,
  out,
  post,
  prOf,
  run,
  runOf,
  see,
  wait,
  type Bench,
} from '../support/bench.js'
import { policyOf, pull } from '../support/build.js'

const hour = 3600
const durations = (change: object) => ({ durations: { ...policyOf().durations, ...change } })

describe('the regular poll', () => {
  const polled = [{ _tag: 'ReadBranch' }, { _tag: 'ReadBatches' }]

  test('reads everything when it is due, not before', () => {
    const bench = begin()
    expect(ordered(wait(bench, 299))).toEqual([])
    expect(ordered(wait(bench, 1))).toEqual(polled)
    expect(bench.state.pollAt).toBe(bench.now + 300_000)
  })

  test('comes as often as the policy says', () =>
    expect(ordered(wait(begin([], durations({ pollSeconds: 30 })), 30))).toEqual(polled))

  test('a restart polls at once', () => {
    const bench = begin()
    bench.now += 5000
    expect(ordered(feed(bench, { _tag: 'ServiceStarted' }))).toEqual(polled)
    expect(bench.state.pollAt).toBe(bench.now + 300_000)
  })
})

describe('an order that is not answered', () => {
  test('in time counts as unknown and is given again', () => {
    const bench = begin([pull(1)])
    const first = out(bench, 'PostStatus')
    wait(bench, 119)
    expect(SortedMap.get(bench.state.inFlight, 'PostStatus/s1')).toMatchObject({ waiting: 'answer' })
    wait(bench, 1)
    expect(SortedMap.get(bench.state.inFlight, 'PostStatus/s1')).toMatchObject({ waiting: 'retry' })
    expect(ordered(bench, 'PostStatus')).toEqual([])
    wait(bench, 2)
    expect(bench.effects).toContainEqual(first)
  })

  test('ever: says so in the end', () => {
    const bench = begin([pull(1)], { effectAttempts: 1 })
    wait(bench, 120)
    expect(prOf(bench, 1).result).toMatchObject(some({ _tag: 'Errored', text: 'No answer came in time.' }))
  })

  test('a landing is looked at', () => {
    const bench = wait(green(begin([pull(1)]), 1, 7), 120)
    expect(ordered(bench, 'ReadHead')).toHaveLength(1)
    expect(ordered(bench, 'LandBranch')).toEqual([])
  })
})

describe('a running test', () => {
  const reads = (bench: Bench) => ordered(bench, 'ReadBatch')

  test('is looked at as often as the policy says, should its callback be lost', () => {
    const bench = run(post(begin([pull(1)])), 1, 7)
    expect(reads(wait(bench, 59))).toEqual([])
    expect(reads(wait(bench, 1))).toEqual([{ _tag: 'ReadBatch', batchId: 7 }])
    expect(runOf(bench, 1).stage).toMatchObject({ lookAt: bench.now + 60_000 })
    answer(bench, 'ReadBatch', {
      _tag: 'BatchObserved',
      fate: { _tag: 'Known', state: 'running', complete: false },
    })
    expect(reads(wait(bench, 59))).toEqual([])
    expect(reads(wait(bench, 1))).toHaveLength(1)
  })

  test('that takes too long is cancelled and ends with an error', () => {
    const bench = run(post(begin([pull(1)], durations({ pollSeconds: 9 * hour }))), 1, 7)
    wait(bench, 4 * hour - 1)
    expect(ordered(bench, 'CancelBatch')).toEqual([])
    wait(bench, 1)
    expect(ordered(bench, 'CancelBatch')).toEqual([
      { _tag: 'CancelBatch', batchId: 7, reason: 'it ran too long' },
    ])
    expect(prOf(bench, 1)).toMatchObject({
      run: none,
      result: some({
        _tag: 'Errored',
        base: 'h0',
        code: 'Timeout',
        text: 'Batch 7 was still running after 14400 seconds and was cancelled.',
      }),
    })
  })

  test('has no batch to look at while its commit is being prepared', () =>
    expect(reads(wait(post(begin([pull(1)])), 60))).toEqual([]))
})

describe('a running deploy', () => {
  const deployed = () =>
    deploying(begin([], { deployable: true, ...durations({ pollSeconds: 9 * hour }) }), 5)

  test('is looked at as often as the policy says', () => {
    const bench = deployed()
    expect(ordered(wait(bench, 59))).toEqual([])
    expect(ordered(wait(bench, 1))).toEqual([{ _tag: 'ReadBatch', batchId: 5 }])
    expect(bench.state.deploy.current).toMatchObject(some({ lookAt: bench.now + 60_000 }))
  })

  test('that takes too long is cancelled; it is in flight until it has been seen to stop, as failed', () => {
    const bench = deployed()
    wait(bench, 4 * hour - 1)
    expect(ordered(bench, 'CancelBatch')).toEqual([])
    wait(bench, 1)
    expect(ordered(bench, 'CancelBatch')).toEqual([
      { _tag: 'CancelBatch', batchId: 5, reason: 'it ran too long' },
    ])
    expect(bench.state.deploy.current).toMatchObject(some({ batchId: some(5) }))
    answer(bench, 'ReadBatch/5', {
      _tag: 'BatchObserved',
      fate: { _tag: 'Known', state: 'cancelled', complete: true },
    })
    expect(bench.state.deploy).toMatchObject({
      current: none,
      last: some({ outcome: 'failure', text: 'The deploy ran too long and was cancelled.' }),
    })
  })

  test('is looked at when it has run too long, even between two looks', () => {
    const bench = deployed()
    wait(bench, 4 * hour - 30)
    expect(bench.state.deploy.current).toMatchObject(some({ lookAt: bench.now + 30_000 }))
    wait(bench, 30)
    expect(bench.state.deploy.current).toMatchObject(some({ lookAt: bench.now + 60_000 }))
  })

  test('is not looked at before it has a batch', () => {
    const bench = begin([], { deployable: true })
    expect(ordered(wait(bench, 100))).toEqual([])
  })
})

describe('a refusal of the forge', () => {
  test('ends for the pull request that was refused, of several', () => {
    const bench = green(begin([1, 2, 3, 4, 5].map((n) => pull(n, n === 2 ? {} : { draft: true }))), 2, 7)
    answer(bench, 'LandBranch', { _tag: 'LandingRefused', code: 'Refused', text: 'no' })
    wait(bench, 4)
    expect(prOf(bench, 2).refusal).toMatchObject(some({ phase: 'over' }))
  })

  test('holds until its pause is over', () => {
    const bench = green(begin([pull(1)]), 1, 7)
    answer(bench, 'LandBranch', { _tag: 'LandingRefused', code: 'Refused', text: 'no' })
    expect(ordered(wait(bench, 3), 'LandBranch')).toEqual([])
    expect(prOf(bench, 1).refusal).toMatchObject(some({ phase: 'paused' }))
    expect(ordered(wait(bench, 1), 'LandBranch')).toHaveLength(1)
    expect(prOf(bench, 1).refusal).toMatchObject(some({ phase: 'over', attempts: 1 }))
  })
})

test('time that goes back changes nothing', () => {
  const bench = begin([pull(1)])
  const { now } = bench.state
  expect(ordered(wait(bench, -500))).toEqual([])
  expect(bench.state.now).toBe(now)
})

test('several alarms that are due ring in one step', () => {
  const bench = fail(begin([pull(1)]), 'PostStatus', 'transient')
  fail(bench, 'PrepareCommit', 'transient')
  expect(ordered(wait(bench, 2))).toMatchObject([{ _tag: 'PostStatus' }, { _tag: 'PrepareCommit' }])
})

test('what was listed and read is not forgotten by a restart', () => {
  const bench = run(begin([pull(1)]), 1, 7)
  feed(bench, { _tag: 'ServiceStarted' })
  see(bench, [pull(1)])
  list(bench, [])
  expect(runOf(bench, 1).stage).toMatchObject({ _tag: 'Running', batchId: 7 })
})
