import { none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, test } from 'vitest'
import { batchId, SortedMap } from '@headgate/core'
import {
  answer,
  begin,
  deploying,
  feed,
  list,
  ordered,
  out,
  post,
  prepare,
  prOf,
  readBatch,
  run,
  runOf,
  see,
  tested,
  type Bench,
} from '../support/bench.js'
import { pull, testBatch } from '../support/build.js'

const unapproved = pull(1, { reviewDecision: 'NONE' })
const gone = (bench: Bench, batch: number) => {
  feed(bench, { _tag: 'BatchHinted', batchId: some(batchId(batch)) })
  return answer(bench, `ReadBatch/${batch}`, { _tag: 'BatchObserved', fate: { _tag: 'Gone' } })
}

describe('a prepared commit', () => {
  test('is submitted with all that makes its batch findable again', () => {
    const bench = begin([pull(1, { labels: ['rerun all tests'] })])
    const { id } = runOf(bench, 1)
    expect(ordered(prepare(bench, 1), 'SubmitTestBatch')).toEqual([
      {
        _tag: 'SubmitTestBatch',
        run: id,
        purpose: 'gate',
        commit: 'c1@h0',
        tree: some('t1@h0'),
        base: 'h0',
        members: [{ pr: 1, source: 's1' }],
        sourceBranch: some('branch-1'),
        labels: ['rerun all tests'],
        reason: 'merge candidate',
      },
    ])
  })

  test('that may no longer run is deleted: tests were stopped by label meanwhile', () => {
    const bench = begin([pull(1)])
    const { id } = runOf(bench, 1)
    const answers = out(bench, 'PrepareCommit')?.id
    see(bench, [pull(1, { labels: ['do-not-test'] })])
    expect(out(bench, 'PrepareCommit')?.id).toBe(answers)
    prepare(bench, 1)
    expect(ordered(bench)).toEqual([{ _tag: 'DeletePreparedCommit', run: id }])
    expect(prOf(bench, 1)).toMatchObject({ run: none, result: none })
  })

  test('that may no longer run is deleted: its author is not trusted any more', () => {
    const bench = begin([pull(1)])
    feed(bench, { _tag: 'PolicyChanged', by: 'op', policy: { ...bench.state.policy, trustedAuthors: [] } })
    expect(ordered(prepare(bench, 1))).toMatchObject([{ _tag: 'DeletePreparedCommit' }])
  })
})

describe('a run that can not be carried out', () => {
  test('because the commit can not be made', () => {
    const bench = begin([pull(1)])
    answer(bench, 'PrepareCommit', {
      _tag: 'PreparationFailed',
      code: 'MergeConflict',
      text: 'a.txt conflicts',
      culprit: none,
    })
    expect(prOf(bench, 1)).toMatchObject({
      run: none,
      result: some({ _tag: 'Errored', base: 'h0', code: 'MergeConflict', text: 'a.txt conflicts' }),
    })
    expect(ordered(bench, 'DeletePreparedCommit')).toEqual([])
  })

  test('because Batch does not take it: its commit is deleted', () => {
    const bench = prepare(begin([pull(1)]), 1)
    answer(bench, 'SubmitTestBatch', { _tag: 'TestBatchRejected', code: 'BuildFileInvalid', text: 'line 3' })
    expect(prOf(bench, 1).result).toEqual(
      some({ _tag: 'Errored', base: 'h0', code: 'BuildFileInvalid', text: 'line 3' }),
    )
    expect(ordered(bench, 'DeletePreparedCommit')).toHaveLength(1)
  })
})

describe('a submitted batch', () => {
  test('runs from now on, and is looked at later', () => {
    const bench = prepare(begin([pull(1)]), 1)
    bench.now += 500
    answer(bench, 'SubmitTestBatch', { _tag: 'TestBatchSubmitted', batchId: batchId(7) })
    expect(runOf(bench, 1).stage).toEqual({
      _tag: 'Running',
      commit: some('c1@h0'),
      tree: some('t1@h0'),
      batchId: 7,
      since: 1_000_500,
      lookAt: 1_060_500,
    })
  })

  test('that nobody waits for any more is cancelled, and its commit deleted', () => {
    const bench = prepare(begin([pull(1)]), 1)
    const { id } = runOf(bench, 1)
    see(bench, [])
    answer(bench, 'SubmitTestBatch', { _tag: 'TestBatchSubmitted', batchId: batchId(7) })
    expect(ordered(bench)).toEqual([
      { _tag: 'DeletePreparedCommit', run: id },
      { _tag: 'CancelBatch', batchId: 7, reason: 'nobody waits for it any more' },
    ])
    expect(SortedMap.size(bench.state.runs)).toBe(0)
  })
})

describe('a batch that was read', () => {
  test.each([
    ['success', 'Passed'],
    ['failure', 'Failed'],
  ] as const)('and has ended as %s: the pull request has %s', (state, _tag) => {
    const bench = run(begin([unapproved]), 1, 7)
    const { id } = runOf(bench, 1)
    expect(prOf(readBatch(bench, 7, state), 1)).toMatchObject({
      run: none,
      result: some({
        _tag,
        evidence: {
          run: id,
          base: 'h0',
          members: [{ pr: 1, source: 's1' }],
          chain: ['c1@h0'],
          commit: some('c1@h0'),
          tree: some('t1@h0'),
          batchId: 7,
        },
      }),
    })
  })

  test.each(['running', 'failure'] as const)('and still runs (%s): nothing counts yet', (state) => {
    const bench = run(begin([unapproved]), 1, 7)
    const { id } = runOf(bench, 1)
    expect(prOf(readBatch(bench, 7, state, false), 1)).toMatchObject({ run: some(id), result: none })
  })

  test('and is being cancelled by somebody is not waited for', () => {
    const bench = readBatch(run(begin([unapproved]), 1, 7), 7, 'cancelled', false)
    expect(prOf(bench, 1).result).toEqual(none)
    expect(ordered(bench, 'PrepareCommit')).toHaveLength(1)
  })

  test('and was cancelled by somebody says nothing: it is tested again', () => {
    const bench = readBatch(run(begin([unapproved]), 1, 7), 7, 'cancelled')
    expect(prOf(bench, 1).result).toEqual(none)
    expect(ordered(bench, 'PrepareCommit')).toHaveLength(1)
  })

  test('and is gone: it is tested again', () => {
    const bench = gone(run(begin([unapproved]), 1, 7), 7)
    expect(prOf(bench, 1).result).toEqual(none)
    expect(ordered(bench, 'PrepareCommit')).toHaveLength(1)
  })

  test.each([
    ['gone', (bench: Bench) => gone(bench, 9)],
    ['ended', (bench: Bench) => readBatch(bench, 9, 'failure')],
  ])('and %s, but is none of ours: nothing', (_what, read) => {
    const bench = run(begin([unapproved]), 1, 7)
    const before = runOf(bench, 1)
    read(bench)
    expect(runOf(bench, 1)).toBe(before)
    expect(prOf(bench, 1).result).toEqual(none)
  })

  test('ends the run whose batch it is, of several', () => {
    const bench = begin([unapproved, pull(2, { reviewDecision: 'NONE' })])
    readBatch(run(run(bench, 1, 7), 2, 8), 8, 'success')
    expect(prOf(bench, 1).result).toEqual(none)
    expect(prOf(bench, 2).result).toMatchObject(some({ _tag: 'Passed' }))
  })
})

describe('a deploy that was read', () => {
  const deployed = () => deploying(begin([], { deployable: true }), 5)

  test.each([
    ['success', 'The deploy succeeded.'],
    ['failure', 'The deploy failed.'],
    ['cancelled', 'The deploy was cancelled.'],
  ] as const)('%s: %s', (state, text) => {
    const bench = readBatch(deployed(), 5, state)
    expect(bench.state.deploy).toMatchObject({
      current: none,
      last: some({ sha: 'h0', batchId: some(5), outcome: state, text }),
      history: [{ sha: 'h0', batchId: some(5), outcome: state }],
    })
  })

  test('still runs: it goes on', () =>
    expect(readBatch(deployed(), 5, 'failure', false).state.deploy).toMatchObject({
      current: some({ batchId: some(5) }),
      last: none,
    }))

  test('is gone: it is deployed again', () => {
    const bench = gone(deployed(), 5)
    expect(ordered(bench)).toMatchObject([{ _tag: 'SubmitDeployBatch', sha: 'h0' }])
    expect(bench.state.deploy.history).toEqual([])
  })

  test('a test that ends beside it is not taken for it', () => {
    const bench = run(begin([unapproved], { deployable: true }), 1, 7)
    readBatch(deploying(bench, 5), 7, 'success')
    expect(bench.state.deploy.current).toMatchObject(some({ batchId: some(5) }))
    expect(prOf(bench, 1).result).toMatchObject(some({ _tag: 'Passed' }))
  })

  test('another batch that ends before it is submitted is not taken for it', () => {
    const bench = readBatch(begin([], { deployable: true }), 5, 'success')
    expect(bench.state.deploy.current).toMatchObject(some({ batchId: none }))
  })
})

describe('the test of a head', () => {
  const testing = () =>
    answer(begin([], { unverifiedHead: 'test' }), 'SubmitTestBatch', {
      _tag: 'TestBatchSubmitted',
      batchId: batchId(3),
    })

  test('that passes verifies it', () => {
    const bench = readBatch(testing(), 3, 'success')
    expect(bench.state.head).toMatchObject(some({ standing: { _tag: 'Verified', how: 'tested' } }))
    expect(ordered(bench)).toEqual([])
  })

  test('that fails breaks it', () => {
    const bench = readBatch(testing(), 3, 'failure')
    expect(bench.state.head).toMatchObject(
      some({
        standing: { _tag: 'Broken', batchId: some(3), text: 'The head failed its own tests in batch 3.' },
      }),
    )
    expect(ordered(bench)).toEqual([])
  })

  test('that is cancelled from outside is started again', () => {
    const bench = readBatch(testing(), 3, 'cancelled')
    expect(ordered(bench)).toMatchObject([{ _tag: 'SubmitTestBatch', purpose: 'head', commit: 'h0' }])
  })
})

test('a cancel that is acknowledged is remembered with its reason', () => {
  const bench = list(post(begin()), [testBatch(2, 7)])
  answer(bench, 'CancelBatch', { _tag: 'BatchCancelled' })
  expect(SortedMap.toArray(bench.state.cancelling)).toEqual([
    [7, { reason: 'it belongs to nothing any more', acknowledged: true }],
  ])
})

test('a batch whose run has ended is not listened to any more', () => {
  const bench = tested(begin([unapproved]), 1, 7)
  const before = prOf(bench, 1)
  expect(prOf(readBatch(bench, 7, 'failure'), 1)).toBe(before)
})
