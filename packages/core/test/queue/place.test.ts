import { none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, test } from 'vitest'
import { epochMs, initialState, prNumber, runId, sha, SortedMap, type Policy } from '@headgate/core'
import type { PullRequest } from '@headgate/core'
import type { PullRequestSnapshot } from '@headgate/core'
import type { Source } from '../../src/model/state.js'
import { placeOf } from '../../src/queue/place.js'
import { check, errored, facts, failed, passed, policyOf } from '../support/build.js'

interface Case {
  readonly known?: Partial<Omit<PullRequest, 'place'>>
  readonly snapshot?: Partial<PullRequestSnapshot>
  readonly policy?: Partial<Policy>
  readonly required?: ReadonlyArray<string>
  readonly source?: Partial<Source>
}

/** The place of pull request 1 when this is known about it. */
const place = ({ known, snapshot, policy, required = [], source }: Case) => {
  const state = initialState({ repository: 'acme/app', branch: 'main' }, policyOf(policy))
  const status: Source = {
    prs: [prNumber(1)],
    posted: none,
    renewed: false,
    seq: 0,
    refused: none,
    ...source,
  }
  return placeOf(
    { ...state, requiredChecks: required, sources: SortedMap.set(state.sources, sha('s1'), status) },
    facts(1, known, snapshot),
  )
}

const running = { run: some(runId('r')) }
const refusal = (phase: 'paused' | 'over' | 'final') => ({
  refusal: some({ run: runId('run-1'), text: 'no', attempts: 1, phase, retryAt: epochMs(9) }),
})
const saidSuccess = { posted: some('success' as const) }

test('an untested, approved pull request of a trusted author', () => {
  expect(place({})).toEqual({
    key: { high: false, unblocked: true, rank: 1, turn: 0, number: 1 },
    candidate: true,
    ready: true,
    untested: true,
    settledOn: none,
    landableOn: none,
    waiting: none,
    overdue: false,
  })
})

describe('priority', () => {
  test('prio:high', () => expect(place({ snapshot: { labels: ['prio:high'] } }).key.high).toBe(true))
  test('another label', () => expect(place({ snapshot: { labels: ['docs'] } }).key.high).toBe(false))
  test('a blocking label', () => expect(place({ snapshot: { labels: ['WIP'] } }).key.unblocked).toBe(false))

  test.each<[string, Case, number]>([
    ['passed', { known: { result: passed(1) } }, 2],
    ['passed and tested again', { known: { result: passed(1), ...running } }, 2],
    ['failed', { known: { result: failed(1) } }, 0],
    ['conflicting', { known: { result: errored() } }, 0],
    ['not tested', {}, 1],
    [
      'passed, lint pending',
      { known: { result: passed(1) }, required: ['lint'], snapshot: { checks: [check('lint', 'PENDING')] } },
      1,
    ],
    [
      'passed, lint failed',
      { known: { result: passed(1) }, required: ['lint'], snapshot: { checks: [check('lint', 'FAILURE')] } },
      0,
    ],
    ['not tested, lint failed', { required: ['lint'], snapshot: { checks: [check('lint', 'FAILURE')] } }, 0],
    [
      'passed, lint green',
      { known: { result: passed(1) }, required: ['lint'], snapshot: { checks: [check('lint', 'SUCCESS')] } },
      2,
    ],
  ])('checks of one that is %s', (_what, given, rank) => expect(place(given).key.rank).toBe(rank))
})

describe('who could be merge candidate', () => {
  test.each<[string, Case, boolean]>([
    ['one whose required check has not reported', { required: ['lint'] }, true],
    [
      'one whose required check is pending',
      { required: ['lint'], snapshot: { checks: [check('lint', 'PENDING')] } },
      true,
    ],
    [
      'one whose required check failed',
      { required: ['lint'], snapshot: { checks: [check('lint', 'ERROR')] } },
      false,
    ],
    ['one that passed elsewhere', { known: { result: passed(1, { base: sha('old') }) } }, true],
    ['one that is being tested', { known: running }, true],
    ['one that conflicted', { known: { result: errored('old') } }, true],
    ['one that failed', { known: { result: failed(1) } }, false],
    ['a draft', { snapshot: { draft: true } }, false],
    ['an unapproved one', { snapshot: { reviewDecision: 'REVIEW_REQUIRED' } }, false],
    ['one approved at an older commit', { snapshot: { approvedShas: [sha('older')] } }, false],
    ['one with a blocking label', { snapshot: { labels: ['stacked PR'] } }, false],
    ['a stranger', { snapshot: { author: 'stranger' } }, false],
    ['one that is not to be tested', { snapshot: { labels: ['do-not-test'] } }, false],
  ])('%s', (_who, given, candidate) => expect(place(given).candidate).toBe(candidate))
})

describe('who wants a first test', () => {
  test.each<[string, Case, boolean]>([
    ['an unapproved one', { snapshot: { reviewDecision: 'NONE' } }, true],
    ['a draft', { snapshot: { draft: true } }, true],
    ['one that conflicted', { known: { result: errored() } }, true],
    ['one that is being tested', { known: running }, false],
    ['one that passed', { known: { result: passed(1) } }, false],
    ['one that failed', { known: { result: failed(1) } }, false],
    ['a stranger', { snapshot: { author: 'stranger' } }, false],
    ['one that is not to be tested', { snapshot: { labels: ['do-not-test'] } }, false],
  ])('%s', (_who, given, untested) => expect(place(given).untested).toBe(untested))
})

describe('where another test would teach nothing new', () => {
  test.each<[string, Case, string | null]>([
    ['where it conflicted', { known: { result: errored('h7') } }, 'h7'],
    ['nowhere while it is tested', { known: { result: errored('h7'), ...running } }, null],
    ['nowhere before its first test', {}, null],
    ['nowhere after it failed: nothing tests it again', { known: { result: failed(1) } }, null],
    ['nowhere after it passed and waits for nobody', { known: { result: passed(1) } }, null],
    [
      'where it passed, while a reviewer is missing',
      { known: { result: passed(1) }, snapshot: { reviewDecision: 'NONE' } },
      'h0',
    ],
    ['where it passed, while a check is missing', { known: { result: passed(1) }, required: ['lint'] }, 'h0'],
    [
      'where it passed, if that passed test does not say what it tested',
      { known: { result: passed(1, { commit: none }) } },
      'h0',
    ],
    [
      'where it passed, if the forge never takes the status',
      { known: { result: passed(1) }, source: { refused: some({ state: 'success', text: 'no' }) } },
      'h0',
    ],
    [
      'where it passed, if the forge refuses it for good',
      { known: { result: passed(1), ...refusal('final') } },
      'h0',
    ],
    [
      'where it passed, if the forge never takes the status, paused or not',
      {
        known: { result: passed(1), ...refusal('paused') },
        source: { refused: some({ state: 'success', text: 'no' }) },
      },
      'h0',
    ],
    ['nowhere while a refusal is only paused', { known: { result: passed(1), ...refusal('paused') } }, null],
    ['nowhere once the pause is over', { known: { result: passed(1), ...refusal('over') } }, null],
  ])('%s', (_where, given, base) => expect(place(given).settledOn).toEqual(base === null ? none : some(base)))
})

describe('where it may land', () => {
  const ready: Case = { known: { result: passed(1) }, source: saidSuccess }
  test.each<[string, Case, string | null]>([
    ['where it passed', ready, 'h0'],
    ['nowhere while it is tested again', { ...ready, known: { result: passed(1), ...running } }, null],
    ['where it passed, also while its status is being posted', { known: { result: passed(1) } }, 'h0'],
    ['nowhere untested', { source: saidSuccess }, null],
    ['nowhere after it failed', { ...ready, known: { result: failed(1) } }, null],
    ['nowhere unapproved', { ...ready, snapshot: { reviewDecision: 'NONE' } }, null],
    [
      'nowhere while a refusal is paused',
      { ...ready, known: { result: passed(1), ...refusal('paused') } },
      null,
    ],
    [
      'where it passed, once the pause is over',
      { ...ready, known: { result: passed(1), ...refusal('over') } },
      'h0',
    ],
    [
      'nowhere on evidence of another pull request',
      { ...ready, known: { result: passed(1, { members: [{ pr: prNumber(2), source: sha('s1') }] }) } },
      null,
    ],
  ])('%s', (_where, given, base) =>
    expect(place(given).landableOn).toEqual(base === null ? none : some(base)),
  )
})
