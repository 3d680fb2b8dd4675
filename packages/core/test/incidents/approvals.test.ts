/** Who may land, and who may be tested at all. */
import { describe, expect, test } from 'vitest'
import { explain, prNumber, queueOf, sha, type EffectOf } from '@headgate/core'
import { begin, doneOf, finish, look, open, quiesce, running, type Story } from '../support/drive.js'
import { feed } from '../support/play.js'
import { failed, perform } from '../support/world.js'
import {
  atEveryStep,
  carryOn,
  changePolicy,
  codes,
  foreignPush,
  hook,
  landings,
  now,
  prOf,
  pushHook,
  settle,
  type Course,
} from './support.js'

describe('5.11 an approval outlived what it was given for', () => {
  test('5.11 two pull requests with one commit, one of them approved: the other never lands', () => {
    for (const [approved, other] of [
      [1, 2],
      [2, 1],
    ] as const)
      atEveryStep(
        {
          scene: (story) => {
            open(story, approved, { source: 's' })
            open(story, other, { source: 's', decision: 'NONE', approved: new Set() })
          },
        },
        (story) => look(story),
        (story) => {
          expect(landings(story)).toEqual([[approved, 's', 'base0']])
          expect(codes(story, other)).toContain('NotApproved')
        },
      )
  })

  test('5.11 the forge still says APPROVED, of an older commit: it does not count', () => {
    const story = begin()
    open(story, 1, { source: 's1.2', approved: new Set(['s1.1']) })
    settle(story)
    expect([landings(story), codes(story, 1)]).toEqual([[], ['ApprovalOutdated']])
  })

  test('5.11 the base changes under an approval: it still counts for its SHA, and the SHA is tested on the new base', () => {
    atEveryStep(
      { scene: (story) => open(story, 1) },
      (story) => {
        foreignPush(story, 'foreign')
        pushHook(story)
      },
      (story) => {
        const [landing] = story.game.world.landings
        expect([landing?.source, landing?.testedGreen]).toEqual(['s1.1', true])
      },
    )
  })

  test('5.11 an approval that comes for the old SHA, together with the new one, at every step', () => {
    atEveryStep(
      { scene: (story) => open(story, 1, { decision: 'REVIEW_REQUIRED', approved: new Set() }) },
      (story) => {
        const pr = prOf(story, 1)
        pr.approved = new Set([pr.source])
        pr.decision = 'APPROVED'
        pr.source = 's1.2'
        hook(story, 1)
      },
      (story) => expect([landings(story), codes(story, 1)]).toEqual([[], ['ApprovalOutdated']]),
    )
  })
})

describe('5.23 an unauthorized pull request was nominated as merge candidate, and nobody merged any more', () => {
  const isFirst = (effect: EffectOf<'PrepareCommit'>) => effect.members[0]?.pr === 1
  const high = () => new Set(['prio:high'])
  const inTheWay: ReadonlyArray<readonly [string, (story: Story) => void]> = [
    ['a stranger’s, without authorization', (s) => open(s, 1, { author: 'stranger', labels: high() })],
    ['one that must not be tested', (s) => open(s, 1, { labels: new Set(['prio:high', 'do-not-test']) })],
    ['one that conflicts', (s) => (open(s, 1, { labels: high() }), s.game.world.conflicts.add('base0|s1.1'))],
    [
      'one whose build file is broken',
      (s) => (open(s, 1, { labels: high() }), s.game.world.brokenBuildFile.add('s1.1')),
    ],
    ['one with a blocking label', (s) => open(s, 1, { labels: new Set(['prio:high', 'WIP']) })],
    ['a draft', (s) => open(s, 1, { labels: high(), draft: true })],
  ]

  test.each(inTheWay)(
    '5.23 first in the queue stands %s: those behind it land all the same',
    (_name, first) => {
      const story = begin()
      first(story)
      for (const n of [2, 3]) open(story, n)
      settle(story)
      const landed = landings(story).map(([pr]) => pr)
      expect(landed.filter((pr) => pr !== 1)).toEqual([2, 3])
      // The conflict was with the old head only: on the new one it lands too.
      if (landed.includes(1)) return expect(doneOf(story, 'PrepareCommit').filter(isFirst)).toHaveLength(2)
      const holds = explain(story.game.state, prNumber(1))
      expect(holds.some(({ clearedBy }) => clearedBy !== 'headgate')).toBe(true)
    },
  )

  test('5.23 whoever is named candidate may run', () => {
    const story = begin()
    open(story, 1, { author: 'stranger' })
    open(story, 2, { labels: new Set(['do-not-test']) })
    open(story, 3)
    look(story)
    expect(queueOf(story.game.state)).toEqual([3])
    expect(running(story)).toEqual([3])
  })

  test('5.23 two pull requests with one SHA, one of a stranger: authorizing the SHA is what lets both run', () => {
    const story = begin()
    open(story, 1, { source: 's' })
    open(story, 2, { source: 's', author: 'stranger', decision: 'NONE' })
    look(story)
    expect(running(story)).toEqual([1])
    finish(story, 1, 'failure')
    expect(codes(story, 2)).toContain('NotAuthorized')
    feed(story.game, { _tag: 'ShaAuthorized', at: now(story), by: 'op', sha: sha('s') })
    quiesce(story)
    expect(running(story)).toEqual([2])
  })

  test('5.23 the author is trusted no longer, at every step: no code of it is given to run, and it does not land', () => {
    let ordered = new Set<string>()
    atEveryStep(
      { scene: (story) => open(story, 1) },
      (story) => {
        changePolicy(story, { trustedAuthors: [] })
        ordered = new Set([...story.done, ...story.game.out].map((effect) => effect.id))
      },
      (story) => {
        for (const effect of [...doneOf(story, 'SubmitTestBatch'), ...doneOf(story, 'LandBranch')])
          expect(ordered).toContain(effect.id)
      },
    )
  })

  test.each(['transient', 'unknown'] as const)(
    '5.23 a submission that failed (%s) is not given again when its author is trusted no longer',
    (kind) => {
      const story = begin()
      open(story, 1)
      const { world } = story.game
      const failing: Course = {
        before: (step) => (step === 10 ? changePolicy(story, { trustedAuthors: [] }) : undefined),
        answer: (effect) => [
          effect._tag === 'SubmitTestBatch' ? failed(world, effect, kind) : perform(world, effect),
        ],
      }
      carryOn(story, failing)
      const trusted = doneOf(story, 'SubmitTestBatch').length
      settle(story)
      expect(trusted).toBeGreaterThan(1)
      expect(doneOf(story, 'SubmitTestBatch')).toHaveLength(trusted)
      expect(world.batches).toEqual([])
      expect(codes(story, 1)).toEqual(['NotAuthorized'])
    },
  )
})
