import { none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, test } from 'vitest'
import { queueOf, sha, SortedMap } from '@headgate/core'
import {
  answer,
  begin,
  feed,
  fresh,
  list,
  ordered,
  post,
  prOf,
  run,
  readBatch,
  see,
  seeOne,
  tested,
} from '../support/bench.js'
import type { Bench } from '../support/bench.js'
import { pull, testBatch } from '../support/build.js'

/** Every step of a bench is held against the indexes; these tests make the steps. */
const untested = (bench: Bench) => SortedMap.keysArray(bench.state.book.untested).map((key) => key.number)
const settled = (bench: Bench) =>
  SortedMap.toArray(bench.state.book.settled).map(([base, keys]) => [
    base,
    SortedMap.keysArray(keys).map((key) => key.number),
  ])
const landable = (bench: Bench) =>
  SortedMap.toArray(bench.state.book.landable).map(([base, keys]) => [
    base,
    SortedMap.keysArray(keys).map((key) => key.number),
  ])
const conflict = (bench: Bench, n: number) => {
  const { run: id } = prOf(bench, n)
  return answer(bench, `PrepareCommit/${id._tag === 'Some' ? id.value : ''}`, {
    _tag: 'PreparationFailed',
    code: 'MergeConflict',
    text: 'It conflicts.',
    culprit: none,
  })
}

describe('what is settled on the head is no candidate, and not untested', () => {
  test('until the head moves', () => {
    const bench = conflict(begin([pull(1)]), 1)
    expect([queueOf(bench.state), untested(bench), settled(bench)]).toEqual([[], [], [['h0', [1]]]])
    see(bench, [pull(1)], 'h1')
    expect(queueOf(bench.state)).toEqual([1])
    expect(ordered(bench, 'PrepareCommit')).toMatchObject([{ base: 'h1' }])
  })

  test('and again when the head moves back to where it was settled', () => {
    const bench = begin([pull(1, { reviewDecision: 'NONE' }), pull(2, { reviewDecision: 'NONE' })])
    conflict(conflict(bench, 1), 2)
    const both = [pull(1), pull(2, { reviewDecision: 'NONE' })]
    expect(settled(bench)).toEqual([['h0', [1, 2]]])
    see(bench, both.slice(1), 'h1')
    expect(settled(bench)).toEqual([])
    see(see(bench, both, 'h2'), both, 'h1')
    expect(queueOf(bench.state)).toEqual([1])
  })

  test('a passed one that waits for a reviewer is settled where it passed', () => {
    const bench = post(tested(begin([pull(1, { reviewDecision: 'NONE' })]), 1, 7))
    expect(settled(bench)).toEqual([['h0', [1]]])
    see(bench, [pull(1)])
    expect(settled(bench)).toEqual([])
  })

  test('of several on one base one may leave', () => {
    const bench = begin([pull(1, { reviewDecision: 'NONE' }), pull(2, { reviewDecision: 'NONE' })])
    conflict(conflict(bench, 1), 2)
    see(bench, [pull(2, { reviewDecision: 'NONE' })])
    expect(settled(bench)).toEqual([['h0', [2]]])
    see(bench, [pull(2, { reviewDecision: 'NONE' })], 'h1')
    expect(ordered(bench, 'PrepareCommit')).toMatchObject([{ members: [{ pr: 2 }] }])
  })

  test('a passed one that is held back is not untested when the head moves', () => {
    const bench = post(tested(begin([pull(1, { labels: ['WIP'] })]), 1, 7))
    expect(settled(bench)).toEqual([['h0', [1]]])
    see(bench, [pull(1, { labels: ['WIP'] })], 'h1')
    expect([untested(bench), ordered(bench, 'PrepareCommit')]).toEqual([[], []])
  })
})

describe('what is settled elsewhere', () => {
  const nobody = { reviewDecision: 'NONE' } as const
  /** #1 conflicted on `h0` and waits for a place on `h1`, which #2 has. */
  const waits = () => {
    const bench = conflict(begin([pull(1, nobody)], { maxTestRuns: 1 }), 1)
    see(bench, [pull(1, nobody), pull(2, nobody)])
    return see(bench, [pull(1, nobody), pull(2, nobody)], 'h1')
  }

  test('waits for a test here, also after it changed', () => {
    const bench = waits()
    expect([untested(bench), settled(bench)]).toEqual([[1], [['h0', [1]]]])
    seeOne(bench, pull(1, { ...nobody, title: 'another title', labels: ['prio:high'] }))
    expect(untested(bench)).toEqual([1])
  })

  test('does not wait for one any more when the head is there again', () => {
    const bench = waits()
    see(bench, [pull(1, nobody), pull(2, nobody)], 'h0')
    expect(untested(bench)).toEqual([])
  })

  test('moves when a newer result comes from another base', () => {
    const bench = post(tested(begin([pull(1, nobody)]), 1, 7))
    list(bench, [testBatch(1, 8, { target: sha('h1'), state: 'success', complete: true })])
    expect(settled(bench)).toEqual([['h1', [1]]])
  })
})

describe('what the forge will never let land here', () => {
  test('is candidate on the next head, all of it', () => {
    const bench = begin([pull(1), pull(2)], { landingAttempts: 1 })
    for (const n of [1, 2]) {
      post(tested(bench, n, 6 + n))
      answer(bench, 'LandBranch', { _tag: 'LandingRefused', code: 'Refused', text: 'no' })
    }
    expect(queueOf(bench.state)).toEqual([])
    feed(bench, { _tag: 'GithubHinted', concern: { _tag: 'Head' } })
    answer(bench, 'ReadHead', { _tag: 'HeadObserved', head: sha('h1') })
    expect(queueOf(bench.state)).toEqual([1, 2])
  })
})

describe('what may land is listed under the base it passed on', () => {
  test('together with others', () => {
    const bench = begin([pull(1), pull(2), pull(3, { labels: ['WIP'] })])
    feed(bench, { _tag: 'BranchFrozen', by: 'op', reason: 'release' })
    run(run(bench, 1, 7), 2, 8)
    post(readBatch(readBatch(bench, 7, 'success'), 8, 'success'))
    expect(landable(bench)).toEqual([['h0', [1, 2]]])
    see(bench, [pull(1, { draft: true }), pull(2), pull(3, { labels: ['WIP'] })])
    expect(landable(bench)).toEqual([['h0', [2]]])
    see(bench, [])
    expect(landable(bench)).toEqual([])
  })
})

describe('a source', () => {
  const shared = { source: sha('s1'), reviewDecision: 'NONE' } as const
  const of = (bench: Bench, source: string) => SortedMap.get(bench.state.sources, sha(source))

  test('lists the pull requests that have it, lowest number first', () => {
    const bench = begin([pull(3, shared)])
    see(bench, [pull(3, shared), pull(12, shared), pull(1, shared)])
    expect(of(bench, 's1')?.prs).toEqual([1, 3, 12])
  })

  test('is known with nothing said about it', () => {
    const bench = begin([pull(1)])
    expect(of(bench, 's1')).toEqual({ prs: [1], posted: none, renewed: false, seq: 0, refused: none })
  })

  test('keeps what was said about it while one pull request has it', () => {
    const bench = post(begin([pull(1, shared), pull(2, shared)]))
    see(bench, [pull(2, shared)])
    expect(of(bench, 's1')).toMatchObject({ prs: [2], posted: some('pending') })
    see(bench, [])
    expect(of(bench, 's1')).toBeUndefined()
  })

  test('moves with a push', () => {
    const bench = post(begin([pull(1)]))
    seeOne(bench, pull(1, { source: sha('s1b') }))
    expect(of(bench, 's1')).toBeUndefined()
    expect(of(bench, 's1b')).toMatchObject({ prs: [1], posted: none })
  })
})

test('a place that did not change is not moved', () => {
  const bench = post(begin([pull(1)]))
  const { candidates } = bench.state.book
  seeOne(bench, pull(1, { title: 'another title' }))
  expect(bench.state.book.candidates).toBe(candidates)
})

test('one that is seen before the branch is read waits in the queue, and it alone', () => {
  const bench = seeOne(feed(fresh(), { _tag: 'ServiceStarted' }), pull(1))
  see(bench, [pull(1)])
  expect(SortedMap.size(bench.state.book.candidates)).toBe(1)
  expect(untested(bench)).toEqual([1])
})
