import { none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, test } from 'vitest'
import { branchHolds, deployingHolds, deployIsDue } from '../../src/landing/branchHolds.js'
import {
  answer,
  begin,
  deploying,
  fail,
  feed,
  fresh,
  green,
  headRunOf,
  land,
  readBatch,
  see,
} from '../support/bench.js'
import { headRun } from '../../src/work/runs.js'
import type { Bench } from '../support/bench.js'
import { pull } from '../support/build.js'

const freeze = { _tag: 'BranchFrozen', by: 'op', reason: 'release' } as const
const frozen = { _tag: 'Frozen', by: 'op', reason: 'release', at: 1_000_000 }
const deployable = () => begin([], { deployable: true })
const deployed = (outcome: 'success' | 'failure' | 'cancelled', change = {}) =>
  readBatch(deploying(begin([], { deployable: true, ...change }), 5), 5, outcome)
const runOf = (bench: Bench) =>
  bench.state.deploy.current._tag === 'Some' ? bench.state.deploy.current.value.run : undefined
const change = (bench: Bench, policy: object) =>
  feed(bench, { _tag: 'PolicyChanged', by: 'op', policy: { ...bench.state.policy, ...policy } })

const doubted = () =>
  answer(green(begin([pull(1)]), 1, 7), 'LandBranch', {
    _tag: 'LandingRefused',
    code: 'HeadMoved',
    text: 'no',
  })
const ticketOf = (bench: Bench) =>
  bench.state.landing._tag === 'Some' ? bench.state.landing.value : undefined

describe('what holds every landing back', () => {
  test('nothing on a branch that is read and free', () => expect(branchHolds(begin().state)).toEqual([]))

  test('a branch that was never read', () =>
    expect(branchHolds(fresh().state)).toEqual([{ _tag: 'HeadUnknown' }]))

  test('a head that the forge says is elsewhere', () =>
    expect(branchHolds(doubted().state)).toEqual([{ _tag: 'HeadDoubted', believed: 'h0' }]))

  test('a branch that is being read afresh', () => {
    const bench = feed(begin(), { _tag: 'GithubHinted', concern: { _tag: 'Everything' } })
    expect(branchHolds(bench.state)).toEqual([{ _tag: 'BranchUnread' }])
    expect(branchHolds(fail(bench, 'ReadBranch', 'permanent').state)).toEqual([])
  })

  test('a listing of the batches, unless it fails', () => {
    const bench = feed(begin(), { _tag: 'BatchHinted', batchId: none })
    expect(branchHolds(bench.state)).toEqual([{ _tag: 'BatchesUnlisted' }])
    expect(branchHolds(fail(bench, 'ReadBatches', 'transient').state)).toEqual([])
  })

  test('a branch that the service may not merge into', () =>
    expect(branchHolds(begin([], { mergeable: false }).state)).toEqual([{ _tag: 'NotMergeableBranch' }]))

  test('a freeze', () => expect(branchHolds(feed(begin(), freeze).state)).toEqual([frozen]))

  test('a deploy, first without and then with its batch', () => {
    const bench = deployable()
    const hold = { _tag: 'DeployInFlight', sha: 'h0', run: runOf(bench), startedAt: 1_000_000 }
    expect(branchHolds(bench.state)).toEqual([{ ...hold, batchId: none }])
    expect(branchHolds(deploying(bench, 5).state)).toEqual([{ ...hold, batchId: some(5) }])
  })

  test('a deploy that is due', () => {
    const bench = change(green(begin([pull(1)]), 1, 7), { deployable: true })
    const { base, members, run, batchId } = ticketOf(bench) ?? {}
    expect(branchHolds(bench.state)).toEqual([
      { _tag: 'DeployDue', sha: 'h0' },
      { _tag: 'LandingInFlight', base, members, run, batchId },
    ])
  })

  test.each([
    ['failure', 'The deploy failed.'],
    ['cancelled', 'The deploy was cancelled.'],
  ] as const)('a deploy that ended as %s, if the policy is to hold', (outcome, text) => {
    const hold = { _tag: 'DeployFailed', sha: 'h0', batchId: some(5), outcome, text }
    expect(branchHolds(deployed(outcome, { onDeployFailure: 'hold' }).state)).toEqual([hold])
    expect(branchHolds(deployed(outcome).state)).toEqual([])
  })

  test('no deploy that went well, and none where nothing is deployed any more', () => {
    expect(branchHolds(deployed('success', { onDeployFailure: 'hold' }).state)).toEqual([])
    const bench = deployed('failure', { onDeployFailure: 'hold' })
    expect(branchHolds(change(bench, { deployable: false }).state)).toEqual([])
  })

  test('no deploy that has not been tried yet', () => {
    const bench = feed(begin([], { onDeployFailure: 'hold' }), freeze)
    expect(branchHolds(change(bench, { deployable: true }).state)).toEqual([frozen])
  })
})

describe('a deploy is due', () => {
  test.each<[string, () => Bench, boolean]>([
    ['of a verified head', () => change(green(begin([pull(1)]), 1, 7), { deployable: true }), true],
    ['not where the service may not deploy', () => begin(), false],
    ['not before the branch was read', () => fresh({ deployable: true }), false],
    ['not while frozen', () => change(feed(begin(), freeze), { deployable: true }), false],
    ['not while one is in flight', deployable, false],
    ['not of a head that had its deploy', () => deployed('failure'), false],
    ['not of an unverified head', () => begin([], { deployable: true, unverifiedHead: 'test' }), false],
  ])('%s', (_when, given, due) => expect(deployIsDue(given().state)).toBe(due))
})

describe('what holds the deploy of the head back', () => {
  test('that the service may not, before all else', () =>
    expect(deployingHolds(feed(begin(), freeze).state)).toEqual([{ _tag: 'NotDeployableBranch' }]))

  test('nothing, once it went well', () => expect(deployingHolds(deployed('success').state)).toEqual([]))

  test('a branch that was never read', () =>
    expect(deployingHolds(fresh({ deployable: true }).state)).toEqual([{ _tag: 'HeadUnknown' }]))

  test('a freeze', () =>
    expect(deployingHolds(change(feed(begin(), freeze), { deployable: true }).state)).toEqual([frozen]))

  test('one that is in flight', () =>
    expect(deployingHolds(deployable().state)).toMatchObject([{ _tag: 'DeployInFlight', sha: 'h0' }]))

  test('one of this head that failed, whatever the policy is', () =>
    expect(deployingHolds(deployed('failure').state)).toMatchObject([{ _tag: 'DeployFailed', sha: 'h0' }]))

  test('not one of an earlier head that failed', () => {
    const bench = see(deployed('failure'), [], 'h1')
    expect(deployingHolds(bench.state)).toMatchObject([{ _tag: 'DeployInFlight', sha: 'h1' }])
  })

  test('a listing that is out: a deploy of an earlier life may be running', () => {
    const bench = feed(begin(), { _tag: 'BatchHinted', batchId: none })
    expect(deployingHolds(change(bench, { deployable: true }).state)).toEqual([{ _tag: 'BatchesUnlisted' }])
  })

  test('not a listing that is out while the head is not verified', () => {
    const bench = feed(begin([], { unverifiedHead: 'test' }), { _tag: 'BatchHinted', batchId: none })
    expect(deployingHolds(change(bench, { deployable: true }).state)).toMatchObject([
      { _tag: 'HeadUnverified' },
    ])
  })

  test('nothing of a head that had its deploy, whatever else is wrong', () => {
    const bench = deployed('success')
    expect(deployingHolds(change(feed(bench, freeze), { deployable: false }).state)).toEqual([])
  })

  test('a landing', () => {
    const bench = change(green(begin([pull(1)]), 1, 7), { deployable: true })
    expect(deployingHolds(bench.state)).toMatchObject([{ _tag: 'LandingInFlight', base: 'h0' }])
  })

  test('a head that is being compared with what was tested', () => {
    const bench = land(green(begin([pull(1)], { landing: 'forge-merge' }), 1, 7), 'forge1')
    expect(deployingHolds(change(bench, { deployable: true }).state)).toEqual([
      { _tag: 'HeadInspecting', head: 'forge1', base: 'h0', batchId: 7 },
    ])
  })

  test('a head that is being tested', () => {
    const bench = begin([], { deployable: true, unverifiedHead: 'test' })
    const why = 'It was there before headgate was.'
    const run = headRunOf(bench)?.id
    expect(deployingHolds(bench.state)).toEqual([{ _tag: 'HeadUnverified', head: 'h0', why, run: some(run) }])
    see(bench, [], 'h1')
    expect(deployingHolds(bench.state)).toMatchObject([
      { _tag: 'HeadUnverified', head: 'h1', run: some(headRun(bench.state)?.id) },
    ])
  })

  test('a head that is being tested beside a pull request', () => {
    const unapproved = pull(1, { reviewDecision: 'NONE' })
    const bench = see(begin([unapproved], { deployable: true, unverifiedHead: 'test' }), [unapproved], 'h1')
    expect(deployingHolds(bench.state)).toMatchObject([
      { _tag: 'HeadUnverified', head: 'h1', run: some(headRun(bench.state)?.id) },
    ])
  })

  test('a head that failed its test', () => {
    const bench = begin([], { deployable: true, unverifiedHead: 'test' })
    answer(bench, 'SubmitTestBatch', {
      _tag: 'TestBatchRejected',
      code: 'BuildFileMissing',
      text: 'no build.yaml',
    })
    expect(deployingHolds(bench.state)).toEqual([
      { _tag: 'HeadBroken', head: 'h0', batchId: none, text: 'no build.yaml' },
    ])
  })
})

test('a head that is not verified, and not tested either, is held by no run', () => {
  const bench = begin([], { deployable: true, unverifiedHead: 'test' })
  const untested = { ...bench.state, runs: fresh().state.runs }
  expect(deployingHolds(untested)).toMatchObject([{ _tag: 'HeadUnverified', head: 'h0', run: none }])
})
