/** Two reads that are out at once: the one answered last may have been looked at first. Found by `check-model`. */
import { expect, test } from 'vitest'
import { epochMs, explain, prNumber, SortedMap, type Effect, type Event } from '@headgate/core'
import { feed } from '../support/play.js'
import { begin, look, open, quiesce, type Story } from '../support/drive.js'
import { perform } from '../support/world.js'

const one = prNumber(1)
const hint = (
  story: Story,
  event: { readonly _tag: 'Everything' } | { readonly _tag: 'PullRequest' },
): void =>
  feed(story.game, {
    _tag: 'GithubHinted',
    at: epochMs(++story.game.world.now),
    concern: event._tag === 'Everything' ? event : { _tag: 'PullRequest', pr: one },
  })

/** Carries out the order of this kind now; its answer is fed later. */
const carryOut = (story: Story, tag: Effect['_tag']): Event => {
  const index = story.game.out.findIndex((effect) => effect._tag === tag)
  const [effect] = story.game.out.splice(index, 1)
  if (effect === undefined) throw new Error(`no ${tag} is out`)
  return perform(story.game.world, effect)
}

const knownOne = (story: Story) => SortedMap.get(story.game.state.pullRequests, one)?.snapshot

test.each(['PullRequest first', 'Everything first'])(
  'S11: a view that may be the older one does not override what is known (%s)',
  (order) => {
    const story = begin()
    open(story, 1, { decision: 'APPROVED' })
    look(story)
    const hints = [{ _tag: 'PullRequest' } as const, { _tag: 'Everything' } as const]
    for (const concern of order === 'PullRequest first' ? hints : [...hints].reverse()) hint(story, concern)
    const before = carryOut(story, 'ReadPullRequest')
    const pr = story.game.world.prs.get(1)
    if (pr === undefined) throw new Error('no #1')
    pr.decision = 'CHANGES_REQUESTED'
    feed(story.game, carryOut(story, 'ReadBranch'))
    expect(knownOne(story)?.reviewDecision).toBe('CHANGES_REQUESTED')

    feed(story.game, before)
    expect(knownOne(story)?.reviewDecision).toBe('CHANGES_REQUESTED')
    expect(story.game.out.map((effect) => effect._tag)).toContain('ReadPullRequest')

    quiesce(story)
    expect(knownOne(story)?.reviewDecision).toBe('CHANGES_REQUESTED')
    expect(explain(story.game.state, one).map((hold) => hold.code)).toContain('ChangesRequested')
  },
)

test('S11: a view that shows the change before it was taken back does not override the one that came after', () => {
  const story = begin()
  open(story, 1, { decision: 'REVIEW_REQUIRED' })
  // Twice, so that our own pending status is no news any more.
  look(look(story))
  hint(story, { _tag: 'PullRequest' })
  hint(story, { _tag: 'Everything' })
  const pr = story.game.world.prs.get(1)
  if (pr === undefined) throw new Error('no #1')
  pr.decision = 'APPROVED'
  const between = carryOut(story, 'ReadPullRequest')
  pr.decision = 'REVIEW_REQUIRED'
  feed(story.game, carryOut(story, 'ReadBranch'))
  feed(story.game, between)
  expect(knownOne(story)?.reviewDecision).toBe('REVIEW_REQUIRED')
  quiesce(story)
  expect(knownOne(story)?.reviewDecision).toBe('REVIEW_REQUIRED')
})
