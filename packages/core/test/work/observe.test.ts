import { none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, test } from 'vitest'
import { prNumber, sha, SortedMap } from '@headgate/core'
import {
  answer,
  begin,
  fail,
  fresh,
  feed,
  green,
  land,
  ordered,
  out,
  post,
  prepare,
  prOf,
  run,
  runOf,
  see,
  seeOne,
  tested,
} from '../support/bench.js'
import type { Bench } from '../support/bench.js'
import { check, pull } from '../support/build.js'
import * as SortedSet from '../../src/collections/sortedSet.js'

const unapproved = pull(1, { reviewDecision: 'NONE' })
const posted = (bench: Bench, source = 's1') => SortedMap.get(bench.state.sources, sha(source))?.posted
const head = { _tag: 'GithubHinted', concern: { _tag: 'Head' } } as const
const headIs = (bench: Bench, at: string) =>
  answer(bench, 'ReadHead', { _tag: 'HeadObserved', head: sha(at) })

describe('a pull request', () => {
  test('is first seen with nothing known about it', () => {
    const bench = see(feed(fresh(), { _tag: 'ServiceStarted' }), [pull(1, { author: 'stranger' })])
    expect(prOf(bench, 1)).toMatchObject({ result: none, run: none, refusal: none })
    expect(prOf(bench, 1).seq).toBe(bench.state.seq)
  })

  test('that changed but for its head keeps its result and its run', () => {
    const bench = run(begin([pull(1)]), 1, 7)
    const { id } = runOf(bench, 1)
    seeOne(bench, pull(1, { title: 'another title' }))
    expect(prOf(bench, 1)).toMatchObject({ run: some(id), snapshot: { title: 'another title' } })
    expect(ordered(bench, 'CancelBatch')).toEqual([])
  })

  test('to which was pushed starts afresh: its test is cancelled, its result is gone', () => {
    const bench = run(begin([pull(1)]), 1, 7)
    seeOne(bench, pull(1, { source: sha('s1b') }))
    expect(ordered(bench)).toMatchObject([
      { _tag: 'DeletePreparedCommit' },
      { _tag: 'CancelBatch', batchId: 7, reason: 'a new commit was pushed' },
      { _tag: 'PrepareCommit', members: [{ pr: 1, source: 's1b' }] },
      { _tag: 'PostStatus', sha: 's1b' },
    ])
  })

  test('to which was pushed: the commit of its old result is deleted', () => {
    const bench = post(tested(begin([unapproved]), 1, 7))
    seeOne(bench, pull(1, { source: sha('s1b'), reviewDecision: 'NONE' }))
    expect(ordered(bench, 'DeletePreparedCommit')).toHaveLength(1)
    expect(prOf(bench, 1).result).toEqual(none)
  })

  test('that is gone: its test is cancelled, the commit of its result deleted', () => {
    const bench = post(tested(begin([unapproved]), 1, 7))
    expect(ordered(see(bench, []))).toMatchObject([{ _tag: 'DeletePreparedCommit' }])
    expect(SortedMap.size(bench.state.pullRequests)).toBe(0)
    expect(SortedMap.size(bench.state.sources)).toBe(0)
  })
})

describe('a read asked earlier does not override what is newer', () => {
  /** A read of the branch is out; then one of the pull request is asked and answered. */
  const overtaken = () => {
    const bench = feed(begin([unapproved]), { _tag: 'GithubHinted', concern: { _tag: 'Everything' } })
    return seeOne(bench, pull(1, { title: 'newer', reviewDecision: 'NONE' }))
  }

  test('an older snapshot', () => {
    const bench = see(overtaken(), [pull(1, { title: 'older', reviewDecision: 'NONE' })])
    expect(prOf(bench, 1).snapshot.title).toBe('newer')
  })

  test('an older absence', () => expect(prOf(see(overtaken(), []), 1).snapshot.title).toBe('newer'))

  test('a read that is asked in the same step counts', () => {
    const hint = { _tag: 'GithubHinted', concern: { _tag: 'PullRequest', pr: pull(1).number } } as const
    const bench = feed(feed(begin([unapproved]), hint), hint)
    const shown = (title: string) =>
      answer(bench, 'ReadPullRequest', {
        _tag: 'PullRequestObserved',
        fate: { _tag: 'Open', snapshot: { ...unapproved, title } },
      })
    shown('first')
    expect(prOf(shown('second'), 1).snapshot.title).toBe('second')
  })

  test('nor does an absence that is asked in the same step', () => {
    const hint = { _tag: 'GithubHinted', concern: { _tag: 'PullRequest', pr: pull(1).number } } as const
    const bench = feed(feed(begin([unapproved]), hint), hint)
    answer(bench, 'ReadPullRequest', {
      _tag: 'PullRequestObserved',
      fate: { _tag: 'Open', snapshot: pull(1, { title: 'another', reviewDecision: 'NONE' }) },
    })
    answer(bench, 'ReadPullRequest', { _tag: 'PullRequestObserved', fate: { _tag: 'Closed' } })
    expect(SortedMap.size(bench.state.pullRequests)).toBe(0)
  })

  test('a pull request that left does not come back by a read that was asked before', () => {
    const bench = feed(begin([unapproved]), { _tag: 'GithubHinted', concern: { _tag: 'Everything' } })
    feed(bench, { _tag: 'GithubHinted', concern: { _tag: 'PullRequest', pr: pull(1).number } })
    answer(bench, 'ReadPullRequest', { _tag: 'PullRequestObserved', fate: { _tag: 'Closed' } })
    expect(SortedMap.keysArray(bench.state.gone)).toEqual([1])
    see(bench, [unapproved])
    expect(SortedMap.size(bench.state.pullRequests)).toBe(0)
    answer(bench, 'ReadPullRequest', { _tag: 'PullRequestObserved', fate: { _tag: 'Closed' } })
    see(bench, [])
    expect(SortedMap.size(bench.state.gone)).toBe(0)
  })

  test('the head: it is read once more', () => {
    const bench = feed(green(begin([pull(1)]), 1, 7), head)
    land(bench, 'c1@h0')
    expect(ordered(headIs(bench, 'h0'))).toEqual([{ _tag: 'ReadHead' }])
    expect(bench.state.head).toMatchObject(some({ sha: 'c1@h0' }))
  })

  test('the head, if it shows the same, need not be read again', () => {
    const bench = feed(green(begin([pull(1)]), 1, 7), head)
    land(bench, 'c1@h0')
    expect(ordered(headIs(bench, 'c1@h0'))).toEqual([])
  })
})

describe('the head', () => {
  test.each([
    ['test', { _tag: 'Unverified', why: 'It was there before headgate was.' }],
    ['trust', { _tag: 'Verified', how: 'trusted' }],
  ] as const)('that is there at the start (%s)', (unverifiedHead, standing) =>
    expect(begin([], { unverifiedHead }).state.head).toMatchObject(
      some({ sha: 'h0', standing, doubted: false, landedFrom: none }),
    ),
  )

  test('that was pushed past the gate', () => {
    const bench = see(begin([], { unverifiedHead: 'test' }), [], 'h1')
    expect(bench.state.head).toMatchObject(
      some({ sha: 'h1', standing: { _tag: 'Unverified', why: 'It was pushed past the gate.' } }),
    )
  })

  test('that our forge merge made on another head than it was tested on', () => {
    const bench = green(begin([pull(1)], { landing: 'forge-merge' }), 1, 7)
    see(bench, [pull(1)], 'h9')
    land(bench, 'forge1')
    expect(bench.state.head).toMatchObject(some({ sha: 'h9', doubted: true }))
    headIs(bench, 'forge1')
    const why = 'The forge merged it on another head than it was tested on.'
    expect(bench.state.head).toMatchObject(some({ sha: 'forge1', standing: { _tag: 'Unverified', why } }))
  })

  test('that is the very commit that was tested and landed, found again', () => {
    const bench = green(begin([pull(1)]), 1, 7)
    see(bench, [pull(1)], 'h9')
    land(bench, 'c1@h0')
    headIs(bench, 'c1@h0')
    expect(bench.state.head).toMatchObject(
      some({ sha: 'c1@h0', standing: { _tag: 'Verified', how: 'trusted' } }),
    )
  })

  test('that is the same keeps its standing', () => {
    const bench = land(green(begin([pull(1)]), 1, 7), 'c1@h0')
    headIs(feed(bench, head), 'c1@h0')
    expect(bench.state.head).toMatchObject(
      some({ standing: { _tag: 'Verified', how: 'landed' }, seq: bench.state.seq }),
    )
  })

  test('that was before our landing is a lagging read, for a while', () => {
    const bench = land(green(begin([pull(1)]), 1, 7), 'c1@h0')
    bench.now += 59_999
    headIs(feed(bench, head), 'h0')
    expect(bench.state.head).toMatchObject(some({ sha: 'c1@h0' }))
    bench.now += 1
    headIs(feed(bench, head), 'h0')
    expect(bench.state.head).toMatchObject(some({ sha: 'h0', standing: { how: 'trusted' } }))
  })

  test('that is neither is believed at once', () => {
    const bench = land(green(begin([pull(1)]), 1, 7), 'c1@h0')
    headIs(feed(bench, head), 'h9')
    expect(bench.state.head).toMatchObject(some({ sha: 'h9' }))
  })

  test('that is doubted is trusted again when a read shows it again', () => {
    const bench = green(begin([pull(1)]), 1, 7)
    answer(bench, 'LandBranch', { _tag: 'LandingRefused', code: 'HeadMoved', text: 'not the head' })
    expect(bench.state.head).toMatchObject(some({ doubted: true, seq: bench.state.seq }))
    headIs(bench, 'h0')
    expect(bench.state.head).toMatchObject(some({ sha: 'h0', doubted: false }))
  })

  test('that is doubted is not believed to a read that was asked before the doubt', () => {
    const bench = feed(green(begin([pull(1)]), 1, 7), head)
    answer(bench, 'LandBranch', { _tag: 'LandingRefused', code: 'HeadMoved', text: 'not the head' })
    expect(ordered(headIs(bench, 'h0'))).toEqual([{ _tag: 'ReadHead' }])
    expect(bench.state.head).toMatchObject(some({ doubted: true }))
  })
})

describe('our own status as the forge shows it', () => {
  test.each([
    ['SUCCESS', some('success')],
    ['FAILURE', some('failure')],
    ['ERROR', some('failure')],
    ['PENDING', some('pending')],
    ['EXPECTED', some('pending')],
    ['NEUTRAL', none],
  ])('%s', (word, known) => {
    const bench = begin([pull(1, { author: 'stranger', checks: [check('headgate', word)] })])
    expect(posted(bench)).toEqual(known)
  })

  test('under our name only', () => {
    const others = [check('lint', 'SUCCESS'), { name: 'headgate', state: none, reporter: none }]
    expect(posted(begin([pull(1, { author: 'stranger', checks: others })]))).toEqual(none)
  })

  test('is taken over, and posted anew where it is wrong', () => {
    const bench = post(begin([pull(1)]))
    seeOne(bench, pull(1, { checks: [check('headgate', 'SUCCESS')] }))
    expect(posted(bench)).toEqual(some('success'))
    expect(ordered(prepare(bench, 1), 'PostStatus')).toMatchObject([{ state: 'pending' }])
  })

  test('does not override what is being posted', () => {
    const bench = begin([pull(1)])
    seeOne(bench, pull(1, { checks: [check('headgate', 'FAILURE')] }))
    expect(posted(bench)).toEqual(none)
  })

  test('does not override what was posted after the read was asked', () => {
    const bench = feed(begin([pull(1)]), { _tag: 'GithubHinted', concern: { _tag: 'Everything' } })
    post(bench)
    see(bench, [pull(1, { checks: [check('headgate', 'FAILURE')] })])
    expect(posted(bench)).toEqual(some('pending'))
  })

  test('a forge that does not show it yet lags behind', () => {
    const bench = seeOne(post(begin([pull(1)])), pull(1, { labels: ['docs'] }))
    expect(posted(bench)).toEqual(some('pending'))
    expect(ordered(bench)).toEqual([])
  })

  test('that is known already changes nothing', () => {
    const bench = post(begin([pull(1)]))
    const shown = pull(1, { checks: [check('headgate', 'PENDING')] })
    seeOne(bench, shown)
    const before = prOf(bench, 1)
    seeOne(bench, shown)
    expect(prOf(bench, 1)).toBe(before)
  })

  test('a state that the forge refused is told apart from one it shows', () => {
    const bench = fail(begin([pull(1)]), 'PostStatus', 'permanent')
    seeOne(bench, pull(1, { checks: [check('headgate', 'FAILURE')] }))
    expect(posted(bench)).toEqual(some('failure'))
    expect(ordered(bench, 'PostStatus')).toEqual([])
  })
})

describe('a pull request that has landed but is still shown as open', () => {
  const landed = () => land(green(begin([pull(1)]), 1, 7), 'c1@h0')

  test('never comes back', () => {
    const bench = seeOne(landed(), pull(1))
    expect(SortedMap.has(bench.state.pullRequests, prNumber(1))).toBe(false)
    expect(ordered(bench)).toEqual([])
  })

  test('is closed when the forge has had time to notice, once', () => {
    const bench = landed()
    bench.now += 59_999
    expect(ordered(seeOne(bench, pull(1)))).toEqual([])
    bench.now += 1
    expect(ordered(seeOne(bench, pull(1)))).toEqual([{ _tag: 'ClosePullRequest', pr: 1, landed: 'c1@h0' }])
    expect(ordered(seeOne(bench, pull(1)))).toEqual([])
    answer(bench, 'ClosePullRequest', { _tag: 'PullRequestClosed' })
    expect(SortedMap.get(bench.state.landings, prNumber(1))).toMatchObject({ closed: true })
    expect(ordered(seeOne(bench, pull(1)))).toEqual([])
    expect(out(bench, 'ClosePullRequest')).toBeUndefined()
  })

  test('nor when its landing is remembered by its number alone', () => {
    const bench = landed()
    const landedBefore = SortedSet.add(bench.state.landedBefore, prNumber(1))
    bench.state = { ...bench.state, landings: fresh().state.landings, landedBefore }
    bench.now += 60_000
    expect(ordered(seeOne(bench, pull(1)))).toEqual([])
    expect(SortedMap.has(bench.state.pullRequests, prNumber(1))).toBe(false)
  })
})

test('a commit that is being prepared for a source that is gone is not submitted', () => {
  const bench = begin([pull(1)])
  const before = runOf(bench, 1)
  see(bench, [pull(1, { source: sha('s1b') })])
  expect(runOf(bench, 1).id).not.toBe(before.id)
  expect(ordered(prepare(bench, 1), 'SubmitTestBatch')).toMatchObject([{ members: [{ source: 's1b' }] }])
})

test('a pull request that left does not come back by a read of it that a read of the branch has overtaken', () => {
  const bench = begin([unapproved])
  feed(bench, { _tag: 'GithubHinted', concern: { _tag: 'PullRequest', pr: prNumber(1) } })
  see(bench, [])
  answer(bench, 'ReadPullRequest/1', {
    _tag: 'PullRequestObserved',
    fate: { _tag: 'Open', snapshot: unapproved },
  })
  expect(SortedMap.has(bench.state.pullRequests, prNumber(1))).toBe(false)
  expect(ordered(bench, 'ReadPullRequest')).toEqual([{ _tag: 'ReadPullRequest', pr: 1 }])
})
