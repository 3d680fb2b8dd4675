import { none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, test } from 'vitest'
import { prNumber, sha, SortedMap } from '@headgate/core'
import {
  answer,
  begin,
  fail,
  feed,
  green,
  inFlight,
  land,
  ordered,
  post,
  prOf,
  readBatch,
  run,
  runOf,
  see,
  seeOne,
  wait,
} from '../support/bench.js'
import type { Bench } from '../support/bench.js'
import { policyOf, pull, testBatch } from '../support/build.js'
import { list } from '../support/bench.js'

const landingOf = (bench: Bench, number: number) => SortedMap.get(bench.state.landings, prNumber(number))
const refuse = (bench: Bench, text = 'protected') =>
  answer(bench, 'LandBranch', { _tag: 'LandingRefused', code: 'Refused', text })

describe('a landing is recorded', () => {
  test('with all that was tested', () => {
    const bench = green(begin([pull(1)]), 1, 7)
    const { run: id } = bench.state.landing._tag === 'Some' ? bench.state.landing.value : { run: '' }
    bench.now += 5000
    land(bench, 'c1@h0')
    expect(landingOf(bench, 1)).toEqual({
      pr: 1,
      title: 'change 1',
      source: 's1',
      base: 'h0',
      tested: some('c1@h0'),
      landed: 'c1@h0',
      run: id,
      batchId: 7,
      at: 1_005_000,
      closed: false,
    })
    expect(bench.state.head).toEqual(
      some({
        sha: 'c1@h0',
        standing: { _tag: 'Verified', how: 'landed' },
        seq: bench.state.seq,
        doubted: false,
        landedFrom: some({ sha: 'h0', at: 1_005_000 }),
      }),
    )
    expect(ordered(bench)).toEqual([{ _tag: 'DeletePreparedCommit', run: id }])
    expect(inFlight(bench)).toEqual([`DeletePreparedCommit/${id}`])
  })

  test('with the title it had last, or the one on the ticket when it is gone', () => {
    const bench = green(begin([pull(1)]), 1, 7)
    see(bench, [pull(1, { title: 'a better title' })])
    expect(landingOf(land(bench, 'c1@h0'), 1)?.title).toBe('a better title')
    const other = green(begin([pull(1)]), 1, 7)
    see(other, [])
    expect(landingOf(land(other, 'c1@h0'), 1)?.title).toBe('change 1')
  })

  test('a forge merge: the head is inspected before it counts as verified', () => {
    const bench = green(begin([pull(1)], { landing: 'forge-merge' }), 1, 7)
    land(bench, 'forge1')
    expect(ordered(bench)).toMatchObject([
      { _tag: 'DeletePreparedCommit' },
      { _tag: 'InspectCommit', commit: 'forge1' },
    ])
    expect(bench.state.head).toMatchObject(some({ sha: 'forge1', standing: { _tag: 'Inspecting' } }))
  })

  test('a forge merge of what an earlier life tested, whose commit nobody knows', () => {
    const unknown = { commit: none, tree: none, state: 'success', complete: true } as const
    const bench = list(begin([pull(1, { labels: ['do-not-test'] })], { landing: 'forge-merge' }), [
      testBatch(1, 7, unknown),
    ])
    see(post(bench), [pull(1)])
    expect(ordered(land(post(bench), 'forge1'))).toEqual([{ _tag: 'InspectCommit', commit: 'forge1' }])
  })

  test('somebody pushed on top before we learned of it: the branch is read', () => {
    const bench = green(begin([pull(1)]), 1, 7)
    see(bench, [pull(1)], 'h9')
    land(bench, 'c1@h0')
    expect(bench.state.head).toMatchObject(some({ sha: 'h9', doubted: true }))
    expect(ordered(bench, 'ReadHead')).toHaveLength(1)
    expect(landingOf(bench, 1)).toMatchObject({ landed: 'c1@h0' })
  })

  test('a read that shows the landed head before the answer is no push on top', () => {
    const bench = green(begin([pull(1)], { landing: 'forge-merge' }), 1, 7)
    see(bench, [], 'forge1')
    land(bench, 'forge1')
    expect(bench.state.head).toMatchObject(
      some({ sha: 'forge1', doubted: false, standing: { _tag: 'Inspecting' } }),
    )
  })

  test('a test of it that was begun meanwhile is cancelled', () => {
    const bench = fail(green(begin([pull(1)]), 1, 7), 'LandBranch', 'unknown')
    seeOne(bench, pull(1, { source: sha('s1b') }))
    run(bench, 1, 8)
    answer(bench, 'ReadHead', { _tag: 'HeadObserved', head: sha('c1@h0') })
    expect(ordered(bench, 'CancelBatch')).toEqual([
      { _tag: 'CancelBatch', batchId: 8, reason: 'it has landed' },
    ])
    expect(SortedMap.size(bench.state.pullRequests)).toBe(0)
  })
})

describe('a refusal', () => {
  test('is noted with its pause, and the pull request is read', () => {
    const bench = green(begin([pull(1)]), 1, 7)
    const { run: id } = bench.state.landing._tag === 'Some' ? bench.state.landing.value : { run: '' }
    refuse(bench)
    expect(prOf(bench, 1).refusal).toEqual(
      some({ run: id, text: 'protected', attempts: 1, phase: 'paused', retryAt: 1_004_000 }),
    )
    expect(ordered(bench)).toEqual([{ _tag: 'ReadPullRequest', pr: 1 }])
  })

  test('is asked again after 4, 8, ... seconds, and not for ever', () => {
    const bench = green(begin([pull(1)], { landingAttempts: 3 }), 1, 7)
    wait(refuse(bench), 4)
    expect(ordered(bench, 'LandBranch')).toHaveLength(1)
    refuse(bench)
    expect(prOf(bench, 1).refusal).toMatchObject(some({ attempts: 2, retryAt: bench.now + 8000 }))
    wait(bench, 8)
    refuse(bench, 'still protected')
    expect(prOf(bench, 1).refusal).toMatchObject(
      some({ attempts: 3, phase: 'final', text: 'still protected' }),
    )
    expect(ordered(wait(bench, 250), 'LandBranch')).toEqual([])
  })

  test('waits no longer than the policy says', () => {
    const durations = { ...policyOf().durations, retryMaxSeconds: 3 }
    const bench = refuse(green(begin([pull(1)], { durations }), 1, 7))
    expect(prOf(bench, 1).refusal).toMatchObject(some({ retryAt: 1_003_000 }))
  })

  test('of another test counts from one again', () => {
    const bench = refuse(green(begin([pull(1)]), 1, 7))
    see(bench, [pull(1)], 'h1')
    refuse(green(bench, 1, 8))
    expect(prOf(bench, 1).refusal).toMatchObject(some({ attempts: 1 }))
  })

  test('is forgotten when the pull request changes', () => {
    const bench = refuse(green(begin([pull(1)]), 1, 7))
    seeOne(bench, pull(1, { labels: ['docs'] }))
    expect(prOf(bench, 1).refusal).toEqual(none)
    expect(ordered(bench, 'LandBranch')).toHaveLength(1)
  })

  test('of one that is not open any more concerns nobody', () => {
    const bench = green(begin([pull(1)]), 1, 7)
    see(bench, [])
    refuse(bench)
    expect(ordered(bench)).toEqual([])
    expect(bench.state.landing).toEqual(none)
  })

  test('whose pull request left meanwhile is over without anybody', () => {
    const bench = refuse(green(begin([pull(1)]), 1, 7))
    see(bench, [])
    expect(ordered(wait(bench, 4))).toEqual([])
  })

  test('of a test of an earlier life that took the place of ours counts from one again', () => {
    const bench = refuse(green(begin([pull(1)]), 1, 7))
    list(bench, [testBatch(1, 9, { state: 'success', complete: true })])
    refuse(wait(bench, 4))
    expect(prOf(bench, 1).refusal).toMatchObject(some({ run: 'run-9', attempts: 1 }))
  })
})

test('while one is refused the next lands', () => {
  const bench = begin([pull(1), pull(2)])
  run(run(bench, 1, 7), 2, 8)
  post(readBatch(readBatch(bench, 7, 'success'), 8, 'success'))
  refuse(bench)
  expect(ordered(bench, 'LandBranch')).toMatchObject([{ ticket: { members: [{ pr: 2 }] } }])
  expect(() => runOf(bench, 1)).toThrow()
  feed(bench, { _tag: 'TimeAdvanced' })
})
