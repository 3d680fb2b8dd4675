/** Journal first, act second: whatever is lost, doubled or done twice around a crash, the end is the same. */
import { describe, expect, test } from 'vitest'
import { initialState, type Effect, type Event } from '@headgate/core'
import { begin, doneOf, open, type Story } from '../support/drive.js'
import { feed } from '../support/play.js'
import { perform } from '../support/world.js'
import {
  atEveryStep,
  carryOn,
  landings,
  now,
  prOf,
  restart,
  settle,
  type Course,
  type Tale,
} from './support.js'

const tale: Tale = {
  policy: { deployable: true },
  scene: (story) => {
    open(story, 1)
    open(story, 2)
    open(story, 3, { decision: 'NONE' })
  },
}

const start = (): Story => {
  const story = begin(tale.policy)
  tale.scene(story)
  return story
}

/** Each landed once, tested; the newest head is deployed; nothing runs that nobody wants. */
const soundEnding = (story: Story): void => {
  const { world } = story.game
  expect(
    landings(story)
      .map(([pr]) => pr)
      .sort(),
  ).toEqual([1, 2])
  for (const { testedGreen } of world.landings) expect(testedGreen).toBe(true)
  expect(world.batches.filter((b) => b.state === 'running')).toEqual([])
  const deployed = world.batches
    .filter((b) => b.kind === 'deploy' && b.state === 'success')
    .map((b) => b.source)
  expect(deployed.at(-1)).toBe(world.head)
  expect(prOf(story, 3).open).toBe(true)
}

describe('5.17 an effect was dispatched before the state was written, and a wake-up was swallowed as a duplicate', () => {
  test.each<[string, (story: Story) => void]>([
    ['before any effect that is out was acted on', restart],
    [
      'after all effects that are out were acted on, the answers lost',
      (story) => {
        story.game.out.forEach((effect) => perform(story.game.world, effect))
        restart(story)
      },
    ],
    [
      'after all effects that are out were acted on, the answers coming late',
      (story) => {
        const answers = story.game.out.map((effect) => perform(story.game.world, effect))
        restart(story)
        answers.forEach((event) => feed(story.game, event))
      },
    ],
    [
      'twice in a row',
      (story) => {
        story.game.out.forEach((effect) => perform(story.game.world, effect))
        restart(story)
        restart(story)
      },
    ],
  ])('5.17 a crash at every step, %s: the same end, and no run is made twice', (_name, crash) => {
    const undisturbed = start()
    settle(undisturbed)
    const wanted = undisturbed.game.world.batches.length
    atEveryStep(tale, crash, (story) => {
      soundEnding(story)
      expect(story.game.world.batches).toHaveLength(wanted)
    })
  })

  /** The effect at one step is answered in its own way, all others faithfully. */
  const oddly = (
    story: Story,
    at: number,
    answer: (effect: Effect) => ReadonlyArray<Event>,
    later: (step: number) => void = () => undefined,
  ): Course => {
    let step = -1
    return {
      before: (s) => {
        step = s
        later(s)
      },
      answer: (effect) => (step === at ? answer(effect) : [perform(story.game.world, effect)]),
    }
  }

  test('5.17 the answer at every step never comes: an alarm finds out', () => {
    const steps = carryOn(start())
    for (let at = 0; at < steps; at++) {
      const story = start()
      carryOn(
        story,
        oddly(story, at, (effect) => (perform(story.game.world, effect), [])),
      )
      settle(story)
      soundEnding(story)
    }
  })

  test('5.17 the order at every step never arrives: an alarm gives it again', () => {
    const steps = carryOn(start())
    for (let at = 0; at < steps; at++) {
      const story = start()
      carryOn(
        story,
        oddly(story, at, () => []),
      )
      settle(story)
      soundEnding(story)
    }
  })

  test('5.17 the answer at every step comes again, after any number of further steps: it counts once', () => {
    const undisturbed = start()
    const steps = carryOn(undisturbed)
    const wanted = undisturbed.game.world.batches.length
    for (let at = 0; at < steps; at++)
      for (const delay of [0, 1, 2, 5, 10, steps]) {
        const story = start()
        const seen: Array<Event> = []
        const course = oddly(
          story,
          at,
          (effect) => {
            seen.push(perform(story.game.world, effect))
            return seen
          },
          (step) => (step === at + 1 + delay ? seen.forEach((event) => feed(story.game, event)) : undefined),
        )
        carryOn(story, course)
        settle(story)
        soundEnding(story)
        expect(story.game.world.batches, `answer ${at} again after ${delay}`).toHaveLength(wanted)
      }
  })

  test('5.17 the answer at every step comes again: the commit of a result that counts is not deleted', () => {
    const waits: Tale = { scene: (story) => open(story, 1, { decision: 'NONE' }) }
    const probe = begin()
    waits.scene(probe)
    const steps = carryOn(probe)
    for (let at = 0; at < steps; at++) {
      const story = begin()
      waits.scene(story)
      const seen: Array<Event> = []
      carryOn(
        story,
        oddly(story, at, (effect) => {
          seen.push(perform(story.game.world, effect))
          return seen
        }),
      )
      seen.forEach((event) => feed(story.game, event))
      settle(story)
      expect(doneOf(story, 'DeletePreparedCommit')).toEqual([])
    }
  })
})

/** What every batch is for. One that a crash had cost would have been made again. */
const batches = (story: Story) => story.game.world.batches.map((b) => `${b.kind} ${b.pr ?? ''}`).sort()

describe('5.26 a crash deleted the running batches, and everybody had to approve anew', () => {
  test('5.26 killed at every step, the state on disk: no approval is asked for again, no batch is lost or doubled', () => {
    const undisturbed = start()
    settle(undisturbed)
    const wanted = batches(undisturbed)
    atEveryStep(tale, restart, (story) => {
      soundEnding(story)
      expect(batches(story)).toEqual(wanted)
    })
  })

  test('5.26 killed at every step, the disk lost too: everything is found again, the approvals with it', () => {
    atEveryStep(
      { ...tale, policy: { deployable: false } },
      (story) => {
        story.game.out = []
        story.game.state = initialState(story.game.state.name, story.game.policy)
        feed(story.game, { _tag: 'ServiceStarted', at: now(story) })
      },
      (story) => {
        expect(landings(story).map(([pr]) => pr)).toEqual([1, 2])
        for (const { testedGreen } of story.game.world.landings) expect(testedGreen).toBe(true)
        expect(story.game.world.batches.filter((b) => b.state === 'running')).toEqual([])
      },
    )
  })
})
