import { none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, test } from 'vitest'
import { batchId, sha, SortedMap } from '@headgate/core'
import { gateRuns, headRun } from '../../src/work/runs.js'
import {
  answer,
  begin,
  feed,
  headRunOf,
  land,
  ordered,
  out,
  post,
  prepare,
  prOf,
  readBatch,
  run,
  runOf,
  see,
  seeOne,
  tested,
  type Bench,
} from '../support/bench.js'
import { pull } from '../support/build.js'

const unapproved = pull(1, { reviewDecision: 'NONE' })
const runs = (bench: Bench) => SortedMap.valuesArray(bench.state.runs)

test('a gate run starts as a commit to be prepared', () => {
  const bench = begin([pull(1)])
  expect(runOf(bench, 1)).toEqual({
    id: expect.stringMatching(/^run-lfls-\d+$/),
    purpose: 'gate',
    base: 'h0',
    members: [{ pr: 1, source: 's1' }],
    chain: [],
    stage: { _tag: 'Preparing' },
    reason: 'merge candidate',
    startedAt: 1_000_000,
    abandoned: false,
  })
})

test('a head run starts as a batch to be submitted', () => {
  const bench = begin([], { unverifiedHead: 'test' })
  expect(headRunOf(bench)).toEqual({
    id: expect.stringMatching(/^run-lfls-\d+$/),
    purpose: 'head',
    base: 'h0',
    members: [],
    chain: [],
    stage: { _tag: 'Submitting', commit: 'h0', tree: none },
    reason: 'It was there before headgate was.',
    startedAt: 1_000_000,
    abandoned: false,
  })
})

describe('a run that nobody wants any more', () => {
  test('whose commit is being prepared is dropped, and so is the order', () => {
    const bench = see(begin([pull(1)]), [])
    expect(runs(bench)).toEqual([])
    expect(out(bench, 'PrepareCommit')).toBeUndefined()
  })

  test('whose batch is being submitted is kept until that is known; it takes no place', () => {
    const bench = begin([pull(1), pull(2, { reviewDecision: 'NONE' })], { maxTestRuns: 1 })
    prepare(bench, 1)
    expect(gateRuns(bench.state)).toHaveLength(1)
    see(bench, [pull(2, { reviewDecision: 'NONE' })])
    expect(runs(bench).map((r) => [r.abandoned, r.stage._tag])).toEqual([
      [true, 'Submitting'],
      [false, 'Preparing'],
    ])
    expect(gateRuns(bench.state)).toEqual([runOf(bench, 2)])
  })

  test('whose batch runs is cancelled, its commit deleted, its read forgotten', () => {
    const bench = run(begin([pull(1)]), 1, 7)
    const { id } = runOf(bench, 1)
    feed(bench, { _tag: 'BatchHinted', batchId: some(batchId(7)) })
    see(bench, [])
    expect(runs(bench)).toEqual([])
    expect(out(bench, 'ReadBatch')).toBeUndefined()
    expect(ordered(bench)).toEqual([
      { _tag: 'DeletePreparedCommit', run: id },
      { _tag: 'CancelBatch', batchId: 7, reason: 'the pull request is no longer open' },
    ])
  })

  test('is abandoned once', () => {
    const bench = prepare(begin([pull(1)]), 1)
    const { id } = runOf(bench, 1)
    seeOne(bench, pull(1, { source: sha('s1b') }))
    see(bench, [])
    answer(bench, `SubmitTestBatch/${id}`, { _tag: 'TestBatchSubmitted', batchId: batchId(7) })
    expect(ordered(bench, 'CancelBatch')).toHaveLength(1)
  })

  test('and whose batch is not taken leaves no result, but its commit is deleted', () => {
    const bench = prepare(begin([unapproved]), 1)
    const { id } = runOf(bench, 1)
    seeOne(bench, pull(1, { source: sha('s1b'), reviewDecision: 'NONE' }))
    answer(bench, `SubmitTestBatch/${id}`, {
      _tag: 'TestBatchRejected',
      code: 'BuildFileInvalid',
      text: 'line 3',
    })
    expect(prOf(bench, 1).result).toEqual(none)
    expect(ordered(bench, 'DeletePreparedCommit')).toEqual([{ _tag: 'DeletePreparedCommit', run: id }])
  })

  test('and tests a head is no test of the head', () => {
    const bench = begin([], { unverifiedHead: 'test' })
    const first = headRunOf(bench)
    see(bench, [], 'h1')
    expect(SortedMap.get(bench.state.runs, first?.id ?? ('' as never))).toMatchObject({ abandoned: true })
    expect(headRun(bench.state)).toMatchObject({ base: 'h1' })
  })

  test('and tests a head that is the head again is no test of it', () => {
    const bench = begin([], { unverifiedHead: 'test' })
    const first = headRunOf(bench)
    see(see(bench, [], 'h1'), [], 'h0')
    answer(bench, `SubmitTestBatch/${first?.id}`, {
      _tag: 'TestBatchRejected',
      code: 'BuildFileInvalid',
      text: 'no',
    })
    expect(bench.state.head).toMatchObject(some({ sha: 'h0', standing: { _tag: 'Unverified' } }))
  })
})

describe('a run that ends', () => {
  test('as passed keeps its commit: it may land', () => {
    expect(ordered(tested(begin([pull(1)]), 1, 7), 'DeletePreparedCommit')).toEqual([])
  })

  test('as failed needs its commit no more', () => {
    const bench = run(begin([pull(1)]), 1, 7)
    const { id } = runOf(bench, 1)
    expect(ordered(readBatch(bench, 7, 'failure'), 'DeletePreparedCommit')).toEqual([
      { _tag: 'DeletePreparedCommit', run: id },
    ])
  })

  test('takes the place of an older one, whose commit is deleted', () => {
    const bench = post(tested(begin([unapproved]), 1, 7))
    expect(prOf(bench, 1).result).toMatchObject(some({ evidence: { batchId: 7, base: 'h0' } }))
    see(bench, [pull(1)], 'h1')
    tested(bench, 1, 8)
    expect(ordered(bench, 'DeletePreparedCommit')).toHaveLength(1)
    expect(prOf(bench, 1).result).toMatchObject(some({ evidence: { batchId: 8, base: 'h1' } }))
  })

  test('as an error: the commit of the older result is deleted, too', () => {
    const bench = post(tested(begin([unapproved]), 1, 7))
    see(bench, [pull(1)], 'h1')
    answer(bench, 'PrepareCommit', {
      _tag: 'PreparationFailed',
      code: 'MergeConflict',
      text: 'It conflicts.',
      culprit: none,
    })
    expect(ordered(bench, 'DeletePreparedCommit')).toHaveLength(1)
    expect(prOf(bench, 1).result).toMatchObject(some({ _tag: 'Errored', base: 'h1' }))
  })

  test('forgets that its batch is being read', () => {
    const bench = run(begin([pull(1)]), 1, 7)
    feed(bench, { _tag: 'BatchHinted', batchId: some(batchId(7)) })
    bench.now += 5 * 3600 * 1000
    feed(bench, { _tag: 'TimeAdvanced' })
    expect(prOf(bench, 1).result).toMatchObject(some({ code: 'Timeout' }))
    expect(out(bench, 'ReadBatch')).toBeUndefined()
  })

  test('before it had a batch lets the batch of another be read again', () => {
    const bench = run(begin([unapproved, pull(2, { reviewDecision: 'NONE' })]), 1, 7)
    const hint = { _tag: 'BatchHinted', batchId: some(batchId(7)) } as const
    feed(feed(bench, hint), hint)
    answer(bench, `PrepareCommit/${runOf(bench, 2).id}`, {
      _tag: 'PreparationFailed',
      code: 'MergeConflict',
      text: 'It conflicts.',
      culprit: none,
    })
    answer(bench, 'ReadBatch/7', {
      _tag: 'BatchObserved',
      fate: { _tag: 'Known', state: 'running', complete: false },
    })
    expect(ordered(bench, 'ReadBatch')).toEqual([{ _tag: 'ReadBatch', batchId: 7 }])
  })
})

describe('the test of a head that ends', () => {
  const testing = () =>
    answer(begin([], { unverifiedHead: 'test' }), 'SubmitTestBatch', {
      _tag: 'TestBatchSubmitted',
      batchId: batchId(3),
    })

  test('deletes no commit: it is the head', () => {
    expect(ordered(readBatch(testing(), 3, 'failure'), 'DeletePreparedCommit')).toEqual([])
  })

  test('as failed holds deploys until a head passes, and the next head is tested', () => {
    const bench = readBatch(testing(), 3, 'failure')
    expect(ordered(see(bench, [], 'h1'))).toMatchObject([{ _tag: 'SubmitTestBatch', base: 'h1' }])
  })

  test('can not end for a head that has moved on', () => {
    const bench = testing()
    const first = headRunOf(bench)
    see(bench, [], 'h1')
    expect(headRunOf(bench)?.id).not.toBe(first?.id)
    readBatch(bench, 3, 'success')
    expect(bench.state.head).toMatchObject(some({ standing: { _tag: 'Unverified' } }))
  })
})

test('the commit of what landed is deleted', () => {
  const bench = post(tested(begin([pull(1)]), 1, 7))
  expect(ordered(land(bench, 'c1@h0'), 'DeletePreparedCommit')).toHaveLength(1)
})
