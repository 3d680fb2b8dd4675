import { isSome, none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, test } from 'vitest'
import {
  batchId,
  BranchStateCodec,
  effectId,
  epochMs,
  reduce,
  sha,
  SortedMap,
  type Event,
} from '@headgate/core'
import type { Bench, Reply } from '../support/bench.js'
import {
  answer,
  begin,
  deploying,
  feed,
  green,
  inFlight,
  land,
  ordered,
  out,
  post,
  prepare,
  prOf,
  readBatch,
  runOf,
  tested,
  see,
  wait,
} from '../support/bench.js'
import { pull } from '../support/build.js'

describe('a hint about the checks of a commit', () => {
  const checks = (on: string) =>
    ({ _tag: 'GithubHinted', concern: { _tag: 'Checks', sha: sha(on) } }) as const

  test('has the pull requests read whose head it is', () => {
    const bench = begin([pull(1), pull(2), pull(3, { source: sha('s1') })])
    expect(ordered(feed(bench, checks('s1')))).toEqual([
      { _tag: 'ReadPullRequest', pr: 1 },
      { _tag: 'ReadPullRequest', pr: 3 },
    ])
  })

  test('concerns nobody', () => expect(ordered(feed(begin([pull(1)]), checks('elsewhere')))).toEqual([]))
})

/** What is known, without the clock and the count of events. */
const facts = ({ state }: Bench) => BranchStateCodec.encode({ ...state, now: epochMs(0), seq: 0 })

describe('an answer counts once, and only for the effect it names', () => {
  test('a doubled answer changes nothing', () => {
    const bench = begin([pull(1)])
    const answers = out(bench, 'PostStatus')?.id ?? effectId('none')
    answer(bench, 'PostStatus', { _tag: 'StatusPosted' })
    const before = facts(bench)
    feed(bench, { _tag: 'StatusPosted', answers })
    expect(facts(bench)).toEqual(before)
    expect(ordered(bench)).toEqual([])
  })

  test('an answer to an earlier effect about the same thing changes nothing', () => {
    const bench = feed(begin(), { _tag: 'GithubHinted', concern: { _tag: 'Head' } })
    const before = facts(bench)
    feed(bench, { _tag: 'HeadObserved', answers: effectId('ReadHead#old-1'), head: sha('h9') })
    expect(facts(bench)).toEqual(before)
  })

  test('a late answer about a preparation deletes what it made', () => {
    const bench = begin([pull(1)])
    const answers = out(bench, 'PrepareCommit')?.id ?? effectId('none')
    const { id } = runOf(bench, 1)
    see(bench, [])
    feed(bench, { _tag: 'CommitPrepared', answers, commit: sha('c'), tree: sha('t'), chain: [sha('c')] })
    expect(ordered(bench)).toEqual([{ _tag: 'DeletePreparedCommit', run: id }])
  })

  test('a doubled answer about a preparation deletes no commit that is to land, but one that failed', () => {
    const late = (state: 'success' | 'failure') => {
      const bench = begin([pull(1, { reviewDecision: 'NONE' }), pull(2, { reviewDecision: 'NONE' })])
      const answers = out(bench, 'PrepareCommit')?.id ?? effectId('none')
      post(tested(bench, 1, 7, state))
      const flight = out(bench, 'DeletePreparedCommit')
      if (flight !== undefined) answer(bench, 'DeletePreparedCommit', { _tag: 'PreparedCommitDeleted' })
      return feed(bench, {
        _tag: 'CommitPrepared',
        answers,
        commit: sha('c'),
        tree: sha('t'),
        chain: [sha('c')],
      })
    }
    expect(ordered(late('success'))).toEqual([])
    expect(ordered(late('failure'))).toMatchObject([{ _tag: 'DeletePreparedCommit' }])
  })

  test('a late answer about a preparation deletes what it made, whatever else has passed', () => {
    const bench = begin([pull(1, { reviewDecision: 'NONE' }), pull(2, { reviewDecision: 'NONE' })])
    post(tested(bench, 2, 7))
    const answers = out(bench, 'PrepareCommit')?.id ?? effectId('none')
    see(bench, [pull(2, { reviewDecision: 'NONE' })])
    feed(bench, { _tag: 'CommitPrepared', answers, commit: sha('c'), tree: sha('t'), chain: [sha('c')] })
    expect(ordered(bench, 'DeletePreparedCommit')).toHaveLength(1)
  })

  test('a doubled answer about a preparation does not delete what is being tested', () => {
    const bench = begin([pull(1)])
    const answers = out(bench, 'PrepareCommit')?.id ?? effectId('none')
    prepare(bench, 1)
    expect(
      ordered(
        feed(bench, { _tag: 'CommitPrepared', answers, commit: sha('c'), tree: sha('t'), chain: [sha('c')] }),
      ),
    ).toEqual([])
  })
})

describe('an answer of the wrong kind settles its effect and says nothing', () => {
  const hint = { _tag: 'GithubHinted', concern: { _tag: 'Head' } } as const
  test.each<readonly [Reply['_tag'], Reply]>([
    ['PullRequestObserved', { _tag: 'PullRequestObserved', fate: { _tag: 'Open', snapshot: pull(9) } }],
    ['CommitInspected', { _tag: 'CommitInspected', parents: [], tree: sha('t') }],
    ['CommitPrepared', { _tag: 'CommitPrepared', commit: sha('c'), tree: sha('t'), chain: [sha('c')] }],
    ['PreparationFailed', { _tag: 'PreparationFailed', code: 'MergeConflict', text: '', culprit: none }],
    ['StatusPosted', { _tag: 'StatusPosted' }],
    ['BranchLanded', { _tag: 'BranchLanded', landed: sha('c') }],
    ['LandingRefused', { _tag: 'LandingRefused', code: 'Refused', text: '' }],
    ['PullRequestClosed', { _tag: 'PullRequestClosed' }],
    ['TestBatchSubmitted', { _tag: 'TestBatchSubmitted', batchId: batchId(1) }],
    ['BatchObserved', { _tag: 'BatchObserved', fate: { _tag: 'Gone' } }],
    ['BatchCancelled', { _tag: 'BatchCancelled' }],
    ['DeployBatchSubmitted', { _tag: 'DeployBatchSubmitted', batchId: batchId(1) }],
    ['DeployBatchRejected', { _tag: 'DeployBatchRejected', text: '' }],
    ['DeployFailureAnnounced', { _tag: 'DeployFailureAnnounced' }],
    ['PreparedCommitDeleted', { _tag: 'PreparedCommitDeleted' }],
  ])('%s', (_tag, reply) => {
    const bench = readBatch(deploying(begin([pull(1)], { deployable: true }), 5), 5, 'failure')
    const before = facts(bench)
    answer(feed(bench, hint), 'ReadHead', reply)
    const { nextId } = bench.state
    expect(facts(bench)).toEqual({ ...before, nextId })
    expect(ordered(bench)).toEqual([])
  })

  test('a pull request that landed is not closed by an answer about something else', () => {
    const bench = land(green(begin([pull(1)]), 1, 7), 'c1@h0')
    feed(bench, { _tag: 'GithubHinted', concern: { _tag: 'PullRequest', pr: pull(1).number } })
    answer(bench, 'ReadPullRequest', { _tag: 'PullRequestClosed' })
    expect(SortedMap.get(bench.state.landings, pull(1).number)).toMatchObject({ closed: false })
  })

  test('no deploy failure is announced by a status on the same SHA', () => {
    const stranger = pull(1, { author: 'stranger', source: sha('h0') })
    const bench = readBatch(deploying(begin([stranger], { deployable: true }), 5), 5, 'failure')
    answer(bench, 'PostStatus/h0', { _tag: 'DeployFailureAnnounced' })
    expect(bench.state.deploy.announced).toEqual(none)
  })

  test('no deploy has ended because its cancel was answered so', () => {
    const bench = deploying(begin([], { deployable: true }), 5)
    wait(bench, bench.state.policy.durations.testTimeoutSeconds)
    answer(bench, 'CancelBatch/5', {
      _tag: 'BatchObserved',
      fate: { _tag: 'Known', state: 'success', complete: true },
    })
    expect(bench.state.deploy.current).toMatchObject(some({ batchId: some(5) }))
  })

  test('no batch is being cancelled because a read was answered so', () => {
    const bench = answer(feed(begin(), hint), 'ReadHead', { _tag: 'BatchCancelled' })
    expect(SortedMap.size(bench.state.cancelling)).toBe(0)
  })

  const misread = (bench: Bench, reply: Reply) => {
    const answers = out(bench, 'SubmitTestBatch')?.id ?? effectId('none')
    return reduce(bench.state, { ...reply, answers, at: epochMs(bench.now) } as Event)
  }

  test('no commit is submitted twice because its submission was answered so', () => {
    const bench = prepare(begin([pull(1)]), 1)
    const [, effects] = misread(bench, {
      _tag: 'CommitPrepared',
      commit: sha('other'),
      tree: sha('t'),
      chain: [sha('other')],
    })
    expect(effects.filter(({ _tag }) => _tag === 'SubmitTestBatch')).toEqual([])
  })

  test('no head has been inspected because the submission of its test was answered so', () => {
    const { state, now } = land(green(begin([pull(1)], { landing: 'forge-merge' }), 1, 7), 'h0')
    const standing = isSome(state.head) ? state.head.value.standing : undefined
    const bench = begin([], { unverifiedHead: 'test' })
    const head = isSome(bench.state.head) ? bench.state.head.value : undefined
    if (standing?._tag !== 'Inspecting' || head === undefined) throw new Error('nothing is being inspected')
    const inspecting = { ...bench, now, state: { ...bench.state, head: some({ ...head, standing }) } }
    const [after] = misread(inspecting, { _tag: 'CommitInspected', parents: [sha('h0')], tree: sha('t1@h0') })
    expect(after.head).toMatchObject(some({ standing: { _tag: 'Inspecting' } }))
  })
})

test('a posted status is remembered, and a refusal forgotten', () => {
  const bench = begin([pull(1)])
  answer(bench, 'PostStatus', { _tag: 'StatusPosted' })
  expect(SortedMap.get(bench.state.sources, sha('s1'))).toEqual({
    prs: [1],
    posted: some('pending'),
    renewed: false,
    seq: bench.state.seq,
    refused: none,
  })
})

test('a status that was posted under an old name is not ours any more', () => {
  const bench = begin([pull(1)])
  feed(bench, { _tag: 'PolicyChanged', by: 'op', policy: { ...bench.state.policy, statusContext: 'gate' } })
  answer(bench, 'PostStatus', { _tag: 'StatusPosted' })
  expect(SortedMap.get(bench.state.sources, sha('s1'))?.posted).toEqual(none)
  expect(ordered(bench)).toMatchObject([{ _tag: 'PostStatus', context: 'gate', state: 'pending' }])
})

describe('a landing', () => {
  test('that went well moves the head and takes the pull request out', () => {
    const bench = land(green(begin([pull(1)]), 1, 7), 'c1@h0')
    expect(bench.state.head).toMatchObject(
      some({ sha: 'c1@h0', standing: { _tag: 'Verified', how: 'landed' } }),
    )
    expect(SortedMap.size(bench.state.pullRequests)).toBe(0)
    expect(bench.state.landing).toEqual(none)
  })

  const refuse = (code: 'HeadMoved' | 'SourceMoved' | 'Refused') =>
    answer(green(begin([pull(1)]), 1, 7), 'LandBranch', { _tag: 'LandingRefused', code, text: 'no' })

  test('that lost the race has the head and the pull request read afresh', () => {
    const bench = refuse('HeadMoved')
    expect(ordered(bench)).toEqual([{ _tag: 'ReadHead' }, { _tag: 'ReadPullRequest', pr: 1 }])
    expect(bench.state.head).toMatchObject(some({ doubted: true }))
    expect(prOf(bench, 1).refusal).toMatchObject(some({ text: 'no' }))
  })

  test.each(['SourceMoved', 'Refused'] as const)('refused as %s has the pull request read afresh', (code) => {
    const bench = refuse(code)
    expect(ordered(bench)).toEqual([{ _tag: 'ReadPullRequest', pr: 1 }])
    expect(bench.state.head).toMatchObject(some({ doubted: false }))
    expect(bench.state.landing).toEqual(none)
    expect(prOf(bench, 1).refusal).toMatchObject(some({ text: 'no' }))
  })
})

test('a prepared commit that was deleted is no longer spoken of', () => {
  const bench = land(green(begin([pull(1)]), 1, 7), 'c1@h0')
  answer(bench, 'DeletePreparedCommit', { _tag: 'PreparedCommitDeleted' })
  expect(inFlight(bench)).toEqual([])
})

test('a freeze says by whom, why and since when; a thaw ends it', () => {
  const bench = feed(post(begin([pull(1)])), { _tag: 'BranchFrozen', by: 'op', reason: 'release' })
  expect(bench.state.frozen).toEqual(some({ by: 'op', reason: 'release', at: epochMs(1_000_000) }))
  expect(feed(bench, { _tag: 'BranchUnfrozen', by: 'op' }).state.frozen).toEqual(none)
})
