/** Webhooks are hints, and reads lag: what is known is never overridden by what was asked before. */
import { none } from 'fp-ts/lib/Option.js'
import { describe, expect, test } from 'vitest'
import { prNumber, sha, SortedMap, type Effect, type Event } from '@headgate/core'
import { begin, doneOf, finish, look, open, quiesce, running, type Story } from '../support/drive.js'
import { feed } from '../support/play.js'
import { perform, type World } from '../support/world.js'
import {
  carryOn,
  codes,
  ending,
  foreignPush,
  hook,
  landings,
  now,
  past,
  prOf,
  push,
  settle,
  take,
  type Course,
} from './support.js'

const hint = (story: Story, concern: Extract<Event, { _tag: 'GithubHinted' }>['concern']): Event => ({
  _tag: 'GithubHinted',
  at: now(story),
  concern,
})

describe('5.21 webhooks were lost, doubled, or came in another order', () => {
  /** Much happens at once; each thing has its webhook. */
  const upheaval = (story: Story): ReadonlyArray<Event> => {
    push(story, 1, 's1.2')
    prOf(story, 1).approved.add('s1.2')
    prOf(story, 2).open = false
    prOf(story, 3).labels.delete('WIP')
    foreignPush(story, 'foreign')
    return [
      hint(story, { _tag: 'PullRequest', pr: prNumber(1) }),
      hint(story, { _tag: 'PullRequest', pr: prNumber(2) }),
      hint(story, { _tag: 'Checks', sha: sha('s3.1') }),
      hint(story, { _tag: 'Head' }),
      { _tag: 'BatchHinted', at: now(story), batchId: none },
    ]
  }
  /** Every selection of the items in every order. */
  const sequences = <A>(items: ReadonlyArray<A>): ReadonlyArray<ReadonlyArray<A>> => [
    [],
    ...items.flatMap((item, i) => sequences(items.filter((_, j) => j !== i)).map((rest) => [item, ...rest])),
  ]

  const tell = (at: number, choose: (hooks: ReadonlyArray<Event>) => ReadonlyArray<Event>) => {
    const story = begin()
    for (const n of [1, 2, 3]) open(story, n, { labels: new Set(n === 3 ? ['WIP'] : []) })
    carryOn(story, {
      before: (step) => {
        if (step !== at) return
        choose(upheaval(story)).forEach((event) => feed(story.game, { ...event, at: now(story) }))
      },
    })
    settle(story)
    return ending(story)
  }

  test('5.21 any webhooks of a burst lost, the others in any order, once or twice, then one poll: the same end', () => {
    const end = { landed: ['1:s1.2', '3:s3.1'], open: [] }
    const choices = sequences([0, 1, 2, 3, 4])
    expect(choices).toHaveLength(326)
    choices.forEach((choice, k) => {
      // Early or late, once or twice: every combination comes with one choice in four.
      const [at, times] = [k % 2 === 0 ? 2 : 9, k % 4 < 2 ? 1 : 2]
      const { landed, open: left } = tell(at, (hooks) =>
        choice.flatMap((i) => Array.from({ length: times }, () => hooks[i] as Event)),
      )
      const seen = { landed: [...landed].sort(), open: left }
      expect(seen, `webhooks ${choice.join()} x${times} at step ${at}`).toEqual(end)
    })
  })

  test('5.21 no webhook ever comes, only polls: everything lands', () => {
    const story = begin()
    settle(story)
    for (const n of [1, 2, 3]) open(story, n)
    for (let poll = 0; poll < 3; poll++) settle(story, { deaf: true })
    expect(landings(story).map(([pr]) => pr)).toEqual([1, 2, 3])
  })

  test('5.21 a webhook about something nobody knows changes nothing', () => {
    const story = begin()
    open(story, 1, { decision: 'NONE' })
    settle(story)
    const before = ending(story)
    feed(story.game, hint(story, { _tag: 'PullRequest', pr: prNumber(77) }))
    feed(story.game, hint(story, { _tag: 'Checks', sha: sha('unheard-of') }))
    settle(story)
    expect(ending(story)).toEqual(before)
  })
})

describe('5.27 a refresh raced a merge and marked the merged pull request as closed', () => {
  test('5.27 it landed; a read asked before says open, closed or elsewhere: it stays landed', () => {
    for (const change of [{}, { open: false }, { elsewhere: true }]) {
      const story = begin()
      open(story, 1)
      look(story)
      hook(story, 1)
      const early = take(story, 'ReadPullRequest')
      const before = past(story.game.world)
      Object.assign(before.prs.get(1) ?? {}, change)
      finish(story, 1)
      const record = SortedMap.get(story.game.state.landings, prNumber(1))
      expect(record).toBeDefined()
      feed(story.game, perform(before, early))
      settle(story)
      expect(SortedMap.get(story.game.state.landings, prNumber(1))?.landed).toBe(record?.landed)
      expect(SortedMap.has(story.game.state.pullRequests, prNumber(1))).toBe(false)
      expect(landings(story)).toEqual([[1, 's1.1', 'base0']])
    }
  })

  /** Two reads are out; the one that was asked first is answered last, from a world that has passed. */
  const overtaken = (
    story: Story,
    then: (story: Story) => void,
    afterwards: (story: Story) => void,
  ): void => {
    feed(story.game, hint(story, { _tag: 'Everything' }))
    const slow = take(story, 'ReadBranch')
    then(story)
    const between = past(story.game.world)
    afterwards(story)
    hook(story, 1)
    feed(story.game, perform(story.game.world, take(story, 'ReadPullRequest')))
    feed(story.game, perform(between, slow))
  }

  test('5.27 a read that only confirmed what was known is newer than one asked before it', () => {
    const story = begin()
    open(story, 1, { labels: new Set(['WIP']) })
    look(finish(look(story), 1))
    overtaken(
      story,
      (s) => prOf(s, 1).labels.clear(),
      (s) => prOf(s, 1).labels.add('WIP'),
    )
    expect(codes(story, 1)).toContain('BlockingLabel')
    quiesce(story)
    expect(landings(story)).toEqual([])
  })

  test('5.27 a source that came and went while a read was under way is not tested', () => {
    const story = begin()
    open(story, 1, { decision: 'NONE' })
    look(finish(look(story), 1))
    overtaken(
      story,
      (s) => push(s, 1, 's1.2'),
      (s) => push(s, 1, 's1.1'),
    )
    quiesce(story)
    expect(running(story)).toEqual([])
    expect(doneOf(story, 'PrepareCommit')).toHaveLength(1)
  })

  test('5.27 a head that came and went while a read was under way is not believed', () => {
    const story = begin({ unverifiedHead: 'test' })
    finish(look(story), null)
    feed(story.game, hint(story, { _tag: 'Everything' }))
    const slow = take(story, 'ReadBranch')
    foreignPush(story, 'mistake')
    const between = past(story.game.world)
    story.game.world.head = 'base0'
    feed(story.game, hint(story, { _tag: 'Head' }))
    feed(story.game, perform(story.game.world, take(story, 'ReadHead')))
    feed(story.game, perform(between, slow))
    expect(story.game.state.head).toMatchObject({ value: { sha: 'base0' } })
  })

  test('5.27 a second instance works on the same branch: nothing lands twice, untested, or on another base', () => {
    for (let lead = 0; lead < 12; lead++) {
      const first = begin()
      const second = begin()
      second.game.world = first.game.world
      for (const n of [1, 2]) open(first, n)
      carryOn(first, { before: (step) => (step >= lead && step % 2 === 0 ? oneStep(second) : undefined) })
      settle(second)
      settle(first)
      const { world } = first.game
      expect(
        landings(first)
          .map(([pr]) => pr)
          .sort(),
      ).toEqual([1, 2])
      for (const { testedGreen, base, landed } of world.landings) {
        expect(testedGreen).toBe(true)
        expect(world.history[world.history.indexOf(landed) - 1]).toBe(base)
      }
    }
  })

  const oneStep = (story: Story): void => {
    const effect = story.game.out.shift()
    if (effect !== undefined) feed(story.game, perform(story.game.world, effect))
  }
})

describe('5.31 reads of the forge lagged behind what was known', () => {
  /** Every read is answered from the world as it was `lag` steps ago. */
  const lagging = (story: Story, lag: number): Course => {
    const worlds: Array<World> = []
    const isRead = (effect: Effect) => ['ReadBranch', 'ReadHead', 'ReadPullRequest'].includes(effect._tag)
    return {
      before: () => void worlds.push(past(story.game.world)),
      answer: (effect) => {
        const then = worlds[Math.max(0, worlds.length - 1 - lag)] ?? story.game.world
        const event = perform(isRead(effect) ? then : story.game.world, effect)
        return [{ ...event, at: now(story) }]
      },
    }
  }

  test.each(['fast-forward', 'forge-merge'] as const)(
    '5.31 all reads lag by k steps, for every k up to 40 (%s): each lands once, on its own test',
    (landing) => {
      for (let lag = 0; lag <= 40; lag++) {
        const story = begin({ landing })
        for (const n of [1, 2, 3]) open(story, n)
        const course = lagging(story, lag)
        carryOn(story, {
          ...course,
          before: (step) => {
            course.before?.(step)
            if (step % 5 === 4) look(story)
          },
        })
        settle(story)
        expect(
          landings(story).map(([pr]) => pr),
          `lag ${lag}`,
        ).toEqual([1, 2, 3])
        for (const { testedGreen } of story.game.world.landings) expect(testedGreen).toBe(true)
      }
    },
  )

  test('5.31 two landings later a read still shows the head from before both: it is taken for what it is', () => {
    const story = begin({ deployable: true, unverifiedHead: 'trust' })
    settle(story)
    const before = past(story.game.world)
    open(story, 1)
    open(story, 2)
    look(story)
    for (const n of [1, null, 2, null]) finish(story, n)
    expect(story.game.world.history).toHaveLength(3)
    feed(story.game, hint(story, { _tag: 'Head' }))
    feed(story.game, perform(before, take(story, 'ReadHead')))
    quiesce(story)
    expect(doneOf(story, 'SubmitDeployBatch').map((e) => e.sha)).toEqual(story.game.world.history)
    expect(story.game.state.head).toMatchObject({ value: { sha: story.game.world.head } })
  })

  test('5.31 the commit that a webhook spoke of can’t be fetched yet: the preparation is given again, not given up', () => {
    const story = begin()
    open(story, 1)
    let misses = 0
    carryOn(story, {
      answer: (effect) => [
        effect._tag === 'PrepareCommit' && misses++ < 5
          ? {
              _tag: 'EffectFailed',
              at: now(story),
              answers: effect.id,
              failure: { kind: 'transient', code: 'CommitNotFound', text: 'not yet' },
            }
          : perform(story.game.world, effect),
      ],
    })
    expect(misses).toBe(6)
    expect(landings(story)).toEqual([[1, 's1.1', 'base0']])
  })

  test('5.31 the read after a webhook still shows the old commit: the old one may not land unreviewed changes, the next poll shows the new one', () => {
    const story = begin()
    open(story, 1, { decision: 'NONE' })
    finish(look(story), 1)
    const before = past(story.game.world)
    push(story, 1, 's1.2')
    hook(story, 1)
    feed(story.game, perform(before, take(story, 'ReadPullRequest')))
    settle(story)
    expect(SortedMap.get(story.game.state.pullRequests, prNumber(1))?.snapshot.source).toBe('s1.2')
    expect(story.game.world.batches.map((b) => b.source)).toEqual(['s1.1', 's1.2'])
  })

  test('5.31 a doubted head is not believed from a read that was asked before the doubt', () => {
    const story = begin()
    open(story, 1)
    look(story)
    feed(story.game, hint(story, { _tag: 'Head' }))
    const early = take(story, 'ReadHead')
    const before = past(story.game.world)
    foreignPush(story, 'foreign')
    story.game.world.batches.forEach((b) => (b.state = 'success'))
    feed(story.game, { _tag: 'BatchHinted', at: now(story), batchId: none })
    quiesce(story)
    feed(story.game, perform(before, early))
    expect(story.game.out.map((e) => e._tag)).not.toContain('LandBranch')
    settle(story)
    expect(landings(story)).toEqual([[1, 's1.1', 'foreign']])
  })
})
