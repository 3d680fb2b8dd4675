import { some } from 'fp-ts/lib/Option.js'
import { expect, test } from 'vitest'
import { defaultPolicy, nextWakeAt } from '@headgate/core'
import { begin, look, open, quiesce, running } from '../support/drive.js'
import { play } from '../support/play.js'

/** A batch may run for a minute only, and is looked at every ten. */
const impatient = {
  durations: { ...defaultPolicy.durations, pollSeconds: 900, batchPollSeconds: 600, testTimeoutSeconds: 60 },
}

test('the host is woken when a test batch has run too long, not only when it is looked at next', () => {
  const story = begin(impatient)
  open(story, 1)
  look(story)
  expect(running(story)).toEqual([1])
  expect(nextWakeAt(story.game.state)).toEqual(some(story.game.world.now + 60_000))
})

test('the same for a deploy', () => {
  const story = begin({ ...impatient, deployable: true })
  look(story)
  expect(running(story)).toEqual([null])
  expect(nextWakeAt(story.game.state)).toEqual(some(story.game.world.now + 60_000))
})

test('the same for a deploy of an earlier life', () => {
  const story = begin({ ...impatient, deployable: true })
  look(story)
  play(story.game, { do: 'memory is lost' })
  quiesce(story)
  expect(running(story)).toEqual([null])
  expect(nextWakeAt(story.game.state)).toEqual(some(story.game.world.now + 60_000))
})
