/** The instrument itself: a fault is struck at every step, and a bad ending at one step is not overlooked. */
import { expect, test } from 'vitest'
import { reduce } from '@headgate/core'
import { begin, open, type Story } from '../support/drive.js'
import { atEveryStep, carryOn, landings, settle, type Tale } from './support.js'

const one: Tale = { scene: (story) => open(story, 1) }

test('every step is struck once, the one after the last included', () => {
  const struck: Array<number> = []
  const steps = atEveryStep(
    one,
    (story) => struck.push(story.done.length),
    (_story, step) => expect(struck).toHaveLength(step + 1),
  )
  expect(struck).toHaveLength(steps + 1)
  expect(struck[0]).toBe(0)
})

test('an ending that is bad at one step only is reported, with the step', () => {
  const check = (_story: Story, step: number): void => expect(step).not.toBe(3)
  expect(() => atEveryStep(one, () => undefined, check)).toThrow(/the fault at step 3 of/)
})

test('a core that orders a landing of another run than it tested is stopped in its tracks', () => {
  const story = begin()
  story.game.reduce = (state, event) => {
    const [after, effects] = reduce(state, event)
    return [
      after,
      effects.map((effect) =>
        effect._tag === 'LandBranch'
          ? { ...effect, ticket: { ...effect.ticket, batchId: 99 as never } }
          : effect,
      ),
    ]
  }
  open(story, 1)
  expect(() => carryOn(story)).toThrow(/S1/)
})

test('without a fault the tale ends well', () => {
  const story = begin()
  one.scene(story)
  settle(story)
  expect(landings(story)).toEqual([[1, 's1.1', 'base0']])
})
