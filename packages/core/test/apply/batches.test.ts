import { none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, test } from 'vitest'
import { batchId, epochMs, prNumber, runId, sha, SortedMap } from '@headgate/core'
import {
  answer,
  begin,
  deploying,
  feed,
  headRunOf,
  list,
  ordered,
  out,
  post,
  prepare,
  prOf,
  run,
  runOf,
  see,
  tested,
  wait,
  type Bench,
} from '../support/bench.js'
import { deployBatch, pull, testBatch } from '../support/build.js'

/** A pull request that nothing tests, so that only what is adopted shows. */
const idle = () => post(begin([pull(1, { labels: ['do-not-test'] })]))
const ended = { complete: true } as const
const cancels = (bench: Bench) => ordered(bench, 'CancelBatch').map((order) => order.batchId)

describe('a batch of an earlier life is adopted', () => {
  test('running: as a run of its pull request', () => {
    const bench = list(idle(), [testBatch(1, 7)])
    expect(runOf(bench, 1)).toEqual({
      id: 'run-7',
      purpose: 'gate',
      base: 'h0',
      members: [{ pr: 1, source: 's1' }],
      chain: [],
      reason: 'found running after a restart',
      startedAt: 1_000_000,
      abandoned: false,
      stage: {
        _tag: 'Running',
        commit: some('c1@h0'),
        tree: some('t1@h0'),
        batchId: 7,
        since: 1_000_000,
        lookAt: 1_060_000,
      },
    })
    expect(cancels(bench)).toEqual([])
  })

  test.each([
    ['success', 'Passed'],
    ['failure', 'Failed'],
  ] as const)('ended as %s: as a result', (state, _tag) => {
    const bench = list(idle(), [testBatch(1, 7, { state, ...ended })])
    expect(prOf(bench, 1).result).toEqual(
      some({
        _tag,
        evidence: {
          run: 'run-7',
          base: 'h0',
          members: [{ pr: 1, source: 's1' }],
          chain: [],
          commit: some('c1@h0'),
          tree: some('t1@h0'),
          batchId: 7,
        },
      }),
    )
  })

  test('newer than the result on record, which it replaces', () => {
    const bench = tested(begin([pull(1, { reviewDecision: 'NONE' })]), 1, 7, 'failure')
    list(bench, [testBatch(1, 8, { state: 'success', ...ended })])
    expect(prOf(bench, 1).result).toMatchObject(some({ _tag: 'Passed', evidence: { batchId: 8 } }))
  })

  test('the newest of several; the older ones are cancelled, whatever order they are listed in', () => {
    const bench = list(idle(), [testBatch(1, 7), testBatch(1, 9), testBatch(1, 8)])
    expect(runOf(bench, 1).id).toBe('run-9')
    expect(cancels(bench)).toEqual([8, 7])
  })

  test('an older one does not count when the newest was cancelled', () => {
    const cancelled = testBatch(1, 9, { state: 'cancelled', ...ended })
    const bench = list(idle(), [testBatch(1, 7, { state: 'success', ...ended }), cancelled])
    expect(prOf(bench, 1).result).toEqual(none)
  })

  test('each pull request its own', () => {
    const nobody = { labels: ['do-not-test'] }
    const bench = list(begin([pull(1, nobody), pull(2, nobody)]), [testBatch(1, 7), testBatch(2, 8)])
    expect([runOf(bench, 1).id, runOf(bench, 2).id]).toEqual(['run-7', 'run-8'])
  })
})

describe('a batch that belongs to nothing is cancelled', () => {
  test.each([
    ['of a pull request that is not open', testBatch(2, 7)],
    ['of another source', testBatch(1, 7, { source: sha('old') })],
    ['of no pull request', testBatch(1, 7, { pr: none })],
    ['of the head, from an earlier life', testBatch(1, 7, { purpose: 'head' })],
  ])('%s', (_which, batch) => {
    const bench = list(idle(), [batch])
    expect(ordered(bench)).toEqual([
      { _tag: 'CancelBatch', batchId: 7, reason: 'it belongs to nothing any more' },
    ])
    expect(prOf(bench, 1)).toMatchObject({ run: none, result: none })
  })

  test('once', () => {
    const bench = list(idle(), [testBatch(2, 7)])
    answer(bench, 'CancelBatch', { _tag: 'BatchCancelled' })
    expect(cancels(list(bench, [testBatch(2, 7)]))).toEqual([])
  })

  test.each([
    ['has ended', testBatch(2, 7, { state: 'failure', ...ended })],
    ['is being cancelled', testBatch(2, 7, { state: 'cancelled' })],
  ])('not one that %s', (_what, batch) => expect(cancels(list(idle(), [batch]))).toEqual([]))

  test('one older than the result on record', () => {
    const bench = tested(begin([pull(1, { reviewDecision: 'NONE' })]), 1, 7)
    expect(cancels(list(bench, [testBatch(1, 5)]))).toEqual([5])
    expect(prOf(bench, 1).result).toMatchObject(some({ evidence: { batchId: 7 } }))
  })

  test('one of a pull request that is being tested', () => {
    const bench = run(begin([pull(1)]), 1, 7)
    expect(cancels(list(bench, [testBatch(1, 8)]))).toEqual([8])
  })

  test('one of a pull request that conflicts', () => {
    const bench = begin([pull(1)])
    answer(bench, 'PrepareCommit', {
      _tag: 'PreparationFailed',
      code: 'MergeConflict',
      text: 'It conflicts.',
      culprit: none,
    })
    expect(cancels(list(bench, [testBatch(1, 8)]))).toEqual([8])
  })

  test('one that was invalidated, and older ones, but not a newer one', () => {
    const bench = idle()
    const retried = { _tag: 'TestRetried', by: 'op', pr: prNumber(1), batchId: some(batchId(7)) } as const
    feed(bench, retried)
    expect(cancels(list(bench, [testBatch(1, 7)]))).toEqual([7])
    expect(prOf(bench, 1).run).toEqual(none)
    expect(cancels(list(bench, [testBatch(1, 8)]))).toEqual([])
    expect(runOf(bench, 1).id).toBe('run-8')
  })

  test('one as old as what was invalidated at an earlier source', () => {
    const bench = idle()
    feed(bench, { _tag: 'TestRetried', by: 'op', pr: prNumber(1), batchId: some(batchId(7)) })
    const source = sha('s1b')
    see(bench, [pull(1, { source, labels: ['do-not-test'] })])
    expect(bench.state.invalidatedUpTo).toEqual(some(7))
    list(bench, [testBatch(1, 7, { source, state: 'success', ...ended })])
    expect(prOf(bench, 1).result).toEqual(none)
    list(bench, [testBatch(1, 8, { source, state: 'success', ...ended })])
    expect(prOf(bench, 1).result).toMatchObject(some({ evidence: { batchId: 8 } }))
  })

  test('one of this life that a retry has made void, but not one of an earlier life', () => {
    const bench = idle()
    feed(bench, { _tag: 'TestRetried', by: 'op', pr: prNumber(1), batchId: none })
    expect(cancels(list(bench, [testBatch(1, 7, { run: runId(`run-${bench.state.epoch}-1`) })]))).toEqual([7])
    expect(prOf(bench, 1).run).toEqual(none)
    list(bench, [testBatch(1, 8, { run: runId('run-old-1') })])
    expect(runOf(bench, 1).id).toBe('run-old-1')
  })

  test('one beyond the cap and the candidate', () => {
    const all = [1, 2, 3, 4, 5]
    const bench = begin(all.map((n) => pull(n, { labels: ['do-not-test'] })))
    list(
      bench,
      all.map((n) => testBatch(n, n)),
    )
    expect(cancels(bench)).toEqual([1])
    expect(runOf(bench, 2).id).toBe('run-2')
  })

  test('not the one whose result is on record', () => {
    const bench = tested(begin([pull(1, { reviewDecision: 'NONE' })]), 1, 7)
    const mine = prOf(bench, 1).result
    const listed = testBatch(1, 7, { run: runId('other'), state: 'success', ...ended })
    expect(ordered(list(bench, [listed]))).toEqual([])
    expect(prOf(bench, 1).result).toEqual(mine)
    // Batch says that it runs although it had ended: it is somebody else's word against ours, and nobody waits for it.
    expect(cancels(list(bench, [testBatch(1, 7, { run: runId('other') })]))).toEqual([7])
  })
})

describe('a batch of a run that is known', () => {
  test('whose submission was never answered: the run is running', () => {
    const bench = prepare(begin([pull(1)]), 1)
    const { id } = runOf(bench, 1)
    list(bench, [testBatch(1, 7, { run: id })])
    expect(runOf(bench, 1).stage).toMatchObject({ _tag: 'Running', batchId: 7 })
    expect(out(bench, 'SubmitTestBatch')).toBeUndefined()
  })

  test('whose submission was never answered, and that has ended', () => {
    const bench = prepare(begin([pull(1)]), 1)
    list(bench, [testBatch(1, 7, { run: runOf(bench, 1).id, state: 'failure', ...ended })])
    expect(prOf(bench, 1).result).toMatchObject(some({ _tag: 'Failed', evidence: { batchId: 7 } }))
  })

  test('that ended without our being told', () => {
    const bench = run(begin([pull(1)]), 1, 7)
    list(bench, [testBatch(1, 7, { run: runOf(bench, 1).id, state: 'success', ...ended })])
    expect(prOf(bench, 1).result).toMatchObject(some({ _tag: 'Passed', evidence: { batchId: 7 } }))
  })

  test('a second batch under the same run belongs to nothing', () => {
    const bench = run(begin([pull(1)]), 1, 7)
    expect(cancels(list(bench, [testBatch(1, 8, { run: runOf(bench, 1).id })]))).toEqual([8])
    expect(runOf(bench, 1).stage).toMatchObject({ batchId: 7 })
  })

  test('that nobody wants any more is cancelled, and its commit deleted', () => {
    const bench = prepare(begin([pull(1)]), 1)
    const { id } = runOf(bench, 1)
    see(bench, [])
    list(bench, [testBatch(1, 7, { run: id })])
    expect(ordered(bench)).toEqual([
      { _tag: 'DeletePreparedCommit', run: id },
      { _tag: 'CancelBatch', batchId: 7, reason: 'it belongs to nothing any more' },
    ])
    expect(SortedMap.size(bench.state.runs)).toBe(0)
    expect(out(bench, 'SubmitTestBatch')).toBeUndefined()
  })

  test('whose commit is still being prepared has no batch: one that says so is not believed', () => {
    const bench = begin([pull(1)])
    list(bench, [testBatch(1, 7, { run: runOf(bench, 1).id, state: 'success', ...ended })])
    expect(prOf(bench, 1).result).toEqual(none)
    expect(runOf(bench, 1).stage).toEqual({ _tag: 'Preparing' })
  })

  test('an older batch of its pull request is not adopted beside it', () => {
    const bench = run(begin([pull(1)]), 1, 7)
    const mine = testBatch(1, 7, { run: runOf(bench, 1).id, state: 'cancelled', ...ended })
    list(bench, [mine, testBatch(1, 6, { state: 'success', ...ended })])
    expect(prOf(bench, 1).result).toEqual(none)
  })
})

describe('deploys', () => {
  const deployable = () => begin([], { deployable: true })
  const currentRun = (bench: Bench) =>
    bench.state.deploy.current._tag === 'Some' ? bench.state.deploy.current.value.run : runId('none')

  test('one whose submission was never answered is running', () => {
    const bench = deployable()
    list(bench, [], [deployBatch(4), deployBatch(5, { run: currentRun(bench) }), deployBatch(9)])
    expect(bench.state.deploy.current).toMatchObject(some({ batchId: some(5) }))
    expect(out(bench, 'SubmitDeployBatch')).toBeUndefined()
  })

  test('one that ended without our being told', () => {
    const bench = deploying(deployable(), 5)
    list(bench, [], [deployBatch(5, { run: currentRun(bench), state: 'failure', ...ended })])
    expect(bench.state.deploy.last).toMatchObject(some({ batchId: some(5), outcome: 'failure' }))
  })

  test('one that is not listed goes on', () => {
    const bench = list(deploying(deployable(), 5), [], [deployBatch(9)])
    expect(bench.state.deploy.current).toMatchObject(some({ batchId: some(5) }))
  })

  /** Frozen before the start, so that nothing is deployed on its own account. */
  const frozen = () => {
    const bench = begin([])
    feed(bench, { _tag: 'BranchFrozen', by: 'op', reason: 'restart' })
    return feed(bench, {
      _tag: 'PolicyChanged',
      by: 'op',
      policy: { ...bench.state.policy, deployable: true },
    })
  }

  test('a running one of an earlier life is adopted, the newest', () => {
    const bench = list(
      frozen(),
      [],
      [deployBatch(4), deployBatch(5), deployBatch(6, { state: 'success', ...ended })],
    )
    expect(bench.state.deploy.current).toEqual(
      some({ run: 'run-5', sha: 'h0', batchId: some(5), startedAt: 1_000_000, lookAt: 1_060_000 }),
    )
  })

  test.each(['success', 'failure', 'cancelled'] as const)(
    'one of this head that ended as %s counts',
    (state) => {
      const bench = list(frozen(), [], [deployBatch(4, { state, ...ended })])
      expect(bench.state.deploy).toMatchObject({
        current: none,
        last: some({ sha: 'h0', batchId: some(4), outcome: state }),
      })
    },
  )

  test('one of another head that ended does not count', () => {
    const bench = list(frozen(), [], [deployBatch(4, { sha: sha('old'), state: 'success', ...ended })])
    expect(bench.state.deploy.last).toEqual(none)
  })

  test('what is on record is not overridden by what ended before', () => {
    const bench = list(frozen(), [], [deployBatch(4, { state: 'success', ...ended })])
    list(bench, [], [deployBatch(5, { state: 'failure', ...ended })])
    expect(bench.state.deploy.last).toMatchObject(some({ batchId: some(4) }))
  })

  test('a retried one and older ones never count again, a newer one does', () => {
    const bench = list(frozen(), [], [deployBatch(4, { state: 'failure', ...ended })])
    feed(bench, { _tag: 'DeployRetried', by: 'op' })
    const deploys = [
      deployBatch(3, { state: 'success', ...ended }),
      deployBatch(4, { state: 'failure', ...ended }),
    ]
    expect(list(bench, [], deploys).state.deploy.last).toEqual(none)
    expect(list(bench, [], [deployBatch(5)]).state.deploy.current).toMatchObject(some({ batchId: some(5) }))
  })
})

describe('a cancelled batch is kept in mind', () => {
  const cancelled = () => {
    const bench = list(idle(), [testBatch(2, 7)])
    expect(SortedMap.toArray(bench.state.cancelling)).toEqual([
      [7, { reason: 'it belongs to nothing any more', acknowledged: false }],
    ])
    return answer(bench, 'CancelBatch', { _tag: 'BatchCancelled' })
  }
  const known = (bench: Bench) => SortedMap.keysArray(bench.state.cancelling)

  test('until a listing shows it complete', () => {
    const bench = list(cancelled(), [testBatch(2, 7)])
    expect(known(bench)).toEqual([7])
    expect(known(list(bench, [testBatch(2, 7, { state: 'cancelled', ...ended })]))).toEqual([])
  })

  test('or no longer shows it', () => expect(known(list(cancelled(), []))).toEqual([]))

  test('and while the cancel is not acknowledged, unless it has ended by itself', () => {
    const bench = list(list(idle(), [testBatch(2, 7)]), [])
    expect(known(bench)).toEqual([7])
    expect(known(list(bench, [testBatch(2, 7, { state: 'failure', ...ended })]))).toEqual([])
  })

  test('a deploy that drains is kept in mind, too', () => {
    const bench = deploying(begin([], { deployable: true }), 5)
    wait(bench, 4 * 3600)
    answer(bench, 'CancelBatch', { _tag: 'BatchCancelled' })
    expect(known(list(bench, [], [deployBatch(5)]))).toEqual([5])
    expect(known(list(bench, [], [deployBatch(5, { state: 'cancelled', ...ended })]))).toEqual([])
  })
})

test("a test of the head is nobody's orphan", () => {
  const bench = begin([], { unverifiedHead: 'test' })
  const id = headRunOf(bench)?.id ?? runId('none')
  list(bench, [testBatch(0, 7, { run: id, purpose: 'head', pr: none, source: sha('h0') })])
  expect(cancels(bench)).toEqual([])
  expect(headRunOf(bench)?.stage).toMatchObject({ _tag: 'Running', batchId: 7, since: epochMs(1_000_000) })
})
