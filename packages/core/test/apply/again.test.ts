import { none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, test } from 'vitest'
import { batchId, sha, SortedMap } from '@headgate/core'
import {
  answer,
  begin,
  fail,
  feed,
  green,
  ordered,
  out,
  post,
  prepare,
  prOf,
  runOf,
  see,
  tested,
  wait,
  type Bench,
} from '../support/bench.js'
import { pull } from '../support/build.js'

const freeze = { _tag: 'BranchFrozen', by: 'op', reason: 'release' } as const

describe('a landing that failed', () => {
  const failing = (landing: 'fast-forward' | 'forge-merge' = 'fast-forward') =>
    fail(green(begin([pull(1)], { landing }), 1, 7), 'LandBranch', 'transient')

  test('is ordered again, under the same id', () => {
    const bench = failing()
    const first = out(bench, 'LandBranch')
    expect(wait(bench, 2).effects).toEqual([first])
  })

  test.each<[string, (bench: Bench) => Bench]>([
    ['the branch is frozen', (bench) => feed(bench, freeze)],
    [
      'it is not approved any more',
      (bench) => see(bench, [pull(1, { reviewDecision: 'CHANGES_REQUESTED' })]),
    ],
    ['it is not open any more', (bench) => see(bench, [])],
  ])('is not ordered again when meanwhile %s', (_what, change) => {
    const bench = change(failing())
    wait(bench, 2)
    expect(ordered(bench, 'LandBranch')).toEqual([])
    expect(bench.state.landing).toEqual(none)
  })

  test('where the branch has moved on asks what became of the first order', () => {
    const bench = feed(see(failing(), [pull(1)], 'h1'), freeze)
    expect(ordered(wait(bench, 2), 'LandBranch')).toHaveLength(1)
  })

  test('a forge merge where the branch has moved on is out of date', () => {
    const bench = see(failing('forge-merge'), [pull(1)], 'h1')
    wait(bench, 2)
    expect(ordered(bench, 'LandBranch')).toEqual([])
    expect(bench.state.landing).toEqual(none)
  })

  test('of a test that was made again meanwhile is another landing', () => {
    const bench = failing()
    feed(bench, { _tag: 'TestRetried', by: 'op', pr: pull(1).number, batchId: none })
    post(tested(bench, 1, 8))
    wait(bench, 2)
    expect(ordered(bench, 'LandBranch')).toMatchObject([{ ticket: { batchId: 8 } }])
  })

  test('under another way of landing is not the same landing', () => {
    const bench = failing()
    feed(bench, {
      _tag: 'PolicyChanged',
      by: 'op',
      policy: { ...bench.state.policy, landing: 'forge-merge' },
    })
    const first = out(bench, 'LandBranch')
    wait(bench, 2)
    expect(ordered(bench, 'LandBranch')).toMatchObject([{ ticket: { landing: 'forge-merge' } }])
    expect(bench.effects).not.toContainEqual(first)
  })
})

describe('a test batch whose submission failed', () => {
  const failing = () => fail(prepare(post(begin([pull(1)])), 1), 'SubmitTestBatch', 'transient')

  test('is submitted again', () => {
    const bench = failing()
    const first = out(bench, 'SubmitTestBatch')
    expect(wait(bench, 2).effects).toEqual([first])
  })

  test('is not submitted when its code may not run any more; a listing shows whether it had been', () => {
    const bench = failing()
    const { id } = runOf(bench, 1)
    see(bench, [pull(1, { labels: ['do-not-test'] })])
    wait(bench, 2)
    expect(ordered(bench)).toEqual([{ _tag: 'DeletePreparedCommit', run: id }, { _tag: 'ReadBatches' }])
    expect(prOf(bench, 1)).toMatchObject({ run: none, result: none })
  })

  test('is not submitted when a new commit was pushed', () => {
    const bench = see(failing(), [pull(1, { source: sha('s1b') })])
    expect(ordered(wait(bench, 2), 'SubmitTestBatch')).toEqual([])
    expect(out(bench, 'SubmitTestBatch')).toBeUndefined()
  })

  test('is not submitted when nobody waits for it any more', () => {
    const bench = failing()
    see(bench, [])
    wait(bench, 2)
    expect(ordered(bench)).toMatchObject([{ _tag: 'DeletePreparedCommit' }, { _tag: 'ReadBatches' }])
    expect(SortedMap.size(bench.state.runs)).toBe(0)
    expect(out(bench, 'SubmitTestBatch')).toBeUndefined()
  })

  test('of the head is submitted again, too', () => {
    const bench = fail(begin([], { unverifiedHead: 'test' }), 'SubmitTestBatch', 'transient')
    const first = out(bench, 'SubmitTestBatch')
    expect(wait(bench, 2).effects).toEqual([first])
  })
})

describe('a deploy whose submission failed', () => {
  const failing = () => fail(begin([], { deployable: true }), 'SubmitDeployBatch', 'transient')

  test('is submitted again', () => {
    const bench = failing()
    const first = out(bench, 'SubmitDeployBatch')
    expect(wait(bench, 2).effects).toEqual([first])
  })

  test('is not submitted while frozen, but kept in mind', () => {
    const bench = feed(failing(), freeze)
    expect(ordered(wait(bench, 2))).toEqual([])
    expect(bench.state.deploy.current).toMatchObject(some({ batchId: none }))
    feed(bench, { _tag: 'BranchUnfrozen', by: 'op' })
    expect(ordered(wait(bench, 2), 'SubmitDeployBatch')).toHaveLength(1)
  })
})

test('an order that is not out any more is not given again', () => {
  const bench = fail(prepare(begin([pull(1)]), 1), 'SubmitTestBatch', 'transient')
  answer(bench, 'SubmitTestBatch', { _tag: 'TestBatchSubmitted', batchId: batchId(7) })
  expect(ordered(wait(bench, 2), 'SubmitTestBatch')).toEqual([])
})
