/** What the recordings of the reference, and scenarios made up after them, found in this core. */
import { none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, test } from 'vitest'
import { batchId, epochMs, initialState, prNumber, SortedMap, type Effect, type Event } from '@headgate/core'
import { feed, newGame } from '../support/play.js'
import { perform } from '../support/world.js'
import { begin, doneOf, finish, look, open, quiesce, running, type Story } from '../support/drive.js'

/** Carries out what is ordered; where `instead` has an answer, the world is not asked. */
const quiesceWith = (story: Story, instead: (effect: Effect) => Event | undefined): Story => {
  for (let effect = story.game.out.shift(); effect !== undefined; effect = story.game.out.shift()) {
    if (story.done.length > 500) throw new Error('it does not come to rest')
    story.done.push(effect)
    feed(story.game, instead(effect) ?? perform(story.game.world, effect))
  }
  return story
}

const failing =
  (story: Story, tag: Effect['_tag'], kind: 'transient' | 'unknown') =>
  (effect: Effect): Event | undefined =>
    effect._tag === tag
      ? {
          _tag: 'EffectFailed',
          at: epochMs(story.game.world.now),
          answers: effect.id,
          failure: { kind, code: 'BadGateway', text: 'The forge answered 502.' },
        }
      : undefined

const hint = (story: Story): void =>
  feed(story.game, { _tag: 'BatchHinted', at: epochMs(++story.game.world.now), batchId: none })

const pass = (story: Story, ...prs: ReadonlyArray<number>): void => {
  for (const batch of story.game.world.batches)
    if (batch.pr !== null && prs.includes(batch.pr) && batch.state === 'running') batch.state = 'success'
  hint(story)
}

const said = (story: Story, source: string): ReadonlyArray<string> =>
  doneOf(story, 'PostStatus').flatMap((post) => (post.sha === source ? [post.state] : []))

const push = (story: Story, head: string): void => {
  story.game.world.commits.set(head, { parents: ['base0'], tree: head })
  story.game.world.head = head
}

/** The same world, watched by a service that has lost its state. */
const forget = ({ game: { world, state } }: Story): Story => {
  const game = { ...newGame(state.policy), world, state: initialState(state.name, state.policy), out: [] }
  feed(game, { _tag: 'ServiceStarted', at: epochMs(++world.now) })
  return quiesce({ game, done: [] })
}

describe('a service that has lost its state', () => {
  test('takes over what runs instead of starting it again', () => {
    const story = look(begin({ deployable: true }))
    open(story, 1)
    const { batches } = look(story).game.world
    expect(batches.map((b) => b.kind)).toEqual(['deploy', 'test'])
    expect(doneOf(forget(story), 'CancelBatch')).toEqual([])
    expect(batches.map((b) => b.state)).toEqual(['running', 'running'])
  })

  test('does not say pending of what has passed', () => {
    const story = begin({ mergeable: false })
    open(story, 1)
    finish(look(story), 1)
    expect(said(story, 's1.1')).toEqual(['pending', 'success'])
    expect(said(forget(story), 's1.1')).toEqual([])
  })
})

test('after a restart nothing lands on what was seen before', () => {
  const story = begin({ mergeable: false })
  open(story, 1)
  finish(look(story), 1)
  const approved = story.game.world.prs.get(1)
  if (approved !== undefined) approved.decision = 'REVIEW_REQUIRED'
  const policy = { ...story.game.state.policy, mergeable: true }
  feed(story.game, { _tag: 'ServiceStarted', at: epochMs(++story.game.world.now) })
  feed(story.game, { _tag: 'PolicyChanged', at: story.game.state.now, by: 'ada', policy })
  expect(doneOf(quiesce(story), 'LandBranch')).toEqual([])
})

describe('the forge fails', () => {
  test.each(['forge-merge', 'fast-forward'] as const)(
    '%s: a landing that has not happened is asked for again after a pause, not at once',
    (landing) => {
      const story = begin({ landing })
      open(story, 1)
      pass(look(story), 1)
      quiesceWith(story, failing(story, 'LandBranch', 'unknown'))
      expect(doneOf(story, 'LandBranch').length).toBeLessThan(3)
      story.game.world.now += 300_000
      feed(story.game, { _tag: 'TimeAdvanced', at: epochMs(story.game.world.now) })
      expect(quiesce(story).game.world.landings.map((l) => l.pr)).toEqual([1])
    },
  )

  test('a status that waits to be given again makes way for what there is to say now', () => {
    const story = begin({ mergeable: false })
    open(story, 1)
    feed(story.game, {
      _tag: 'GithubHinted',
      at: epochMs(++story.game.world.now),
      concern: { _tag: 'Everything' },
    })
    quiesceWith(story, failing(story, 'PostStatus', 'transient'))
    expect(said(story, 's1.1')).toEqual(['pending'])
    finish(story, 1)
    expect(said(story, 's1.1')).toEqual(['pending', 'success'])
  })
})

describe('statuses', () => {
  test('a verdict about an old head is not shown while the test on the new one is replaced', () => {
    const story = begin({ mergeable: false })
    open(story, 1)
    finish(look(story), 1)
    push(story, 'x')
    look(story)
    push(story, 'y')
    look(story)
    expect(running(story)).toEqual([1])
    expect(said(story, 's1.1')).toEqual(['pending', 'success', 'pending'])
  })
})

describe('order', () => {
  test('of two that pass at once the first in priority lands, whichever status is taken first', () => {
    const story = begin()
    open(story, 1)
    open(story, 2)
    pass(look(story), 1, 2)
    story.game.out.sort(
      (a, b) => ('sha' in b && b.sha === 's2.1' ? 1 : 0) - ('sha' in a && a.sha === 's2.1' ? 1 : 0),
    )
    expect(quiesce(story).game.world.landings.map((l) => l.pr)).toEqual([1])
  })

  test('nothing is tested on a head that is about to move', () => {
    const story = begin()
    open(story, 1)
    look(story)
    open(story, 2)
    story.game.world.batches.forEach((b) => (b.state = 'success'))
    feed(story.game, {
      _tag: 'GithubHinted',
      at: epochMs(++story.game.world.now),
      concern: { _tag: 'Everything' },
    })
    pass(story, 1)
    quiesce(story)
    expect(doneOf(story, 'SubmitTestBatch').map((e) => [e.members[0]?.pr, e.base === 'base0'])).toEqual([
      [1, true],
      [2, false],
    ])
  })
})

test('a retry of an older batch forgets what it said, though a newer one runs', () => {
  const story = begin({ mergeable: false })
  open(story, 1)
  finish(look(story), 1)
  push(story, 'x')
  look(story)
  const [old] = story.game.world.batches
  feed(story.game, {
    _tag: 'TestRetried',
    at: epochMs(++story.game.world.now),
    by: 'ada',
    pr: prNumber(1),
    batchId: some(batchId(old?.id ?? 0)),
  })
  expect(running(quiesce(story))).toEqual([1])
  expect(SortedMap.get(story.game.state.pullRequests, prNumber(1))?.result).toEqual(none)
})
