import { none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, test } from 'vitest'
import { batchId, epochMs, prNumber, sha, SortedMap } from '@headgate/core'
import {
  answer,
  begin,
  deploying,
  fail,
  feed,
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
} from '../support/bench.js'
import type { Bench } from '../support/bench.js'
import { pull } from '../support/build.js'

describe('authorizing a SHA', () => {
  const authorize = (bench: Bench, by = 'op') => feed(bench, { _tag: 'ShaAuthorized', by, sha: sha('s1') })
  const stranger = { author: 'stranger', source: sha('s1') }

  test('has every pull request tested whose head it is', () => {
    const bench = authorize(begin([pull(1, stranger), pull(2, stranger), pull(3, { author: 'stranger' })]))
    expect(ordered(bench, 'PrepareCommit').map((order) => order.members[0]?.pr)).toEqual([1, 2])
  })

  test('is remembered with who did it first, also for a SHA that nobody has yet', () => {
    const bench = authorize(authorize(begin(), 'op'), 'somebody else')
    expect(SortedMap.toArray(bench.state.authorizations)).toEqual([
      ['s1', { by: 'op', at: epochMs(1_000_000) }],
    ])
    expect(ordered(see(bench, [pull(1, stranger)]), 'PrepareCommit')).toHaveLength(1)
  })
})

describe('a retry', () => {
  const retry = (bench: Bench, batch?: number) =>
    feed(bench, {
      _tag: 'TestRetried',
      by: 'op',
      pr: prNumber(1),
      batchId: batch === undefined ? none : some(batchId(batch)),
    })
  const invalidated = (bench: Bench) => SortedMap.toArray(bench.state.invalidated)
  const unapproved = pull(1, { reviewDecision: 'NONE' })

  test('of a result forgets it, for good, and tests again', () => {
    const bench = post(tested(begin([unapproved]), 1, 7, 'failure'))
    retry(bench)
    expect(invalidated(bench)).toEqual([['1@s1', 7]])
    expect(prOf(bench, 1).result).toEqual(none)
    expect(ordered(bench)).toMatchObject([{ _tag: 'PrepareCommit' }])
    // What is final stays shown until a batch is about to run.
    expect(ordered(prepare(bench, 1), 'PostStatus')).toMatchObject([{ state: 'pending' }])
  })

  test('of a passed result deletes its commit', () => {
    const bench = post(tested(begin([unapproved]), 1, 7))
    expect(ordered(retry(bench), 'DeletePreparedCommit')).toHaveLength(1)
  })

  test('of a running test cancels it', () => {
    const bench = retry(run(begin([unapproved]), 1, 7))
    expect(invalidated(bench)).toEqual([['1@s1', 7]])
    expect(ordered(bench, 'CancelBatch')).toEqual([
      { _tag: 'CancelBatch', batchId: 7, reason: 'op asked for another test' },
    ])
    expect(ordered(bench, 'PrepareCommit')).toHaveLength(1)
  })

  test('of a running batch by its number stops it', () => {
    const bench = run(begin([unapproved]), 1, 7)
    expect(ordered(retry(bench, 7), 'CancelBatch')).toMatchObject([{ batchId: 7 }])
  })

  test('of an error tests again', () => {
    const bench = begin([unapproved])
    answer(bench, 'PrepareCommit', {
      _tag: 'PreparationFailed',
      code: 'MergeConflict',
      text: 'It conflicts.',
      culprit: none,
    })
    expect(ordered(retry(bench), 'PrepareCommit')).toHaveLength(1)
  })

  describe('while a batch is being submitted, whose number nobody knows', () => {
    const submitting = () => {
      const bench = post(tested(begin([unapproved]), 1, 7))
      return prepare(see(bench, [pull(1)], 'h1'), 1)
    }

    test('of the result that is known spares it', () => {
      const bench = submitting()
      const { id } = runOf(bench, 1)
      retry(bench, 7)
      expect(runOf(bench, 1).id).toBe(id)
      expect(prOf(bench, 1).result).toEqual(none)
    })

    test('of a greater number may mean it: it is stopped', () => {
      const bench = submitting()
      const { id } = runOf(bench, 1)
      retry(bench, 8)
      expect(runOf(bench, 1).id).not.toBe(id)
    })

    test('of any number may mean it where there is no result', () => {
      const bench = prepare(begin([unapproved]), 1)
      const { id } = runOf(bench, 1)
      retry(bench, 1)
      expect(runOf(bench, 1).id).not.toBe(id)
    })
  })

  test('before there is a batch leaves a mark that voids what has none yet', () => {
    const bench = begin([unapproved])
    const { id } = runOf(bench, 1)
    retry(bench)
    expect(invalidated(bench)).toEqual([['1@s1', 0]])
    expect(runOf(bench, 1).id).not.toBe(id)
  })

  test('of a running test whose pull request passed before hides the running one', () => {
    const bench = post(tested(begin([unapproved]), 1, 7))
    see(bench, [pull(1)], 'h1')
    run(bench, 1, 8)
    retry(bench)
    expect(invalidated(bench)).toEqual([['1@s1', 8]])
    expect(prOf(bench, 1).result).toEqual(none)
  })

  test('while the next test is being prepared hides the result that is shown', () => {
    const bench = post(tested(begin([unapproved]), 1, 7))
    see(bench, [pull(1)], 'h1')
    expect(invalidated(retry(bench))).toEqual([['1@s1', 7]])
    expect(prOf(bench, 1).result).toEqual(none)
  })

  test('of a named batch spares a newer one', () => {
    const bench = post(tested(begin([unapproved]), 1, 7))
    retry(bench, 6)
    expect(invalidated(bench)).toEqual([['1@s1', 6]])
    expect(prOf(bench, 1).result).toMatchObject(some({ _tag: 'Passed' }))
    expect(ordered(bench)).toEqual([])
  })

  test('of a named batch that is the current one starts again', () => {
    const bench = post(tested(begin([unapproved]), 1, 7))
    expect(prOf(retry(bench, 7), 1).result).toEqual(none)
  })

  test('of a named batch that is not known yet hides it when it comes', () => {
    const bench = begin([unapproved])
    const { id } = runOf(bench, 1)
    retry(bench, 9)
    expect(invalidated(bench)).toEqual([['1@s1', 9]])
    expect(runOf(bench, 1).id).toBe(id)
  })

  test('makes a batch void whose number was not known when it was stopped', () => {
    const bench = prepare(begin([unapproved]), 1)
    const { id } = runOf(bench, 1)
    retry(bench)
    answer(bench, `SubmitTestBatch/${id}`, { _tag: 'TestBatchSubmitted', batchId: batchId(7) })
    expect(invalidated(bench)).toEqual([['1@s1', 7]])
  })

  test('makes no batch void that was stopped by a push', () => {
    const bench = prepare(begin([unapproved]), 1)
    const { id } = runOf(bench, 1)
    see(bench, [pull(1, { source: sha('s1b'), reviewDecision: 'NONE' })])
    answer(bench, `SubmitTestBatch/${id}`, { _tag: 'TestBatchSubmitted', batchId: batchId(7) })
    expect(invalidated(bench)).toEqual([])
  })

  test('does not lower its mark by an older batch that was stopped', () => {
    const bench = prepare(begin([unapproved]), 1)
    const { id } = runOf(bench, 1)
    retry(bench, 9)
    answer(bench, `SubmitTestBatch/${id}`, { _tag: 'TestBatchSubmitted', batchId: batchId(7) })
    expect(invalidated(bench)).toEqual([['1@s1', 9]])
  })

  test('spares a run that is begun after it, whatever number was named', () => {
    const bench = retry(begin([unapproved]), 9)
    run(bench, 1, 9)
    expect(invalidated(bench)).toEqual([['1@s1', 8]])
    expect(prOf(readBatch(bench, 9, 'success'), 1).result).toMatchObject(some({ _tag: 'Passed' }))
  })

  test('does not reach what is newer than the number that was named', () =>
    expect(invalidated(run(retry(begin([unapproved]), 9), 1, 12))).toEqual([['1@s1', 9]]))

  test('never goes back: an older batch does not lift an invalidation', () => {
    const bench = begin([unapproved])
    expect(invalidated(retry(retry(bench, 9), 4))).toEqual([['1@s1', 9]])
    expect(invalidated(retry(bench, 12))).toEqual([['1@s1', 12]])
  })

  test('lets a status that the forge would not take be tried again', () => {
    const bench = fail(begin([unapproved]), 'PostStatus', 'permanent')
    expect(SortedMap.get(bench.state.sources, sha('s1'))?.refused).not.toEqual(none)
    retry(bench)
    expect(SortedMap.get(bench.state.sources, sha('s1'))?.refused).toEqual(none)
    expect(ordered(bench, 'PostStatus')).toHaveLength(1)
  })

  test('lets a refused landing be asked for again', () => {
    const bench = post(tested(begin([pull(1)]), 1, 7))
    fail(bench, 'LandBranch', 'permanent')
    expect(prOf(bench, 1).refusal).not.toEqual(none)
    expect(prOf(retry(bench), 1).refusal).toEqual(none)
  })

  test('of a pull request that is not open changes nothing', () => {
    const bench = retry(begin())
    expect(invalidated(bench)).toEqual([])
    expect(ordered(bench)).toEqual([])
  })

  test('of a test that is being submitted waits for its batch, to cancel it', () => {
    const bench = prepare(begin([unapproved]), 1)
    retry(bench)
    expect(out(bench, 'SubmitTestBatch')).toBeDefined()
    expect(ordered(bench, 'PrepareCommit')).toHaveLength(1)
  })

  test('of batch 0 forgets an error, which is of no batch', () => {
    const bench = answer(begin([unapproved]), 'PrepareCommit', {
      _tag: 'PreparationFailed',
      code: 'MergeConflict',
      text: 'It conflicts.',
      culprit: none,
    })
    retry(bench, 0)
    expect(prOf(bench, 1).result).toEqual(none)
    expect(ordered(bench, 'PrepareCommit')).toHaveLength(1)
  })

  test('voids what it stopped though the test after it has a greater number', () => {
    const bench = prepare(begin([unapproved]), 1)
    const { id } = runOf(bench, 1)
    run(retry(bench), 1, 9)
    answer(bench, `SubmitTestBatch/${id}`, { _tag: 'TestBatchSubmitted', batchId: batchId(8) })
    expect(invalidated(bench)).toEqual([['1@s1', 8]])
  })

  test('voids nothing once the test after it has ended, with a lower number', () => {
    const bench = prepare(begin([unapproved]), 1)
    const { id } = runOf(bench, 1)
    tested(retry(bench), 1, 6)
    answer(bench, `SubmitTestBatch/${id}`, { _tag: 'TestBatchSubmitted', batchId: batchId(8) })
    expect(invalidated(bench)).toEqual([['1@s1', 0]])
    expect(prOf(bench, 1).result).toMatchObject(some({ evidence: { batchId: 6 } }))
  })

  test('that nobody asked for leaves no mark: a test that starts hides nothing', () =>
    expect(invalidated(run(begin([unapproved]), 1, 7))).toEqual([]))
})

describe('testing the head again', () => {
  test('is for one that failed its own test', () => {
    const bench = begin([], { unverifiedHead: 'test' })
    fail(bench, 'SubmitTestBatch', 'permanent', 'no build.yaml')
    expect(bench.state.head).toMatchObject(
      some({ standing: { _tag: 'Broken', batchId: none, text: 'no build.yaml' } }),
    )
    feed(bench, { _tag: 'HeadTestRetried', by: 'op' })
    expect(ordered(bench)).toMatchObject([
      { _tag: 'SubmitTestBatch', purpose: 'head', reason: 'It is tested again on request.' },
    ])
  })

  test('does nothing for one that is fine', () => {
    const bench = feed(begin(), { _tag: 'HeadTestRetried', by: 'op' })
    expect(bench.state.head).toMatchObject(some({ standing: { _tag: 'Verified' } }))
    expect(ordered(bench)).toEqual([])
  })
})

describe('deploying again', () => {
  test('hides the most recent deploy', () => {
    const bench = readBatch(deploying(begin([], { deployable: true }), 5), 5, 'success')
    feed(bench, { _tag: 'DeployRetried', by: 'op' })
    expect(bench.state.deploy).toMatchObject({ invalidated: some(5), last: none, announced: none })
    expect(ordered(bench)).toMatchObject([{ _tag: 'SubmitDeployBatch', sha: 'h0' }])
  })

  test('that never had a batch keeps in mind which batches do not count', () => {
    const bench = readBatch(deploying(begin([], { deployable: true }), 5), 5, 'failure')
    feed(bench, { _tag: 'DeployRetried', by: 'op' })
    fail(bench, 'SubmitDeployBatch', 'permanent')
    feed(bench, { _tag: 'DeployRetried', by: 'op' })
    expect(bench.state.deploy.invalidated).toEqual(some(5))
  })

  test('of an older batch than one that does not count already leaves it at that', () => {
    const bench = begin()
    const last = some({ sha: sha('h0'), batchId: some(batchId(5)), outcome: 'failure', text: '' } as const)
    const deploy = { ...bench.state.deploy, invalidated: some(batchId(9)), last }
    const again = feed({ ...bench, state: { ...bench.state, deploy } }, { _tag: 'DeployRetried', by: 'op' })
    expect(again.state.deploy.invalidated).toEqual(some(9))
  })

  test('changes nothing before there was one', () => {
    const bench = begin()
    const before = bench.state.deploy
    expect(feed(bench, { _tag: 'DeployRetried', by: 'op' }).state.deploy).toBe(before)
  })

  test('twice hides the newer deploy, too', () => {
    const bench = readBatch(deploying(begin([], { deployable: true }), 5), 5, 'failure')
    feed(bench, { _tag: 'DeployRetried', by: 'op' })
    readBatch(deploying(bench, 6), 6, 'failure')
    feed(bench, { _tag: 'DeployRetried', by: 'op' })
    expect(bench.state.deploy.invalidated).toEqual(some(6))
  })
})

test('a change of the policy moves every pull request to its new place', () => {
  const bench = begin([pull(1, { author: 'bob' }), pull(2, { author: 'bob' })])
  expect(ordered(bench, 'PrepareCommit')).toEqual([])
  feed(bench, { _tag: 'PolicyChanged', by: 'op', policy: { ...bench.state.policy, trustedAuthors: ['bob'] } })
  expect(ordered(bench, 'PrepareCommit').map((order) => order.members[0]?.pr)).toEqual([1, 2])
})

test('under a new name our status has not been said yet, and what was refused is said again', () => {
  const bench = post(begin([pull(1), pull(2)]))
  fail(tested(bench, 1, 7, 'failure'), 'PostStatus/s1', 'permanent')
  feed(bench, { _tag: 'PolicyChanged', by: 'op', policy: { ...bench.state.policy, statusContext: 'gate' } })
  expect(ordered(bench, 'PostStatus')).toMatchObject([
    { sha: 's1', context: 'gate', state: 'failure' },
    { sha: 's2', context: 'gate', state: 'pending' },
  ])
  expect(SortedMap.get(bench.state.sources, sha('s2'))).toEqual({
    prs: [2],
    posted: none,
    renewed: false,
    seq: bench.state.seq,
    refused: none,
  })
})
