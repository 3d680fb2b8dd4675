import { none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, test } from 'vitest'
import { batchId, sha, SortedMap } from '@headgate/core'
import {
  answer,
  begin,
  deploying,
  fail,
  feed,
  green,
  land,
  list,
  ordered,
  out,
  post,
  prepare,
  prOf,
  readBatch,
  see,
  seeOne,
  wait,
  type Bench,
} from '../support/bench.js'
import { pull, testBatch } from '../support/build.js'
import * as SortedSet from '../../src/collections/sortedSet.js'

const waiting = (bench: Bench, subject: string) => SortedMap.get(bench.state.inFlight, subject)

describe('given again', () => {
  test.each(['transient', 'unknown'] as const)('after a pause, under the same id (%s)', (kind) => {
    const bench = begin([pull(1)])
    const first = out(bench, 'PostStatus')
    expect(ordered(fail(bench, 'PostStatus', kind))).toEqual([])
    expect(ordered(wait(bench, 1))).toEqual([])
    wait(bench, 1)
    expect(bench.effects).toEqual([first])
  })

  test('a read gets a new id, so that a late answer can not pass for a fresh one', () => {
    const bench = feed(begin(), { _tag: 'GithubHinted', concern: { _tag: 'Head' } })
    const first = out(bench, 'ReadHead')
    wait(fail(bench, 'ReadHead', 'transient'), 2)
    expect(ordered(bench)).toEqual([{ _tag: 'ReadHead' }])
    expect(bench.effects[0]?.id).not.toBe(first?.id)
  })

  test('an inspection is a read, too', () => {
    const bench = land(green(begin([pull(1)], { landing: 'forge-merge' }), 1, 7), 'forge1')
    const first = out(bench, 'InspectCommit')
    wait(fail(bench, 'InspectCommit', 'transient'), 2)
    expect(ordered(bench)).toEqual([{ _tag: 'InspectCommit', commit: 'forge1' }])
    expect(out(bench, 'InspectCommit')?.id).not.toBe(first?.id)
  })

  test('as often as the policy says, then it counts as impossible', () => {
    const bench = begin([pull(1)], { effectAttempts: 2 })
    wait(fail(bench, 'PostStatus', 'transient'), 2)
    expect(waiting(bench, 'PostStatus/s1')).toMatchObject({ attempt: 2, waiting: 'answer' })
    fail(bench, 'PostStatus', 'transient', 'no route')
    expect(out(bench, 'PostStatus')).toBeUndefined()
    expect(SortedMap.get(bench.state.sources, sha('s1'))?.refused).toEqual(
      some({ state: 'pending', text: 'no route' }),
    )
  })
})

test('a doubled failure changes nothing', () => {
  const bench = begin([pull(1)], { effectAttempts: 1 })
  green(bench, 1, 7)
  const landing = out(bench, 'LandBranch')
  fail(bench, 'LandBranch', 'unknown')
  const before = waiting(bench, 'LandBranch')
  feed(bench, {
    _tag: 'EffectFailed',
    answers: landing?.id ?? ('' as never),
    failure: { kind: 'permanent', code: 'Test', text: 'broken' },
  })
  expect(waiting(bench, 'LandBranch')).toEqual(before)
  expect(ordered(bench)).toEqual([])
})

describe('impossible', () => {
  const permanent = (bench: Bench, subject: string) => fail(bench, subject, 'permanent', 'broken')
  const hint = (bench: Bench, concern: 'Everything' | 'Head') =>
    feed(bench, { _tag: 'GithubHinted', concern: { _tag: concern } })

  test.each([
    ['ReadBranch', () => hint(begin(), 'Everything')],
    ['ReadHead', () => hint(begin(), 'Head')],
    ['ReadBatch', () => feed(begin(), { _tag: 'BatchHinted', batchId: some(batchId(9)) })],
    [
      'ReadPullRequest',
      () => feed(begin(), { _tag: 'GithubHinted', concern: { _tag: 'PullRequest', pr: pull(9).number } }),
    ],
    ['DeletePreparedCommit', () => land(green(begin([pull(1)]), 1, 7), 'c1@h0')],
  ])('%s: nothing follows', (subject, given) => {
    const bench = given()
    const before = bench.state
    permanent(bench, subject)
    expect(out(bench, subject)).toBeUndefined()
    expect(ordered(bench)).toEqual([])
    expect(bench.state).toEqual({
      ...before,
      seq: before.seq + 1,
      inFlight: bench.state.inFlight,
      book: bench.state.book,
    })
  })

  test('ReadBatches is never given up: nobody would know what an earlier life left running', () => {
    const bench = feed(begin([], { effectAttempts: 1 }), { _tag: 'BatchHinted', batchId: none })
    permanent(bench, 'ReadBatches')
    expect(ordered(wait(bench, 2))).toEqual([{ _tag: 'ReadBatches' }])
    permanent(bench, 'ReadBatches')
    expect(ordered(wait(bench, 4))).toEqual([{ _tag: 'ReadBatches' }])
  })

  test('PrepareCommit and SubmitTestBatch: the run ends with an error', () => {
    const result = some({ _tag: 'Errored', base: 'h0', code: 'Infrastructure', text: 'broken' })
    expect(prOf(permanent(begin([pull(1)]), 'PrepareCommit'), 1)).toMatchObject({ run: none, result })
    expect(prOf(permanent(prepare(begin([pull(1)]), 1), 'SubmitTestBatch'), 1)).toMatchObject({
      run: none,
      result,
    })
  })

  test('CancelBatch: it is not kept in mind, so the next listing may try again', () => {
    const bench = permanent(list(begin(), [testBatch(2, 7)]), 'CancelBatch')
    expect(SortedMap.size(bench.state.cancelling)).toBe(0)
    expect(ordered(list(bench, [testBatch(2, 7)]), 'CancelBatch')).toHaveLength(1)
  })

  test('PostStatus: this state is never posted on this SHA', () => {
    const bench = permanent(begin([pull(1)]), 'PostStatus')
    expect(SortedMap.get(bench.state.sources, sha('s1'))?.refused).toEqual(
      some({ state: 'pending', text: 'broken' }),
    )
  })

  test('LandBranch: the landing is refused', () => {
    const bench = permanent(green(begin([pull(1)]), 1, 7), 'LandBranch')
    expect(bench.state.landing).toEqual(none)
    expect(prOf(bench, 1).refusal).toMatchObject(some({ text: 'broken', attempts: 1, phase: 'paused' }))
  })

  test('InspectCommit: the head counts as unverified', () => {
    const bench = land(green(begin([pull(1)], { landing: 'forge-merge' }), 1, 7), 'forge1')
    permanent(bench, 'InspectCommit')
    const why = 'What the forge merged could not be inspected: broken'
    expect(ordered(bench)).toMatchObject([
      { _tag: 'SubmitTestBatch', purpose: 'head', commit: 'forge1', reason: why },
    ])
    expect(bench.state.head).toMatchObject(some({ standing: { _tag: 'Unverified', why } }))
  })

  test('ClosePullRequest: it counts as closed', () => {
    const bench = land(green(begin([pull(1)]), 1, 7), 'c1@h0')
    bench.now += 60_000
    seeOne(bench, pull(1))
    expect(ordered(bench)).toEqual([{ _tag: 'ClosePullRequest', pr: 1, landed: 'c1@h0' }])
    permanent(bench, 'ClosePullRequest')
    expect(SortedMap.get(bench.state.landings, pull(1).number)).toMatchObject({ closed: true })
    expect(ordered(seeOne(bench, pull(1)))).toEqual([])
  })

  test('SubmitDeployBatch: the deploy was rejected', () => {
    const bench = permanent(begin([], { deployable: true }), 'SubmitDeployBatch')
    expect(bench.state.deploy).toMatchObject({
      current: none,
      last: some({ sha: 'h0', batchId: none, outcome: 'rejected', text: 'broken' }),
    })
  })

  test('AnnounceDeployFailure: people count as told', () => {
    const bench = readBatch(deploying(begin([], { deployable: true }), 5), 5, 'failure')
    permanent(bench, 'AnnounceDeployFailure')
    expect(bench.state.deploy.announced).toEqual(some('h0'))
    expect(ordered(see(bench, []))).toEqual([])
  })
})

describe('a landing whose outcome is unknown is looked at before anything else', () => {
  test('fast-forward: the head is read', () => {
    const bench = fail(green(begin([pull(1)]), 1, 7), 'LandBranch', 'unknown')
    expect(ordered(bench)).toEqual([{ _tag: 'ReadHead' }])
    expect(waiting(bench, 'LandBranch')).toMatchObject({ waiting: 'look', seq: bench.state.seq })
  })

  test('forge merge: the pull request is read', () => {
    const bench = fail(green(begin([pull(1)], { landing: 'forge-merge' }), 1, 7), 'LandBranch', 'unknown')
    expect(ordered(bench)).toEqual([{ _tag: 'ReadPullRequest', pr: 1 }])
  })

  test('time alone does not repeat it', () => {
    const bench = fail(green(begin([pull(1)]), 1, 7), 'LandBranch', 'unknown')
    answer(bench, 'ReadHead', { _tag: 'EffectFailed', failure: { kind: 'permanent', code: 'x', text: 'x' } })
    expect(ordered(wait(bench, 200), 'LandBranch')).toEqual([])
  })

  test('even when it was tried as often as the policy allows', () => {
    const bench = fail(green(post(begin([pull(1)], { effectAttempts: 1 })), 1, 7), 'LandBranch', 'unknown')
    expect(bench.state.landing).not.toEqual(none)
  })
})

test('closing a pull request whose landing is remembered by its number alone leaves it at that', () => {
  const bench = land(green(begin([pull(1)]), 1, 7), 'c1@h0')
  bench.now += 60_000
  seeOne(bench, pull(1))
  const { landings, landedBefore } = bench.state
  bench.state = {
    ...bench.state,
    landings: SortedMap.remove(landings, pull(1).number),
    landedBefore: SortedSet.add(landedBefore, pull(1).number),
  }
  answer(bench, 'ClosePullRequest', { _tag: 'PullRequestClosed' })
  expect(SortedMap.size(bench.state.landings)).toBe(0)
})
