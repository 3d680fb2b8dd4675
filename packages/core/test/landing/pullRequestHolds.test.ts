import { none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, test } from 'vitest'
import {
  epochMs,
  initialState,
  prNumber,
  runId,
  sha,
  SortedMap,
  type Policy,
  type PullRequestSnapshot,
} from '@headgate/core'
import { evidenceHolds, reportHolds, standingHolds, testHolds } from '../../src/landing/pullRequestHolds.js'
import type { Source } from '../../src/model/state.js'
import { begin, post, prepare, prOf, run, runOf, see, tested } from '../support/bench.js'
import { check, errored, facts, failed, passed, policyOf, pull } from '../support/build.js'

const stateOf = (policy: Partial<Policy> = {}, required: ReadonlyArray<string> = []) => ({
  ...initialState({ repository: 'acme/app', branch: 'main' }, policyOf(policy)),
  requiredChecks: required,
})
const h0 = sha('h0')

describe('what people and checks have to say', () => {
  const holds = (snapshot: Partial<PullRequestSnapshot>, policy: Partial<Policy> = {}, required = ['lint']) =>
    standingHolds(stateOf(policy, required), pull(1, { checks: [check('lint', 'SUCCESS')], ...snapshot }))

  test.each<[string, Partial<PullRequestSnapshot>, ReadonlyArray<object>]>([
    ['nothing: approved, green, unlabelled', {}, []],
    ['a draft', { draft: true }, [{ _tag: 'Draft' }]],
    ['a stranger', { author: 'eve' }, [{ _tag: 'NotAuthorized', author: 'eve', source: 's1' }]],
    ['no decision', { reviewDecision: 'NONE' }, [{ _tag: 'NotApproved', decision: 'NONE' }]],
    [
      'no review yet',
      { reviewDecision: 'REVIEW_REQUIRED' },
      [{ _tag: 'NotApproved', decision: 'REVIEW_REQUIRED' }],
    ],
    ['a change that was asked for', { reviewDecision: 'CHANGES_REQUESTED' }, [{ _tag: 'ChangesRequested' }]],
    [
      'an approval of an older commit',
      { approvedShas: [sha('old')] },
      [{ _tag: 'ApprovalOutdated', source: 's1', approved: ['old'] }],
    ],
    [
      'blocking labels',
      { labels: ['WIP', 'docs', 'stacked PR'] },
      [{ _tag: 'BlockingLabel', labels: ['WIP', 'stacked PR'] }],
    ],
    [
      'a failed check',
      { checks: [check('lint', 'FAILURE')] },
      [{ _tag: 'CheckFailed', check: 'lint', reports: [check('lint', 'FAILURE')] }],
    ],
    [
      'a pending check',
      { checks: [check('lint', 'PENDING')] },
      [{ _tag: 'CheckPending', check: 'lint', reports: [check('lint', 'PENDING')] }],
    ],
    [
      'a check that nobody reported',
      { checks: [check('docs', 'SUCCESS')] },
      [{ _tag: 'CheckNotReported', check: 'lint', reporter: none, ignored: [] }],
    ],
    [
      'everything at once, in the order in which people read it',
      { draft: true, author: 'eve', reviewDecision: 'NONE', labels: ['WIP'], checks: [] },
      [
        { _tag: 'Draft' },
        { _tag: 'NotAuthorized', author: 'eve', source: 's1' },
        { _tag: 'NotApproved', decision: 'NONE' },
        { _tag: 'BlockingLabel', labels: ['WIP'] },
        { _tag: 'CheckNotReported', check: 'lint', reporter: none, ignored: [] },
      ],
    ],
  ])('%s', (_what, snapshot, expected) => expect(holds(snapshot)).toEqual(expected))

  test('an approval may be of the pull request, whatever was pushed since', () =>
    expect(holds({ approvedShas: [sha('old')] }, { approvals: 'of-the-pull-request' })).toEqual([]))

  test('a check that somebody reported whose word does not count', () => {
    const ignored = [check('lint', 'SUCCESS', 'mallory')]
    expect(holds({ checks: ignored }, { checkReporters: { lint: 'linter' } })).toEqual([
      { _tag: 'CheckNotReported', check: 'lint', reporter: some('linter'), ignored },
    ])
  })

  test('a stranger whose head was authorized', () => {
    const state = stateOf()
    const authorizations = SortedMap.set(state.authorizations, sha('s1'), { by: 'op', at: epochMs(1) })
    const mine = pull(1, { author: 'eve' })
    expect(standingHolds({ ...state, authorizations }, mine)).toEqual([])
    expect(
      standingHolds({ ...state, authorizations }, { ...mine, source: sha('s2'), approvedShas: [sha('s2')] }),
    ).toEqual([{ _tag: 'NotAuthorized', author: 'eve', source: 's2' }])
  })
})

describe('what its own test has to say', () => {
  const waiting = { _tag: 'WaitingForTest', running: [], places: 3 }
  test.each<[string, Parameters<typeof facts>[1], Partial<PullRequestSnapshot>, ReadonlyArray<object>]>([
    ['nothing: it passed here', { result: passed(1) }, {}, []],
    ['it waits for a place', {}, {}, [waiting]],
    ['a stranger does not wait: it may not run', {}, { author: 'eve' }, []],
    [
      'it is not to be tested',
      {},
      { labels: ['do-not-test'] },
      [{ _tag: 'DoNotTest', label: 'do-not-test' }],
    ],
    [
      'it passed elsewhere',
      { result: passed(1, { base: sha('old') }) },
      {},
      [{ _tag: 'OutOfDate', base: 'old', head: 'h0', batchId: 1 }],
    ],
    [
      'it passed elsewhere and is not to be tested again',
      { result: passed(1, { base: sha('old') }) },
      { labels: ['do-not-test'] },
      [
        { _tag: 'DoNotTest', label: 'do-not-test' },
        { _tag: 'OutOfDate', base: 'old', head: 'h0', batchId: 1 },
      ],
    ],
    ['it failed', { result: failed(1) }, {}, [{ _tag: 'TestFailed', run: 'run-1', base: 'h0', batchId: 1 }]],
    [
      'it could not be tested',
      { result: errored() },
      {},
      [{ _tag: 'MergeConflict', base: 'h0', text: 'It conflicts.' }],
    ],
    ['its run is gone: a broken invariant, and still a hold', { run: some(runId('gone')) }, {}, [waiting]],
  ])('%s', (_what, known, snapshot, expected) =>
    expect(testHolds(stateOf(), facts(1, known, snapshot), h0)).toEqual(expected),
  )

  test('whose tests take the places', () => {
    const bench = begin([pull(1), pull(2, { reviewDecision: 'NONE' })], { maxTestRuns: 1 })
    expect(testHolds(bench.state, prOf(bench, 2), h0)).toEqual([{ ...waiting, running: [1], places: 1 }])
    prepare(bench, 1)
    see(bench, [pull(2, { reviewDecision: 'NONE' }), pull(3, { author: 'eve' })])
    expect(testHolds(bench.state, facts(3), h0)).toEqual([{ ...waiting, running: [2], places: 1 }])
  })

  test('the test of the head takes no place', () => {
    const bench = begin([], { unverifiedHead: 'test' })
    expect(testHolds(bench.state, facts(3), h0)).toEqual([waiting])
  })

  test('it is under way, and how far', () => {
    const bench = begin([pull(1)])
    const { id, startedAt } = runOf(bench, 1)
    const hold = { _tag: 'Testing', run: id, base: 'h0', batchId: none, reason: 'merge candidate', startedAt }
    const now = () => testHolds(bench.state, prOf(bench, 1), h0)
    expect(now()).toEqual([{ ...hold, stage: 'Preparing' }])
    run(bench, 1, 7)
    expect(now()).toEqual([{ ...hold, stage: 'Running', batchId: some(7) }])
  })

  test('a test under way speaks before the result it had', () => {
    const bench = post(tested(begin([pull(1, { reviewDecision: 'NONE' })]), 1, 7))
    see(bench, [pull(1)], 'h1')
    expect(testHolds(bench.state, prOf(bench, 1), sha('h1'))).toMatchObject([{ _tag: 'Testing', base: 'h1' }])
  })
})

describe('what the evidence itself has to say', () => {
  const other = [{ pr: prNumber(2), source: sha('s1') }]
  const older = [{ pr: prNumber(1), source: sha('old') }]
  const two = [
    { pr: prNumber(1), source: sha('s1') },
    { pr: prNumber(2), source: sha('s2') },
  ]
  const commit = some(sha('c1'))
  test.each([
    ['nothing: it names what it tested', {}, 'fast-forward', true],
    ['it is of another pull request', { members: other }, 'fast-forward', false],
    ['it is of an older source', { members: older }, 'fast-forward', false],
    ['it is of several', { members: two }, 'fast-forward', false],
    ['it is of nobody', { members: [] }, 'fast-forward', false],
    ['it does not name the commit that is to land', { commit: none }, 'fast-forward', false],
    ['a forge merge makes a commit of its own', { commit: none }, 'forge-merge', true],
    ['but the source must be right', { members: older }, 'forge-merge', false],
  ] as const)('%s', (_what, change, landing, complete) => {
    const pr = facts(1, { result: passed(1, change) })
    const hold = { _tag: 'EvidenceIncomplete', batchId: 1, members: two.slice(0, 1), commit, ...change }
    expect(evidenceHolds(stateOf({ landing }), pr)).toEqual(complete ? [] : [hold])
  })

  test.each([
    ['no result', none],
    ['a failure', failed(1, { members: [] })],
    ['an error', errored()],
  ])('%s is no evidence', (_what, result) =>
    expect(evidenceHolds(stateOf(), facts(1, { result }))).toEqual([]),
  )
})

describe('what the forge has to say', () => {
  const holds = (source: Partial<Source> | undefined, refusal: Parameters<typeof facts>[1] = {}) => {
    const state = stateOf({ landingAttempts: 4 })
    const known: Source = {
      prs: [prNumber(1)],
      posted: none,
      renewed: false,
      seq: 0,
      refused: none,
      ...source,
    }
    const sources = source === undefined ? state.sources : SortedMap.set(state.sources, sha('s1'), known)
    return reportHolds({ ...state, sources }, facts(1, refusal))
  }
  const success = { posted: some('success' as const) }
  const status = { source: 's1', context: 'headgate' }
  const refusal = (phase: 'paused' | 'over' | 'final') => ({
    refusal: some({ run: runId('run-1'), text: 'protected', attempts: 2, phase, retryAt: epochMs(9) }),
  })

  test('nothing: success is posted', () => expect(holds(success)).toEqual([]))

  test.each([
    ['nothing is posted', {}, none],
    ['it is posted as pending', { posted: some('pending' as const) }, some('pending')],
    ['nothing is known of the source', undefined, none],
    ['another state was refused', { refused: some({ state: 'pending' as const, text: 'no' }) }, none],
  ])('%s', (_what, source, posted) =>
    expect(holds(source)).toEqual([{ _tag: 'StatusNotPosted', ...status, posted }]),
  )

  test('success will never be taken', () =>
    expect(holds({ refused: some({ state: 'success', text: 'no such commit' }) })).toEqual([
      { _tag: 'StatusRefused', ...status, text: 'no such commit' },
    ]))

  test.each<['paused' | 'over' | 'final', ReadonlyArray<object>]>([
    ['paused', [{ _tag: 'LandingPaused', pr: 1, text: 'protected', attempts: 2, limit: 4, retryAt: 9 }]],
    ['over', []],
    ['final', [{ _tag: 'LandingRefused', text: 'protected', attempts: 2 }]],
  ])('a refusal that is %s', (phase, expected) => expect(holds(success, refusal(phase))).toEqual(expected))
})
