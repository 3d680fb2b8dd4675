/** A result is known by commit, attempt, purpose and reporter; a name or a SHA alone is nobody's evidence. */
import { none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, test } from 'vitest'
import {
  batchId,
  prNumber,
  runId,
  sha,
  SortedMap,
  type CheckSnapshot,
  type EventOf,
  type Effect,
} from '@headgate/core'
import { begin, doneOf, finish, look, open, running, type Story } from '../support/drive.js'
import { feed } from '../support/play.js'
import { perform } from '../support/world.js'
import { atEveryStep, codes, foreignPush, landings, now, prOf, pushHook, settle } from './support.js'

type Listing = EventOf<'BatchesObserved'>
type Listed = Listing['tests'][number]

/** The next listing of batches shows these besides the real ones. */
const listAlso = (story: Story, batches: ReadonlyArray<Listed>): void => {
  feed(story.game, { _tag: 'BatchHinted', at: now(story), batchId: none })
  const effect = story.game.out.find((e) => e._tag === 'ReadBatches')
  if (effect === undefined) throw new Error('no listing was asked for')
  story.game.out = story.game.out.filter((e) => e !== effect)
  const listing = perform(story.game.world, effect) as Listing
  feed(story.game, { ...listing, tests: [...listing.tests, ...batches] })
}

/** A batch that says that it passed, made by nobody we know, about #1 as it stands. */
const claim = (change: Partial<Listed> = {}): Listed => ({
  batchId: batchId(90),
  run: runId('run-of-an-earlier-life'),
  purpose: 'gate',
  pr: some(prNumber(1)),
  source: sha('s1.1'),
  target: sha('base0'),
  commit: some(sha('m')),
  tree: some(sha('T')),
  state: 'success',
  complete: true,
  ...change,
})

/** #1 is approved and waits for a place that it does not get, so only a listed batch could be its result. */
const waiting = (): Story => {
  const story = begin()
  open(story, 1, { labels: new Set(['do-not-test']) })
  look(story)
  return story
}

describe('5.8 two commits under test had one SHA; the green one’s status let the red one through', () => {
  test.each([
    ['the red one first', [1, 2]],
    ['the green one first', [2, 1]],
  ])(
    '5.8 two pull requests with one SHA and opposite results, %s: only the green one lands',
    (_name, order) => {
      const story = begin()
      open(story, 1, { source: 's' })
      open(story, 2, { source: 's' })
      look(story)
      for (const n of order) finish(story, n, n === 1 ? 'failure' : 'success')
      settle(story, { verdict: (batch) => (batch.pr === 1 ? 'failure' : 'success') })
      expect(landings(story)).toEqual([[2, 's', 'base0']])
      expect(codes(story, 1)).toEqual(['TestFailed'])
      expect(story.game.world.statuses.get('s')).toBe('failure')
    },
  )

  test('5.8 while the green one is not approved, the red one’s status is green by its SHA, and still it does not land', () => {
    const story = begin()
    open(story, 1, { source: 's' })
    open(story, 2, { source: 's', decision: 'NONE' })
    look(story)
    finish(story, 2)
    finish(story, 1, 'failure')
    expect(story.game.world.statuses.get('s')).toBe('success')
    expect(landings(story)).toEqual([])
    expect(codes(story, 1)).toContain('TestFailed')
    // The green one is closed: what the status says now speaks of the red one.
    prOf(story, 2).open = false
    look(story)
    expect(story.game.world.statuses.get('s')).toBe('failure')
  })

  test.each([
    ['success, then failure', 'success', 'failure'],
    ['failure, then success', 'failure', 'success'],
  ] as const)(
    '5.8 one attempt is reported twice, %s: the first complete verdict stands',
    (_name, first, second) => {
      const story = begin()
      open(story, 1, { decision: 'NONE' })
      look(story)
      finish(story, 1, first)
      const batch = story.game.world.batches[0]
      if (batch === undefined) throw new Error('no batch')
      batch.state = second
      settle(story)
      const result = SortedMap.get(story.game.state.pullRequests, prNumber(1))?.result
      expect(result).toMatchObject({ value: { _tag: first === 'success' ? 'Passed' : 'Failed' } })
      expect(story.game.world.batches).toHaveLength(1)
    },
  )

  test('5.8 a second batch says that it is the same attempt: it is not, and does not stand in for it', () => {
    const story = begin()
    open(story, 1)
    look(story)
    const run = doneOf(story, 'SubmitTestBatch')[0]?.run
    if (run === undefined) throw new Error('no run')
    listAlso(story, [claim({ run })])
    expect(landings(story)).toEqual([])
    expect(running(story)).toEqual([1])
  })
})

describe('5.9 the status of another branch, of the same name, overwrote the outcome', () => {
  const named = (name: string, state: string, reporter: string): CheckSnapshot => ({
    name,
    state: some(state),
    reporter: some(reporter),
  })

  test('5.9 somebody else posts a success under our name, at every step: only our own test lets it land', () => {
    atEveryStep(
      { scene: (story) => open(story, 1), course: { verdict: () => 'failure' } },
      (story) => {
        prOf(story, 1).checks = [named('headgate', 'SUCCESS', 'mallory')]
        look(story)
      },
      (story) => expect([landings(story), codes(story, 1)]).toEqual([[], ['TestFailed']]),
    )
  })

  test.each([
    ['another app’s success does not count', [named('lint', 'SUCCESS', 'mallory')], 'CheckNotReported'],
    [
      'another app’s success does not outweigh the right one’s failure',
      [named('lint', 'FAILURE', 'ci'), named('lint', 'SUCCESS', 'mallory')],
      'CheckFailed',
    ],
    [
      'two reports of one app: the worse one counts',
      [named('lint', 'SUCCESS', 'ci'), named('lint', 'FAILURE', 'ci')],
      'CheckFailed',
    ],
  ])('5.9 the policy names who reports a check: %s', (_name, checks, code) => {
    const story = begin({ requiredChecks: ['lint'], checkReporters: { lint: 'ci' } })
    open(story, 1, { checks })
    settle(story)
    expect([landings(story), codes(story, 1)[0]]).toEqual([[], code])
    prOf(story, 1).checks = [named('lint', 'SUCCESS', 'ci'), named('lint', 'FAILURE', 'mallory')]
    settle(story)
    expect(landings(story)).toEqual([[1, 's1.1', 'base0']])
  })

  test('5.9 a check of another commit counts for no pull request', () => {
    const story = begin({ requiredChecks: ['lint'] })
    open(story, 1)
    story.game.world.foreignChecks.set('s9.9', 'SUCCESS')
    settle(story)
    expect([landings(story), codes(story, 1)]).toEqual([[], ['CheckNotReported']])
  })
})

describe('5.10 a skipped or neutral check counted as success', () => {
  test.each([
    ['SKIPPED', 'CheckFailed'],
    ['CANCELLED', 'CheckFailed'],
    ['TIMED_OUT', 'CheckFailed'],
    ['STARTUP_FAILURE', 'CheckFailed'],
    ['STALE', 'CheckPending'],
    ['ACTION_REQUIRED', 'CheckPending'],
    ['EXPECTED', 'CheckPending'],
    ['A_WORD_OF_TOMORROW', 'CheckPending'],
    ['', 'CheckPending'],
  ])('5.10 a required check that says %s does not let it land', (word, code) => {
    const story = begin({ requiredChecks: ['lint'] })
    const state = word === '' ? none : some(word)
    open(story, 1, { checks: [{ name: 'lint', state, reporter: none }] })
    settle(story)
    expect([landings(story), codes(story, 1)]).toEqual([[], [code]])
  })

  test('5.10 a required check that nobody reports does not let it land', () => {
    const story = begin({ requiredChecks: ['lint'] })
    open(story, 1)
    settle(story)
    expect([landings(story), codes(story, 1)]).toEqual([[], ['CheckNotReported']])
  })

  test('5.10 our own test: a batch that was cancelled from outside is no result, it is run again', () => {
    const story = begin()
    open(story, 1)
    look(story)
    finish(story, 1, 'cancelled')
    expect(landings(story)).toEqual([])
    expect(running(story)).toEqual([1])
  })
})

describe('5.30 a try build’s success triggered a merge', () => {
  test('5.30 approved at every point of a build that began without approval: it lands on a test of the current head', () => {
    const late = { scene: (story: Story) => open(story, 1, { decision: 'REVIEW_REQUIRED' as const }) }
    const approve = (story: Story): void => {
      prOf(story, 1).decision = 'APPROVED'
      look(story)
    }
    atEveryStep(late, approve, (story) => {
      expect(landings(story)).toEqual([[1, 's1.1', 'base0']])
      expect(story.game.world.landings[0]?.testedGreen).toBe(true)
    })
    // And when the branch has moved since that build began, the build justifies nothing.
    atEveryStep(
      late,
      (story) => {
        foreignPush(story, 'foreign')
        pushHook(story)
        approve(story)
      },
      (story) => {
        expect(landings(story)).toEqual([[1, 's1.1', 'foreign']])
        expect(story.game.world.landings[0]?.testedGreen).toBe(true)
      },
    )
  })

  test.each<[string, Partial<Listed>]>([
    ['that tested the head', { purpose: 'head' }],
    ['of no pull request', { pr: none }],
    ['of another pull request at this SHA', { pr: some(prNumber(2)) }],
    ['of another SHA', { source: sha('s1.0') }],
    ['that was cancelled', { state: 'cancelled' }],
    ['that does not say which commit it tested', { commit: none }],
    ['on another base', { target: sha('elsewhere') }],
  ])('5.30 a green batch %s is found after a restart: nothing lands on it', (_name, change) => {
    const story = waiting()
    listAlso(story, [claim(change)])
    settle(story)
    expect(doneOf(story, 'LandBranch')).toEqual([])
  })

  test('5.30 the same batch without that flaw would be taken over, so the flaws are what was told apart', () => {
    const story = waiting()
    listAlso(story, [claim()])
    settle(story)
    expect(doneOf(story, 'LandBranch')).toHaveLength(1)
  })

  test('5.30 the newest batch of a source decides: an older green one does not step in for a newer red one', () => {
    const story = waiting()
    listAlso(story, [claim(), claim({ batchId: batchId(91), run: runId('newer'), state: 'failure' })])
    settle(story)
    expect([doneOf(story, 'LandBranch'), codes(story, 1)]).toEqual([[], ['TestFailed']])
  })

  test('5.30 a deploy’s success, or a test of the head, lands nothing', () => {
    const story = begin({ deployable: true, unverifiedHead: 'test' })
    open(story, 1)
    settle(story, { verdict: (batch) => (batch.pr === 1 ? 'failure' : 'success') })
    expect(doneOf(story, 'SubmitDeployBatch')).toHaveLength(1)
    expect(
      doneOf(story, 'SubmitTestBatch')
        .map((e) => e.purpose)
        .sort(),
    ).toEqual(['gate', 'head'])
    expect(landings(story)).toEqual([])
  })

  test('5.30 no order but a gate run of the pull request itself can lead to a ticket', () => {
    const story = begin({ deployable: true, unverifiedHead: 'test' })
    for (const n of [1, 2]) open(story, n)
    settle(story)
    const gates = new Set(
      doneOf(story, 'SubmitTestBatch').flatMap((e: Extract<Effect, { _tag: 'SubmitTestBatch' }>) =>
        e.purpose === 'gate' ? [`${e.run}:${e.members.map((m) => `${m.pr}@${m.source}`).join()}`] : [],
      ),
    )
    const tickets = doneOf(story, 'LandBranch').map(
      ({ ticket }) => `${ticket.run}:${ticket.members.map((m) => `${m.pr}@${m.source}`).join()}`,
    )
    expect(tickets).toHaveLength(2)
    for (const ticket of tickets) expect(gates).toContain(ticket)
  })
})
