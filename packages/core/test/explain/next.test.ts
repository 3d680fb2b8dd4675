import { isSome, none, some, toUndefined } from 'fp-ts/lib/Option.js'
import { describe, expect, test } from 'vitest'
import {
  epochMs,
  explainBranch,
  explainPullRequest,
  nextFor,
  prNumber,
  sentenceOf,
  sha,
  runId,
  type Hold,
} from '@headgate/core'
import { begin, finish, look, open, type Story } from '../support/drive.js'
import { hint, landing, passBatch, withPr, without } from '../support/holds.js'
import { feed } from '../support/play.js'
import { failed } from '../support/world.js'

const next = (story: Story, n = 1): string | undefined =>
  toUndefined(nextFor(story.game.state, prNumber(n)))?.text

const freeze = (story: Story): Story => {
  const at = epochMs(++story.game.world.now)
  feed(story.game, { _tag: 'BranchFrozen', at, by: 'ada', reason: 'release' })
  return story
}

/** #1, #2 and #3 have passed on the first head; #1 has landed, #2 is tested again. */
const queue = (): Story => {
  const story = begin()
  for (const n of [1, 2, 3]) open(story, n, { decision: 'REVIEW_REQUIRED' })
  look(story)
  for (const n of [1, 2, 3]) finish(story, n)
  for (const n of [1, 2, 3]) open(story, n)
  return look(story)
}

describe('what happens next to a pull request', () => {
  test('its own test ends, although nobody has approved it yet; then it waits for a reviewer', () => {
    const story = look(withPr({ decision: 'REVIEW_REQUIRED' }))
    expect(next(story)).toBe('Test batch 1 of #1 ends.')
    expect(next(finish(story, 1))).toBe('Waiting for a reviewer.')
  })

  test('while its commit is made and its batch submitted, the orders themselves are awaited', () => {
    const story = without(hint(withPr()), 'PrepareCommit')
    expect(next(story)).toBe('Under way: prepare #1 on base0.')
    expect(next(without(story, 'SubmitTestBatch'))).toMatch(/^Under way: test #1 as m1 on base0/)
  })

  test('an order that failed is given again at a time that is named', () => {
    const story = without(hint(withPr()), 'PrepareCommit')
    const { game } = story
    const effect = game.out.find((e) => e._tag === 'PrepareCommit')
    if (effect === undefined) throw new Error('nothing is prepared')
    feed(game, failed(game.world, effect, 'transient'))
    const wait = toUndefined(nextFor(game.state, prNumber(1)))
    expect(wait).toMatchObject({
      text: 'To be tried again: prepare #1 on base0.',
      events: ['TimeAdvanced'],
      nextLook: game.state.now + 2000,
    })
  })

  test('another one goes first, and until when is what that one waits for', () => {
    const { state } = queue().game
    const [second, third] = [2, 3].map((n) => toUndefined(explainPullRequest(state, prNumber(n))))
    expect(second).toMatchObject({ position: some(1), ahead: [], next: { text: 'Test batch 4 of #2 ends.' } })
    expect(third).toMatchObject({ position: some(2), ahead: [2], next: { text: '#2 goes first.' } })
    expect(third?.next.nextLook).toBe(second?.next.nextLook)
  })

  test('one that is landing waits for the forge, and so does everybody else', () => {
    const story = landing()
    expect(next(story)).toBe('Under way: land #1: base0 -> m1 (fast-forward, batch 1).')
    const { game } = story
    const effect = game.out.find((e) => e._tag === 'LandBranch')
    if (effect === undefined) throw new Error('nothing lands')
    feed(game, failed(game.world, effect, 'unknown'))
    const wait = toUndefined(nextFor(game.state, prNumber(1)))
    expect(wait?.text).toMatch(/^Its outcome is unknown and is being looked at: land #1/)
    expect(wait?.events).toEqual(['HeadObserved', 'PullRequestObserved', 'BranchObserved'])
    const read = game.out.find((e) => e._tag === 'ReadHead')
    expect(read).toBeDefined()
    expect(wait?.nextLook).toBe(game.state.now + 120_000)
  })

  test('when nothing of its own is left it is the branch that waits: for an operator, for a deploy', () => {
    const frozen = finish(look(withPr({}, { deployable: false })), 1)
    expect(next(frozen)).toBeUndefined()
    const unsaid = without(passBatch(freeze(look(withPr()))), 'PostStatus')
    expect(next(unsaid)).toBe('Under way: say success on s1.1: Passed in batch 1.')
    expect(next(finish(freeze(look(withPr())), 1))).toBe('Waiting for an operator.')
    const deploying = look(withPr({}, { deployable: true }))
    expect(next(finish(deploying, 1))).toBe('Deploy batch 1 ends.')
  })

  test('one that nobody holds lands now', () => {
    const { state } = landing().game
    expect(toUndefined(nextFor({ ...state, landing: none }, prNumber(1)))).toMatchObject({
      text: 'It lands now.',
      awaited: { _tag: 'Nothing' },
      nextLook: state.now,
    })
  })

  test('a number that is not open is not explained', () => {
    const { state } = queue().game
    expect(explainPullRequest(state, prNumber(1))).toEqual(none)
    expect(nextFor(state, prNumber(99))).toEqual(none)
  })
})

describe('the branch as a whole', () => {
  const texts = (story: Story) => {
    const { underWay, next: then, candidate, queue: numbers } = explainBranch(story.game.state)
    return { underWay: underWay.map((w) => w.text), next: then.text, candidate, queue: numbers }
  }

  test('what is under way, the candidate, the queue, what is next', () => {
    expect(texts(queue())).toEqual({
      underWay: ['Test batch 4 of #2 ends.'],
      next: 'Test batch 4 of #2 ends.',
      candidate: some(2),
      queue: [2, 3],
    })
  })

  test('a landing comes before a deploy, a deploy before the candidate, and a poll when nothing is', () => {
    expect(texts(landing()).next).toMatch(/^Under way: land #1/)
    expect(texts(look(withPr({}, { deployable: true }))).next).toBe('Deploy batch 1 ends.')
    expect(texts(look(begin())).next).toBe('Everything is read afresh.')
    expect(texts(look(withPr({ decision: 'REVIEW_REQUIRED' }))).next).toBe('Test batch 1 of #1 ends.')
  })

  test('a head that is tested', () => {
    const story = look(begin({ unverifiedHead: 'test', deployable: true }))
    expect(texts(story).underWay).toEqual(['Batch 1, which tests the head, ends.'])
    expect(explainBranch(story.game.state).landing).toEqual([])
    const [wait] = explainBranch(story.game.state).underWay
    expect(wait !== undefined && isSome(wait.expires)).toBe(true)
  })
})

describe('sentences that depend on the evidence', () => {
  const report = (state: string, reporter: string | undefined) => ({
    name: 'lint',
    state: some(state),
    reporter: reporter === undefined ? none : some(reporter),
  })
  const testing = { run: runId('r'), base: sha('base0'), reason: 'x', startedAt: epochMs(1) }
  test.each<readonly [Hold, string]>([
    [
      { _tag: 'CheckFailed', check: 'lint', reports: [report('FAILURE', 'ci'), report('FAILURE', 'ci')] },
      'The required check "lint" failed (FAILURE, by ci).',
    ],
    [{ _tag: 'CheckFailed', check: 'lint', reports: [] }, 'The required check "lint" failed.'],
    [
      { _tag: 'CheckNotReported', check: 'lint', reporter: some('ci'), ignored: [] },
      'The required check "lint" has not been reported by ci.',
    ],
    [
      {
        _tag: 'CheckNotReported',
        check: 'lint',
        reporter: some('ci'),
        ignored: [report('SUCCESS', 'mallory'), report('SUCCESS', undefined)],
      },
      'The required check "lint" counts only from ci; it was reported by mallory, somebody.',
    ],
    [
      { _tag: 'Testing', ...testing, stage: 'Preparing', batchId: none },
      'Its test on base0 is under way: its commit is being prepared.',
    ],
    [
      { _tag: 'Testing', ...testing, stage: 'Submitting', batchId: none },
      'Its test on base0 is under way: its batch is being submitted.',
    ],
    [
      { _tag: 'DeployInFlight', sha: sha('base0'), run: runId('r'), batchId: none, startedAt: epochMs(1) },
      'The deploy of base0 is under way.',
    ],
    [
      {
        _tag: 'DeployFailed',
        sha: sha('base0'),
        batchId: none,
        outcome: 'rejected',
        text: 'No build.yaml.',
      },
      'Last deploy (base0): No build.yaml. It is made again on request.',
    ],
  ])('%j', (hold, sentence) => expect(sentenceOf(hold)).toBe(sentence))
})
