import { none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, test } from 'vitest'
import { sha, SortedMap } from '@headgate/core'
import {
  answer,
  begin,
  fail,
  feed,
  fresh,
  land,
  list,
  ordered,
  out,
  post,
  prepare,
  readBatch,
  run,
  runOf,
  see,
  tested,
  wait,
} from '../support/bench.js'
import type { Bench } from '../support/bench.js'
import { check, pull } from '../support/build.js'

const unapproved = (n: number) => pull(n, { reviewDecision: 'NONE' })
const status = (state: string, description: string, pr = 1, on = `s${pr}`) => ({
  _tag: 'PostStatus',
  sha: on,
  context: 'headgate',
  state,
  description,
  pr: some(pr),
})
const posts = (bench: Bench) => ordered(bench, 'PostStatus')
const posted = { _tag: 'StatusPosted' } as const

describe('what the status on a source says', () => {
  test('waiting: a stranger', () =>
    expect(posts(begin([pull(1, { author: 'stranger' })]))).toEqual([
      status('pending', 'Waiting to be tested'),
    ]))

  test('testing, and why', () =>
    expect(posts(begin([pull(1)]))).toEqual([status('pending', 'Testing: merge candidate')]))

  test('passed, and where', () => {
    const bench = post(run(begin([pull(1)]), 1, 7))
    expect(posts(readBatch(bench, 7, 'success'))).toEqual([status('success', 'Passed in batch 7')])
  })

  test('failed, and where', () => {
    const bench = post(run(begin([pull(1)]), 1, 7))
    expect(posts(readBatch(bench, 7, 'failure'))).toEqual([status('failure', 'Failed in batch 7')])
  })

  test('an error is a failure with its text', () => {
    const bench = post(begin([pull(1)]))
    answer(bench, 'PrepareCommit', {
      _tag: 'PreparationFailed',
      code: 'MergeConflict',
      text: 'It conflicts.',
      culprit: none,
    })
    expect(posts(bench)).toEqual([status('failure', 'It conflicts.')])
  })

  test('a retested one stays as it was until its batch is submitted', () => {
    const bench = post(tested(begin([unapproved(1)]), 1, 7))
    see(bench, [pull(1)], 'h1')
    expect(posts(bench)).toEqual([])
    expect(posts(prepare(bench, 1))).toEqual([status('pending', 'Testing: merge candidate on a new head')])
  })
})

describe('when it is posted', () => {
  test('once per change of its state: a further batch of a pending one says nothing new', () => {
    const bench = post(begin([pull(1)]))
    expect(posts(run(bench, 1, 7))).toEqual([])
    expect(posts(see(bench, [pull(1, { labels: ['docs'] })]))).toEqual([])
  })

  test('one at a time on a SHA; what changed meanwhile follows', () => {
    const bench = tested(begin([pull(1)]), 1, 7)
    expect(posts(bench)).toEqual([])
    expect(posts(answer(bench, 'PostStatus', posted))).toEqual([status('success', 'Passed in batch 7')])
  })

  test('what the forge shows already is not posted again', () => {
    const shown = pull(1, { checks: [check('headgate', 'PENDING')] })
    expect(posts(begin([shown]))).toEqual([])
  })

  test('what the forge shows as final stays until a batch is about to run', () => {
    const bench = begin([pull(1, { checks: [check('headgate', 'ERROR')] })])
    expect(posts(bench)).toEqual([])
    expect(posts(prepare(bench, 1))).toEqual([status('pending', 'Testing: merge candidate')])
  })

  test('what the forge shows as final stays where nothing is tested', () => {
    const stranger = pull(1, { author: 'eve', checks: [check('headgate', 'SUCCESS')] })
    expect(posts(begin([stranger]))).toEqual([])
  })

  test('not while the batches are listed: one may be about what looks untested', () => {
    const bench = feed(fresh(), { _tag: 'ServiceStarted' })
    see(bench, [pull(1)])
    expect(posts(bench)).toEqual([])
    expect(posts(list(bench, []))).toEqual([status('pending', 'Testing: merge candidate')])
    feed(bench, { _tag: 'BatchHinted', batchId: none })
    post(bench)
    expect(posts(see(bench, [pull(1), pull(2)]))).toEqual([])
    expect(posts(list(bench, []))).toEqual([status('pending', 'Testing: not tested yet', 2)])
  })

  test('a post that waits to be given again gives way to something else', () => {
    const bench = run(fail(begin([pull(1)]), 'PostStatus', 'transient'), 1, 7)
    expect(posts(readBatch(bench, 7, 'failure'))).toEqual([status('failure', 'Failed in batch 7')])
  })

  test('a post that waits to be given again is not given twice', () => {
    const bench = fail(begin([pull(1)]), 'PostStatus', 'transient')
    expect(posts(run(bench, 1, 7))).toEqual([])
    expect(posts(wait(bench, 2))).toEqual([status('pending', 'Testing: merge candidate')])
  })

  test('a post that waits to be given again is dropped when its source is gone', () => {
    const bench = fail(begin([pull(1)]), 'PostStatus', 'transient')
    see(bench, [])
    expect(out(bench, 'PostStatus')).toBeUndefined()
  })

  test('a post that failed when there is something else to say makes room for it at once', () => {
    const bench = tested(begin([pull(1)]), 1, 7, 'failure')
    expect(posts(fail(bench, 'PostStatus', 'transient'))).toEqual([status('failure', 'Failed in batch 7')])
  })

  test('a state that the forge never takes is not posted again, another one is', () => {
    const bench = fail(begin([pull(1)]), 'PostStatus', 'permanent', 'no such commit')
    expect(posts(see(bench, [pull(1, { labels: ['docs'] })]))).toEqual([])
    expect(posts(tested(bench, 1, 7))).toEqual([status('success', 'Passed in batch 7')])
  })

  test('under the name that the policy gives', () =>
    expect(posts(begin([pull(1)], { statusContext: 'ci-test' }))).toMatchObject([{ context: 'ci-test' }]))

  test('not while the batches are being listed: what they show may be about it', () => {
    const bench = run(post(begin([unapproved(1)])), 1, 7)
    feed(bench, { _tag: 'BatchHinted', batchId: none })
    expect(posts(readBatch(bench, 7, 'success'))).toEqual([])
    expect(posts(list(bench, []))).toEqual([status('success', 'Passed in batch 7')])
  })

  test('not of one that looks untested while the listing that failed is to be given again', () => {
    const bench = feed(begin(), { _tag: 'BatchHinted', batchId: none })
    fail(bench, 'ReadBatches', 'transient')
    expect(posts(see(bench, [unapproved(1)]))).toEqual([])
    wait(bench, 2)
    expect(posts(list(bench, []))).toEqual([status('pending', 'Testing: not tested yet')])
  })
})

describe('two pull requests with one head', () => {
  const twins = [unapproved(1), pull(2, { source: sha('s1'), reviewDecision: 'NONE' })]

  test('have one status, which links to the first', () =>
    expect(posts(begin(twins))).toEqual([status('pending', 'Testing: not tested yet', 1, 's1')]))

  test.each([
    ['success', 'failure', 'success'],
    ['failure', 'success', 'success'],
    ['failure', 'failure', 'failure'],
  ] as const)('%s and %s: the better counts', (first, second, said) => {
    const bench = post(begin(twins))
    readBatch(run(bench, 1, 7), 7, first)
    post(bench)
    readBatch(run(bench, 2, 8), 8, second)
    post(bench)
    expect(SortedMap.get(bench.state.sources, sha('s1'))?.posted).toEqual(some(said))
  })

  test('one waits and the other is tested: the test speaks', () => {
    const stranger = pull(1, { author: 'stranger', reviewDecision: 'NONE' })
    expect(posts(begin([stranger, ...twins.slice(1)]))).toEqual([
      status('pending', 'Testing: not tested yet', 1, 's1'),
    ])
  })

  test('a failure counts more than a test that has not ended', () => {
    const bench = post(begin(twins))
    expect(posts(readBatch(run(bench, 2, 8), 8, 'failure'))).toEqual([
      status('failure', 'Failed in batch 8', 1, 's1'),
    ])
  })

  test('nothing is said while one of them may have been tested before', () => {
    const bench = run(post(begin(twins.slice(0, 1))), 1, 7)
    feed(bench, { _tag: 'BatchHinted', batchId: none })
    fail(bench, 'ReadBatches', 'transient')
    see(bench, twins)
    expect(posts(readBatch(bench, 7, 'success'))).toEqual([])
  })
})

test('a source that is gone is not spoken of', () => {
  const bench = begin([pull(1)])
  expect(posts(see(bench, []))).toEqual([])
  expect(posts(answer(bench, 'PostStatus', posted))).toEqual([])
})

test('after a push the new head is spoken of, and the old one no more', () => {
  const bench = post(begin([pull(1)]))
  expect(posts(see(bench, [pull(1, { source: sha('s1b') })]))).toEqual([
    status('pending', 'Testing: merge candidate', 1, 's1b'),
  ])
})

test('of twins one pushes: the other one keeps what is known', () => {
  const bench = post(begin([unapproved(1), pull(2, { source: sha('s1'), reviewDecision: 'NONE' })]))
  post(tested(bench, 1, 7))
  see(bench, [pull(1, { source: sha('s1b') }), pull(2, { source: sha('s1'), reviewDecision: 'NONE' })])
  expect(posts(bench).map((order) => order.sha)).toEqual(['s1b'])
  expect(posts(prepare(bench, 2))).toEqual([status('pending', 'Testing: not tested yet', 2, 's1')])
})

test('what landed is not spoken of any more', () => {
  const bench = post(tested(begin([pull(1)]), 1, 7))
  expect(posts(land(bench, 'c1@h0'))).toEqual([])
  expect(out(bench, 'PostStatus')).toBeUndefined()
  expect(() => runOf(bench, 1)).toThrow()
})
