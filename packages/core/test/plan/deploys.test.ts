import { none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, test } from 'vitest'
import {
  begin,
  deploying,
  feed,
  green,
  land,
  answer,
  ordered,
  out,
  readBatch,
  see,
  wait,
} from '../support/bench.js'
import { pull } from '../support/build.js'

const retry = { _tag: 'DeployRetried', by: 'op' } as const

describe('starting', () => {
  test('the verified head is deployed, once', () => {
    const bench = begin([], { deployable: true })
    expect(ordered(bench)).toEqual([
      { _tag: 'SubmitDeployBatch', run: expect.stringMatching(/^run-/), sha: 'h0' },
    ])
    expect(ordered(readBatch(deploying(bench, 5), 5, 'success'))).toEqual([])
    expect(ordered(see(bench, []))).toEqual([])
  })

  test.each([
    ['where the service may not deploy', { deployable: false }],
    ['an unverified head', { unverifiedHead: 'test' as const }],
  ])('not %s', (_why, change) =>
    expect(ordered(begin([], { deployable: true, ...change }), 'SubmitDeployBatch')).toEqual([]),
  )

  test('a new head that arrives while a deploy runs is deployed after it', () => {
    const bench = deploying(begin([], { deployable: true }), 5)
    expect(ordered(see(bench, [], 'h1'))).toEqual([])
    expect(ordered(readBatch(bench, 5, 'success'))).toMatchObject([{ _tag: 'SubmitDeployBatch', sha: 'h1' }])
  })

  test('not while frozen, but after it', () => {
    const bench = readBatch(deploying(begin([], { deployable: true }), 5), 5, 'success')
    feed(bench, { _tag: 'BranchFrozen', by: 'op', reason: 'release' })
    expect(ordered(see(bench, [], 'h1'))).toEqual([])
    expect(ordered(feed(bench, { _tag: 'BranchUnfrozen', by: 'op' }))).toMatchObject([{ sha: 'h1' }])
  })

  test('not while a landing is under way: the head is about to move', () => {
    const bench = green(begin([pull(1)]), 1, 7)
    const { policy } = bench.state
    feed(bench, { _tag: 'PolicyChanged', by: 'op', policy: { ...policy, deployable: true } })
    expect(ordered(bench)).toEqual([])
    expect(ordered(land(bench, 'c1@h0'), 'SubmitDeployBatch')).toMatchObject([{ sha: 'c1@h0' }])
  })
})

describe('announcing', () => {
  test('a failed deploy, once per SHA', () => {
    const bench = readBatch(deploying(begin([], { deployable: true }), 5), 5, 'failure')
    const announcement = {
      _tag: 'AnnounceDeployFailure',
      sha: 'h0',
      batchId: some(5),
      text: 'The deploy failed.',
    }
    expect(ordered(bench)).toEqual([announcement])
    expect(ordered(answer(bench, 'AnnounceDeployFailure', { _tag: 'DeployFailureAnnounced' }))).toEqual([])
    expect(ordered(see(bench, []))).toEqual([])
    readBatch(deploying(see(bench, [], 'h1'), 6), 6, 'failure')
    expect(ordered(bench)).toMatchObject([{ _tag: 'AnnounceDeployFailure', sha: 'h1', batchId: some(6) }])
  })

  test('one that Batch would not take, with its text', () => {
    const bench = begin([], { deployable: true })
    answer(bench, 'SubmitDeployBatch', { _tag: 'DeployBatchRejected', text: 'no build.yaml' })
    expect(ordered(bench)).toEqual([
      { _tag: 'AnnounceDeployFailure', sha: 'h0', batchId: none, text: 'no build.yaml' },
    ])
    expect(bench.state.deploy.last).toMatchObject(some({ outcome: 'rejected' }))
  })

  test.each(['success', 'cancelled'] as const)('not one that ended as %s', (state) =>
    expect(ordered(readBatch(deploying(begin([], { deployable: true }), 5), 5, state))).toEqual([]),
  )

  test('again when a retried deploy of the same SHA fails again', () => {
    const bench = readBatch(deploying(begin([], { deployable: true }), 5), 5, 'failure')
    answer(bench, 'AnnounceDeployFailure', { _tag: 'DeployFailureAnnounced' })
    expect(ordered(feed(bench, retry))).toMatchObject([{ _tag: 'SubmitDeployBatch', sha: 'h0' }])
    readBatch(deploying(bench, 6), 6, 'failure')
    expect(ordered(bench)).toMatchObject([{ _tag: 'AnnounceDeployFailure', batchId: some(6) }])
  })

  test('nobody has been told while the announcement is not acknowledged', () => {
    const bench = readBatch(deploying(begin([], { deployable: true }), 5), 5, 'failure')
    wait(bench, 121)
    wait(bench, 3)
    expect(ordered(bench)).toMatchObject([{ _tag: 'AnnounceDeployFailure' }])
    expect(out(bench, 'AnnounceDeployFailure')).toBeDefined()
  })
})
