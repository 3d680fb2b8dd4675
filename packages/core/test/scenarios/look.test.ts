/** The look at a landing whose outcome is unknown goes unanswered itself. Found by `check-model`. */
import { none, some } from 'fp-ts/lib/Option.js'
import { expect, test } from 'vitest'
import { epochMs, nextWakeAt, overdueViolations, reduce } from '@headgate/core'
import { feed } from '../support/play.js'
import { begin, look, open, type Story } from '../support/drive.js'
import { failed, perform } from '../support/world.js'

/** Carries out everything but landings and reads of the head. */
const rest = (story: Story): void => {
  const held = ['LandBranch', 'ReadHead']
  for (;;) {
    const index = story.game.out.findIndex((effect) => !held.includes(effect._tag))
    const [effect] = index < 0 ? [] : story.game.out.splice(index, 1)
    if (effect === undefined) return
    feed(story.game, perform(story.game.world, effect))
  }
}

test('the deadline law: the read that is asked for again is what the landing waits for', () => {
  const story = begin()
  open(story, 1)
  look(story)
  const batch = story.game.world.batches[0]
  if (batch === undefined) throw new Error('no batch')
  batch.state = 'success'
  feed(story.game, { _tag: 'BatchHinted', at: epochMs(++story.game.world.now), batchId: none })
  rest(story)
  const land = story.game.out.shift()
  if (land === undefined) throw new Error('no landing')
  feed(story.game, failed(story.game.world, land, 'unknown'))
  expect(story.game.out.map((effect) => effect._tag)).toEqual(['ReadHead'])

  const before = story.game.state
  const due = story.game.world.now + before.policy.durations.answerSeconds * 1000
  const [early] = reduce(before, { _tag: 'TimeAdvanced', at: epochMs(due - 1) })
  expect(overdueViolations(before, early)).toEqual([])
  const [after] = reduce(before, { _tag: 'TimeAdvanced', at: epochMs(due) })
  expect(overdueViolations(before, after)).toEqual([])
  expect(nextWakeAt(after)).toEqual(some(due + after.policy.durations.retrySeconds * 1000))
})
