import { none } from 'fp-ts/lib/Option.js'
import { describe, expect, test } from 'vitest'
import { batchId } from '@headgate/core'
import { answer, begin, feed, fresh, headRunOf, ordered, readBatch, see } from '../support/bench.js'

const untrusting = { unverifiedHead: 'test' as const }
const submitted = (batch: number) => ({ _tag: 'TestBatchSubmitted', batchId: batchId(batch) }) as const
/** The head `h0` is being tested as batch 3. */
const testing = () => answer(begin([], untrusting), 'SubmitTestBatch', submitted(3))

test('a head that was there before is tested as it is', () => {
  const bench = see(feed(fresh(untrusting), { _tag: 'ServiceStarted' }), [])
  expect(ordered(bench, 'SubmitTestBatch')).toEqual([
    {
      _tag: 'SubmitTestBatch',
      run: expect.stringMatching(/^run-/),
      purpose: 'head',
      commit: 'h0',
      tree: none,
      base: 'h0',
      members: [],
      sourceBranch: none,
      labels: [],
      reason: 'It was there before headgate was.',
    },
  ])
})

test('it is tested once', () => {
  const bench = testing()
  expect(ordered(see(bench, []))).toEqual([])
  expect(ordered(readBatch(bench, 3, 'success'))).toEqual([])
})

describe('when the head moves meanwhile', () => {
  test('the test of the old head is cancelled, the new one is tested', () => {
    const bench = see(testing(), [], 'h1')
    expect(ordered(bench)).toMatchObject([
      { _tag: 'CancelBatch', batchId: 3, reason: 'the head it tests needs no test any more' },
      { _tag: 'SubmitTestBatch', base: 'h1', reason: 'It was pushed past the gate.' },
    ])
    expect(headRunOf(bench)?.base).toBe('h1')
  })

  test('the commit that was tested is no prepared one, and stays', () => {
    expect(ordered(see(testing(), [], 'h1'), 'DeletePreparedCommit')).toEqual([])
  })
})

test('a head that the policy now trusts goes on being tested, the next one is not', () => {
  const bench = testing()
  feed(bench, { _tag: 'PolicyChanged', by: 'op', policy: { ...bench.state.policy, unverifiedHead: 'trust' } })
  expect(ordered(bench)).toEqual([])
  see(bench, [], 'h1')
  expect(ordered(bench)).toMatchObject([{ _tag: 'CancelBatch', batchId: 3 }])
  expect(headRunOf(bench)).toBeUndefined()
})
