/** An order that failed, or nobody knows whether it did: look before acting, and never let it stop the others. */
import { none } from 'fp-ts/lib/Option.js'
import { describe, expect, test } from 'vitest'
import { prNumber, SortedMap, type Effect, type Failure } from '@headgate/core'
import { begin, doneOf, finish, look, open, quiesce, type Story } from '../support/drive.js'
import { feed } from '../support/play.js'
import { failed, perform } from '../support/world.js'
import {
  atEveryStep,
  carryOn,
  codes,
  foreignPush,
  freeze,
  landings,
  pass,
  past,
  prOf,
  quiesceBut,
  restart,
  settle,
  take,
  unfreeze,
} from './support.js'

const modes = ['fast-forward', 'forge-merge'] as const

/** A story that stands right before its landing is carried out. */
const aboutToLand = (landing: (typeof modes)[number]): Story => {
  const story = begin({ landing })
  open(story, 1)
  look(story)
  story.game.world.batches.forEach((b) => (b.state = 'success'))
  feed(story.game, { _tag: 'BatchHinted', at: story.game.state.now, batchId: none })
  quiesceBut(story, 'LandBranch')
  return story
}

describe.each(modes)('5.19 the reply was an error although the merge had succeeded (%s)', (landing) => {
  test('5.19 it landed and the reply is lost: it is looked at, known as landed, and not landed again', () => {
    const story = aboutToLand(landing)
    const effect = take(story, 'LandBranch')
    perform(story.game.world, effect)
    feed(story.game, failed(story.game.world, effect, 'unknown'))
    expect(story.game.out.map((e) => e._tag)).toEqual([
      landing === 'fast-forward' ? 'ReadHead' : 'ReadPullRequest',
    ])
    settle(story)
    expect(landings(story)).toEqual([[1, 's1.1', 'base0']])
    expect(SortedMap.get(story.game.state.landings, prNumber(1))?.landed).toBe(story.game.world.head)
    expect(doneOf(story, 'LandBranch')).toEqual([])
  })

  test('5.19 it landed, no answer ever comes: the same', () => {
    const story = aboutToLand(landing)
    perform(story.game.world, take(story, 'LandBranch'))
    settle(story)
    expect(landings(story)).toEqual([[1, 's1.1', 'base0']])
    expect(SortedMap.has(story.game.state.landings, prNumber(1))).toBe(true)
  })

  test('5.19 it did not land: after a look it is ordered again under the same id', () => {
    const story = aboutToLand(landing)
    const effect = take(story, 'LandBranch')
    feed(story.game, failed(story.game.world, effect, 'unknown'))
    settle(story)
    expect(landings(story)).toEqual([[1, 's1.1', 'base0']])
    expect(doneOf(story, 'LandBranch').map((e) => e.id)).toEqual([effect.id])
  })

  test('5.19 it landed, and the read that looks is answered from before: one landing all the same', () => {
    const story = aboutToLand(landing)
    const before = past(story.game.world)
    const effect = take(story, 'LandBranch')
    perform(story.game.world, effect)
    feed(story.game, failed(story.game.world, effect, 'unknown'))
    const read = take(story, landing === 'fast-forward' ? 'ReadHead' : 'ReadPullRequest')
    feed(story.game, perform(before, read))
    settle(story)
    expect(landings(story)).toEqual([[1, 's1.1', 'base0']])
    expect(SortedMap.get(story.game.state.landings, prNumber(1))?.landed).toBe(story.game.world.head)
  })

  test('5.19 a read asked before the landing says that nothing happened: it decides nothing', () => {
    const story = aboutToLand(landing)
    const effect = take(story, 'LandBranch')
    feed(story.game, { _tag: 'GithubHinted', at: story.game.state.now, concern: { _tag: 'Everything' } })
    const early = take(story, 'ReadBranch')
    const before = past(story.game.world)
    perform(story.game.world, effect)
    feed(story.game, failed(story.game.world, effect, 'unknown'))
    feed(story.game, perform(before, early))
    expect(story.game.out.map((e) => e._tag)).not.toContain('LandBranch')
    settle(story)
    expect(landings(story)).toEqual([[1, 's1.1', 'base0']])
  })

  test('5.19 it landed, the reply is lost, and a crash follows at every step: it is known as landed, once', () => {
    let current: Story | undefined
    atEveryStep(
      {
        policy: { landing },
        scene: (story) => {
          current = story
          open(story, 1)
          open(story, 2)
        },
        course: {
          answer: (effect) => {
            if (current === undefined) throw new Error('no story yet')
            const { world } = current.game
            const event = perform(world, effect)
            const first = doneOf(current, 'LandBranch').length === 1
            return [effect._tag === 'LandBranch' && first ? failed(world, effect, 'unknown') : event]
          },
        },
      },
      restart,
      (story) => {
        expect(landings(story).map(([pr]) => pr)).toEqual([1, 2])
        expect(SortedMap.keysArray(story.game.state.landings)).toEqual([1, 2])
      },
    )
  })

  test('5.19 given up because of a freeze, and then it lands after all: it is not landed again', () => {
    const story = aboutToLand(landing)
    const effect = take(story, 'LandBranch')
    freeze(story)
    feed(story.game, failed(story.game.world, effect, 'unknown'))
    settle(story)
    const late = perform(story.game.world, effect)
    expect(late._tag).toBe('BranchLanded')
    feed(story.game, late)
    unfreeze(story)
    settle(story)
    expect(landings(story)).toEqual([[1, 's1.1', 'base0']])
    // The order that followed the freeze found out what had become of the first one.
    expect(SortedMap.get(story.game.state.landings, prNumber(1))?.landed).toBe(story.game.world.head)
    expect(story.game.world.history).toHaveLength(2)
  })

  test('5.19 the outcome stays unknown for ever: the order is repeated at growing pauses, and ends with a reason', () => {
    const story = aboutToLand(landing)
    const { world } = story.game
    carryOn(story, {
      answer: (effect) => [
        effect._tag === 'LandBranch' ? failed(world, effect, 'unknown') : perform(world, effect),
      ],
    })
    const { effectAttempts, landingAttempts } = story.game.policy
    expect(doneOf(story, 'LandBranch').length).toBeLessThanOrEqual(effectAttempts * landingAttempts)
    expect(codes(story, 1)).toEqual(['LandingRefused'])
  })

  test('5.19 frozen while the outcome is unknown: it is not ordered again before the freeze ends', () => {
    const story = aboutToLand(landing)
    const effect = take(story, 'LandBranch')
    freeze(story)
    feed(story.game, failed(story.game.world, effect, 'unknown'))
    settle(story)
    expect(doneOf(story, 'LandBranch')).toEqual([])
    expect(codes(story, 1)).toEqual(['Frozen'])
    unfreeze(story)
    settle(story)
    expect(landings(story)).toEqual([[1, 's1.1', 'base0']])
  })
})

test('5.19 it landed, the reply is lost, and somebody builds on it before the look: it is known as landed', () => {
  const story = aboutToLand('fast-forward')
  const effect = take(story, 'LandBranch')
  perform(story.game.world, effect)
  // A squashed commit does not close the pull request: the forge still shows it as open.
  prOf(story, 1).open = true
  foreignPush(story, 'on-top')
  feed(story.game, failed(story.game.world, effect, 'unknown'))
  settle(story)
  expect(landings(story)).toEqual([[1, 's1.1', 'base0']])
  expect(SortedMap.get(story.game.state.landings, prNumber(1))?.landed).toBe(story.game.world.history[1])
  expect(doneOf(story, 'PrepareCommit')).toHaveLength(1)
})

describe('5.24 the loop died when one kind of call was refused', () => {
  const concerns = (effect: Effect): boolean =>
    ('pr' in effect && effect.pr === 1) ||
    ('sha' in effect && effect.sha === 's1.1') ||
    ('members' in effect && effect.members.some((m) => m.pr === 1)) ||
    (effect._tag === 'LandBranch' && effect.ticket.members.some((m) => m.pr === 1))

  const kinds: ReadonlyArray<Failure['kind']> = ['permanent', 'transient', 'unknown']
  const tags = ['PrepareCommit', 'SubmitTestBatch', 'PostStatus', 'LandBranch', 'ReadPullRequest'] as const

  test.each(kinds.flatMap((kind) => tags.map((tag) => [tag, kind] as const)))(
    '5.24 every %s for one pull request fails (%s): the other one lands, and nothing is repeated for ever',
    (tag, kind) => {
      const story = begin()
      open(story, 1)
      open(story, 2)
      const { world } = story.game
      const course = {
        answer: (effect: Effect) => [
          effect._tag === tag && concerns(effect) ? failed(world, effect, kind) : perform(world, effect),
        ],
      }
      settle(story, course)
      expect(landings(story).map(([pr]) => pr)).toContain(2)
      const repeated = story.done.filter((effect) => effect._tag === tag && concerns(effect)).length
      const { effectAttempts, landingAttempts } = story.game.policy
      // A test that could not be made is tried again on each new head, here two.
      expect(repeated).toBeLessThanOrEqual(2 * effectAttempts * landingAttempts)
      if (!landings(story).some(([pr]) => pr === 1)) expect(codes(story, 1)).not.toEqual([])
    },
  )

  test.each(
    kinds.flatMap((kind) =>
      (
        ['ReadBranch', 'ReadHead', 'ReadBatches', 'ReadBatch', 'CancelBatch', 'DeletePreparedCommit'] as const
      ).map((tag) => [tag, kind] as const),
    ),
  )('5.24 %s fails (%s) for a while: afterwards everything goes on by itself', (tag, kind) => {
    const story = begin()
    open(story, 1)
    open(story, 2)
    const { world } = story.game
    let failures = 0
    const course = {
      answer: (effect: Effect) => [
        effect._tag === tag && failures++ < 12 ? failed(world, effect, kind) : perform(world, effect),
      ],
    }
    for (let poll = 0; poll < 8; poll++) settle(story, course)
    expect(landings(story).map(([pr]) => pr)).toEqual([1, 2])
  })

  test.each(kinds)(
    '5.24 no status can be posted at all (%s): the reason is named, the tests go on',
    (kind) => {
      const story = begin()
      for (const n of [1, 2, 3]) open(story, n, n === 3 ? { decision: 'NONE' } : {})
      const { world } = story.game
      settle(story, {
        answer: (effect) => [
          effect._tag === 'PostStatus' ? failed(world, effect, kind) : perform(world, effect),
        ],
      })
      expect(world.batches.map((b) => [b.pr, b.state])).toEqual([
        [1, 'success'],
        [2, 'success'],
        [3, 'success'],
      ])
      for (const n of [1, 2]) expect(codes(story, n)).toEqual(['StatusRefused'])
      expect(landings(story)).toEqual([])
    },
  )
})

test('5.24 a refused landing does not keep the next one waiting', () => {
  const story = begin()
  open(story, 1)
  open(story, 2)
  look(story)
  const { world } = story.game
  carryOn(story, {
    answer: (effect) => [
      effect._tag === 'LandBranch' && effect.ticket.members[0]?.pr === 1
        ? {
            _tag: 'LandingRefused',
            at: story.game.state.now,
            answers: effect.id,
            code: 'Refused',
            text: 'rules',
          }
        : perform(world, effect),
    ],
  })
  expect(landings(story).map(([pr]) => pr)).toEqual([2])
  pass(story, 1)
  quiesce(story)
  if (story.game.world.batches.some((b) => b.state === 'running')) finish(story, 1)
  expect(codes(story, 1)).toContain('LandingRefused')
})
