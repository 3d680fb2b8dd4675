import { none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, test } from 'vitest'
import { sha } from '@headgate/core'
import { begin, feed, fresh, green, land, ordered, prOf, run, runOf, see, tested } from '../support/bench.js'
import type { Bench } from '../support/bench.js'
import { pull } from '../support/build.js'

const unapproved = (n: number) => pull(n, { reviewDecision: 'NONE' })
/** The pull requests whose test is begun in the last step. */
const begun = (bench: Bench) => ordered(bench, 'PrepareCommit').map((order) => order.members[0]?.pr)

test('the commit that would land is ordered, exactly', () => {
  expect(ordered(begin([pull(1)]), 'PrepareCommit')).toEqual([
    {
      _tag: 'PrepareCommit',
      run: expect.stringMatching(/^run-/),
      base: 'h0',
      members: [{ pr: 1, source: 's1' }],
      method: 'merge',
      titles: ['change 1 (#1)'],
    },
  ])
})

test('nothing is tested before the head is known', () =>
  expect(begun(feed(fresh(), { _tag: 'ServiceStarted' }))).toEqual([]))

describe('the cap', () => {
  test('as many as the policy says', () =>
    expect(begun(begin([1, 2, 3].map(unapproved), { maxTestRuns: 2 }))).toEqual([1, 2]))

  test('a place that gets free is taken', () => {
    const bench = begin([1, 2, 3].map(unapproved), { maxTestRuns: 2 })
    expect(begun(tested(bench, 1, 7))).toEqual([3])
  })

  test('the candidate may exceed it by one', () => {
    const bench = begin([1, 2].map(unapproved), { maxTestRuns: 2 })
    expect(begun(see(bench, [unapproved(1), unapproved(2), pull(3), pull(4)]))).toEqual([3])
  })

  test('but by no more: a new candidate waits for a place', () => {
    const bench = begin([1, 2].map(unapproved), { maxTestRuns: 2 })
    see(bench, [unapproved(1), unapproved(2), pull(3)])
    see(bench, [unapproved(1), unapproved(2), pull(3), pull(4, { labels: ['prio:high'] })])
    expect(begun(bench)).toEqual([])
    expect(begun(tested(bench, 1, 7))).toEqual([4])
  })

  test('a run that replaces one of the same pull request is no addition', () => {
    const bench = begin([unapproved(1), unapproved(2)], { maxTestRuns: 2 })
    see(bench, [unapproved(1), unapproved(2), pull(3)])
    see(bench, [unapproved(1), unapproved(2), pull(3)], 'h1')
    expect(begun(bench)).toEqual([3])
    expect(runOf(bench, 3).base).toBe('h1')
    expect(runOf(bench, 1).base).toBe('h0')
  })
})

test('the candidate whose head moved is tested on the new one, its old test is cancelled', () => {
  const bench = see(run(begin([pull(1)]), 1, 7), [pull(1)], 'h1')
  expect(ordered(bench)).toMatchObject([
    { _tag: 'DeletePreparedCommit' },
    { _tag: 'CancelBatch', batchId: 7, reason: 'replaced by a test on the new head' },
    { _tag: 'PrepareCommit', base: 'h1', members: [{ pr: 1, source: 's1' }] },
  ])
})

test('what passed keeps its result when the head moves, and only the candidate is tested again', () => {
  const bench = begin([1, 2].map(unapproved))
  tested(tested(bench, 1, 7), 2, 8)
  see(bench, [pull(1), pull(2)], 'h1')
  expect(begun(bench)).toEqual([1])
  expect(runOf(bench, 1).reason).toBe('merge candidate on a new head')
  expect(prOf(bench, 2)).toMatchObject({ run: none, result: some({ _tag: 'Passed' }) })
})

test('while something lands nothing is tested: the head is about to move', () => {
  const bench = begin([pull(1), pull(2)], { maxTestRuns: 1 })
  green(bench, 1, 7)
  expect(bench.state.landing).not.toEqual(none)
  see(bench, [pull(1), pull(2, { source: sha('s2b') })])
  expect(begun(bench)).toEqual([])
  expect(prOf(bench, 2).run).toEqual(none)
  land(bench, 'c1@h0')
  expect(runOf(bench, 2)).toMatchObject({ base: 'c1@h0', reason: 'merge candidate' })
})

test('nothing is started before the batches have ever been listed, not even asked for', () => {
  const bench = see(fresh(), [pull(1)])
  expect(bench.state).toMatchObject({ listed: false, stale: { batches: false } })
  expect(ordered(bench, 'PrepareCommit')).toEqual([])
})
