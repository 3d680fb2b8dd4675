/** Deploys that end, are announced, are cancelled while other things go on. Found by `check-model`. */
import { expect, test } from 'vitest'
import { epochMs, type Effect } from '@headgate/core'
import { feed } from '../support/play.js'
import { begin, doneOf, finish, look, open, quiesce, running, type Story } from '../support/drive.js'
import { perform } from '../support/world.js'

const keepOut = (story: Story, tag: Effect['_tag']): Effect => {
  const index = story.game.out.findIndex((effect) => effect._tag === tag)
  const [effect] = story.game.out.splice(index, 1)
  if (effect === undefined) throw new Error(`no ${tag} is out`)
  return effect
}

test('S8: the failure of a newer deploy is announced once, though the news of an older one arrive after it', () => {
  const story = begin({ deployable: true })
  open(story, 1)
  look(story)
  const test = story.game.world.batches.find((batch) => batch.kind === 'test')
  const deploy = story.game.world.batches.find((batch) => batch.kind === 'deploy')
  if (test === undefined || deploy === undefined) throw new Error('no batches')
  test.state = 'success'
  deploy.state = 'failure'
  feed(story.game, {
    _tag: 'BatchHinted',
    at: epochMs(++story.game.world.now),
    batchId: { _tag: 'None' },
  })
  for (;;) {
    const next = story.game.out.find((effect) => effect._tag !== 'AnnounceDeployFailure')
    if (next === undefined) break
    story.game.out.splice(story.game.out.indexOf(next), 1)
    feed(story.game, perform(story.game.world, next))
  }
  const slow = keepOut(story, 'AnnounceDeployFailure')
  expect(story.game.world.landings).toHaveLength(1)
  finish(story, null, 'failure')
  expect(story.game.world.announced).toEqual([story.game.world.head])

  feed(story.game, perform(story.game.world, slow))
  quiesce(story)
  expect(story.game.world.announced).toEqual([story.game.world.head, 'base0'])
  expect(doneOf(story, 'AnnounceDeployFailure')).toHaveLength(1)
})

test('S5: a deploy that runs too long shuts the gate until it has stopped', () => {
  const story = begin({ deployable: true })
  look(story)
  open(story, 1)
  finish(look(story), 1)
  expect(running(story)).toEqual([null])

  story.game.world.now += 5 * 3600 * 1000
  feed(story.game, { _tag: 'TimeAdvanced', at: epochMs(story.game.world.now) })
  const cancel = keepOut(story, 'CancelBatch')
  quiesce(story)
  expect(running(story)).toEqual([null])
  expect(story.game.world.landings).toEqual([])

  feed(story.game, perform(story.game.world, cancel))
  story.game.world.now += 61_000
  feed(story.game, { _tag: 'TimeAdvanced', at: epochMs(story.game.world.now) })
  quiesce(story)
  expect(story.game.world.announced).toEqual(['base0'])
  expect(story.game.world.landings).toHaveLength(1)
})
