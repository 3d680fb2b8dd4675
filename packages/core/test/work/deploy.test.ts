import { none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, test } from 'vitest'
import { batchId } from '@headgate/core'
import { answer, begin, deploying, feed, list, ordered, out, readBatch, see } from '../support/bench.js'
import { deployBatch } from '../support/build.js'

const deployable = () => begin([], { deployable: true })

test('a deploy starts without a batch', () => {
  expect(deployable().state.deploy).toEqual({
    current: some({
      run: expect.stringMatching(/^run-lfls-\d+$/),
      sha: 'h0',
      batchId: none,
      startedAt: 1_000_000,
      lookAt: 1_060_000,
    }),
    last: none,
    invalidated: none,
    announced: none,
    history: [],
    ended: 0,
  })
})

test('it is known by its batch once that is submitted', () => {
  const bench = deployable()
  const { current } = bench.state.deploy
  deploying(bench, 5)
  expect(bench.state.deploy.current).toEqual(
    some({ ...(current._tag === 'Some' ? current.value : {}), batchId: some(5) }),
  )
  expect(out(bench, 'SubmitDeployBatch')).toBeUndefined()
})

test('every ended deploy is in the history, newest last', () => {
  const bench = readBatch(deploying(deployable(), 5), 5, 'success')
  see(bench, [], 'h1')
  answer(bench, 'SubmitDeployBatch', { _tag: 'DeployBatchRejected', text: 'no build.yaml' })
  expect(bench.state.deploy.history).toEqual([
    { sha: 'h0', batchId: some(5), outcome: 'success' },
    { sha: 'h1', batchId: none, outcome: 'rejected' },
  ])
  expect(bench.state.deploy.last).toEqual(
    some({ sha: 'h1', batchId: none, outcome: 'rejected', text: 'no build.yaml' }),
  )
})

test('a deploy that ends is not waited for any more, nor is a read of its batch', () => {
  const bench = deploying(deployable(), 5)
  const { current } = bench.state.deploy
  feed(bench, { _tag: 'BatchHinted', batchId: some(batchId(5)) })
  const runs = current._tag === 'Some' ? { run: current.value.run } : {}
  list(bench, [], [deployBatch(5, { ...runs, state: 'success', complete: true })])
  expect(bench.state.deploy.current).toEqual(none)
  expect(out(bench, 'ReadBatch')).toBeUndefined()
})

test('news of an older failed deploy do not hide that of a newer one', () => {
  const bench = readBatch(deploying(deployable(), 5), 5, 'failure')
  deploying(see(bench, [], 'h1'), 6)
  readBatch(bench, 6, 'failure')
  expect(bench.state.deploy.announced).toEqual(none)
  answer(bench, 'AnnounceDeployFailure/h0', { _tag: 'DeployFailureAnnounced' })
  expect(bench.state.deploy.announced).toEqual(none)
  answer(bench, 'AnnounceDeployFailure/h1', { _tag: 'DeployFailureAnnounced' })
  expect(bench.state.deploy.announced).toEqual(some('h1'))
})

describe('a deploy whose batch is gone', () => {
  test('is forgotten as if it had never been, and so is the one before', () => {
    const bench = readBatch(deploying(deployable(), 5), 5, 'success')
    deploying(see(bench, [], 'h1'), 6)
    feed(bench, { _tag: 'BatchHinted', batchId: some(batchId(6)) })
    answer(bench, 'ReadBatch/6', { _tag: 'BatchObserved', fate: { _tag: 'Gone' } })
    expect(bench.state.deploy).toMatchObject({ last: none, history: [{ sha: 'h0' }] })
    expect(ordered(bench)).toMatchObject([{ _tag: 'SubmitDeployBatch', sha: 'h1' }])
  })
})
