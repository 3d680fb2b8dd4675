import { none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, test } from 'vitest'
import { batchId, inFlightEffects, isQuiet, nextWakeAt, queueOf } from '@headgate/core'
import {
  answer,
  begin,
  deploying,
  fail,
  feed,
  fresh,
  green,
  land,
  post,
  run,
  wait,
  type Bench,
} from './support/bench.js'
import { policyOf, pull } from './support/build.js'

const tags = (bench: Bench) => inFlightEffects(bench.state).map((effect) => effect._tag)
const rarePolls = { durations: { ...policyOf().durations, pollSeconds: 100_000, answerSeconds: 90_000 } }
const wakesIn = (bench: Bench) => {
  const at = nextWakeAt(bench.state)
  return at._tag === 'None' ? undefined : (at.value - bench.now) / 1000
}

describe('what a host orders again after a crash', () => {
  test('is what was not answered', () => {
    const bench = begin([pull(1)])
    expect(tags(bench)).toEqual(['PostStatus', 'PrepareCommit'])
    expect(tags(post(bench))).toEqual(['PrepareCommit'])
  })

  test('is not what waits to be tried again, nor a landing that is being looked at', () => {
    expect(tags(fail(begin([pull(1)]), 'PostStatus', 'transient'))).toEqual(['PrepareCommit'])
    expect(tags(fail(green(begin([pull(1)]), 1, 7), 'LandBranch', 'unknown'))).toEqual(['ReadHead'])
  })
})

describe('when a host must say that time has passed', () => {
  test('never before the first event', () => expect(nextWakeAt(fresh().state)).toEqual(none))

  test('at the next poll', () => expect(wakesIn(begin())).toBe(300))

  test('when an answer is overdue', () => expect(wakesIn(begin([pull(1)]))).toBe(120))

  test('when an order is to be tried again', () =>
    expect(wakesIn(fail(begin([pull(1)]), 'PostStatus', 'transient'))).toBe(2))

  test('when the batch of a test is to be looked at', () =>
    expect(wakesIn(run(post(begin([pull(1)], rarePolls)), 1, 7))).toBe(60))

  test('when the batch of a deploy is to be looked at', () =>
    expect(wakesIn(deploying(begin([], { deployable: true, ...rarePolls }), 5))).toBe(60))

  test('not for a deploy without a batch: its answer is waited for', () =>
    expect(wakesIn(begin([], { deployable: true, ...rarePolls }))).toBe(90_000))
})

describe('quiet', () => {
  test('is when only polls can bring news', () => expect(isQuiet(begin().state)).toBe(true))

  const landing = () => fail(green(begin([pull(1)]), 1, 7), 'LandBranch', 'unknown')
  const paused = () =>
    answer(green(begin([pull(1)]), 1, 7), 'LandBranch', {
      _tag: 'LandingRefused',
      code: 'Refused',
      text: 'no',
    })
  test.each([
    ['before the start', fresh],
    ['while an order is out', () => begin([pull(1)])],
    ['while a test runs', () => run(post(begin([pull(1)])), 1, 7)],
    ['while a deploy runs', () => deploying(begin([], { deployable: true }), 5)],
    [
      'while a landing is uncertain',
      () =>
        answer(landing(), 'ReadHead', {
          _tag: 'EffectFailed',
          failure: { kind: 'permanent', code: '', text: '' },
        }),
    ],
    [
      'while a refusal is paused',
      () => {
        const bench = paused()
        return answer(bench, 'ReadPullRequest', {
          _tag: 'EffectFailed',
          failure: { kind: 'permanent', code: '', text: '' },
        })
      },
    ],
  ])('is not %s', (_when, given) => expect(isQuiet(given().state)).toBe(false))

  test.each([
    ['the branch', { branch: true }],
    ['the head', { head: true }],
    ['the batches', { batches: true }],
  ])('is not while %s is known to be stale', (_what, stale) => {
    const { state } = begin()
    expect(isQuiet({ ...state, stale: { ...state.stale, ...stale } })).toBe(false)
  })

  test.each([
    [
      'a pull request',
      { _tag: 'GithubHinted', concern: { _tag: 'PullRequest', pr: pull(9).number } },
      'ReadPullRequest',
    ],
    ['a batch', { _tag: 'BatchHinted', batchId: some(batchId(9)) }, 'ReadBatch'],
  ] as const)('is not while %s is known to be stale', (_what, hint, subject) => {
    // The first hint is out, the second waits for it; what is out is taken away to look at what waits.
    const { state } = feed(feed(begin(), hint), hint)
    const { inFlight, book } = begin().state
    expect(isQuiet({ ...state, inFlight, book })).toBe(false)
    expect(inFlightEffects(state).map((effect) => effect._tag)).toEqual([subject])
  })

  test('comes back after a landing', () => {
    const bench = land(green(begin([pull(1)]), 1, 7), 'c1@h0')
    expect(isQuiet(bench.state)).toBe(false)
    expect(isQuiet(answer(bench, 'DeletePreparedCommit', { _tag: 'PreparedCommitDeleted' }).state)).toBe(true)
  })
})

test('the queue is who may land, in merge priority', () => {
  const bench = begin([pull(1), pull(2, { draft: true }), pull(3, { labels: ['prio:high'] })])
  expect(queueOf(bench.state)).toEqual([3, 1])
  expect(queueOf(wait(bench, 1).state)).toEqual([3, 1])
})
