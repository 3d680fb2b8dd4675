/** A freeze holds what has not been ordered, drains what has, and forgets neither. */
import { describe, expect, test } from 'vitest'
import { begin, doneOf, finish, look, open, quiesce, running, type Story } from '../support/drive.js'
import { feed } from '../support/play.js'
import { failed, perform } from '../support/world.js'
import { atEveryStep, codes, freeze, landings, quiesceBut, settle, take, unfreeze } from './support.js'

const scene = (story: Story): void => {
  open(story, 1)
  open(story, 2)
}

describe('5.15 the queue merged while frozen, and untested code was promoted', () => {
  test('5.15 frozen at every step: no landing is ordered from then on; what was ordered before drains', () => {
    let ordered = new Set<string>()
    atEveryStep(
      { scene },
      (story) => {
        freeze(story)
        ordered = new Set([...story.done, ...story.game.out].map((effect) => effect.id))
      },
      (story) => {
        for (const effect of doneOf(story, 'LandBranch')) expect(ordered).toContain(effect.id)
        expect(landings(story)).toHaveLength(doneOf(story, 'LandBranch').length)
        for (const { testedGreen } of story.game.world.landings) expect(testedGreen).toBe(true)
      },
    )
  })

  test.each(['transient', 'unknown'] as const)(
    '5.15 frozen while a landing that failed (%s) waits to be given again: it is not, until the freeze ends',
    (kind) => {
      const story = begin()
      open(story, 1)
      finishButLanding(story)
      feed(story.game, failed(story.game.world, take(story, 'LandBranch'), kind))
      freeze(story)
      settle(story)
      expect([landings(story), codes(story, 1)]).toEqual([[], ['Frozen']])
      unfreeze(story)
      settle(story)
      expect(landings(story)).toEqual([[1, 's1.1', 'base0']])
    },
  )

  const finishButLanding = (story: Story): void => {
    look(story)
    story.game.world.batches.forEach((b) => (b.state = 'success'))
    feed(story.game, { _tag: 'BatchHinted', at: story.game.state.now, batchId: { _tag: 'None' } })
    quiesceBut(story, 'LandBranch')
  }

  test('5.15 frozen while a deploy that failed to be submitted waits: it is not submitted until the freeze ends', () => {
    const story = begin({ deployable: true })
    quiesceBut(story, 'SubmitDeployBatch')
    feed(story.game, failed(story.game.world, take(story, 'SubmitDeployBatch'), 'transient'))
    freeze(story)
    story.game.world.now += 3_600_000
    feed(story.game, { _tag: 'TimeAdvanced', at: story.game.state.now })
    quiesce(story)
    expect(story.game.world.batches).toEqual([])
    unfreeze(story)
    settle(story)
    expect(story.game.world.batches.map((b) => [b.kind, b.state])).toEqual([['deploy', 'success']])
  })

  test('5.15 no test is skipped on the strength of another: each landing has a green run of its own', () => {
    const story = begin()
    for (const n of [1, 2, 3]) open(story, n)
    settle(story)
    const runs = doneOf(story, 'LandBranch').map((e) => e.ticket.run)
    expect(new Set(runs).size).toBe(3)
    for (const run of runs)
      expect(story.game.world.batches.find((b) => b.token === run)?.state).toBe('success')
  })
})

describe('5.32 the tree was closed while a gate build ran, and the finished build never landed', () => {
  test('5.32 frozen at every step and unfrozen in the end: everything lands, and no finished test is run again', () => {
    atEveryStep({ scene }, freeze, (story) => {
      expect(running(story)).toEqual([])
      const batches = story.game.world.batches.length
      unfreeze(story)
      quiesce(story)
      const [first] = story.game.world.landings
      // The candidate's finished run was on this head, so it lands at once, on that run.
      expect(first).toMatchObject({ pr: 1, base: 'base0', testedGreen: true })
      settle(story)
      expect(landings(story).map(([pr]) => pr)).toEqual([1, 2])
      expect(story.game.world.batches.length - batches).toBeLessThanOrEqual(1)
    })
  })

  test('5.32 while frozen each pull request says so, and that an operator can end it', () => {
    const story = begin()
    scene(story)
    look(story)
    freeze(story)
    for (const n of [1, 2]) finish(story, n)
    for (const n of [1, 2]) expect(codes(story, n)).toEqual(['Frozen'])
    expect(perform(story.game.world, { _tag: 'ReadHead', id: 'x' as never })).toMatchObject({ head: 'base0' })
  })

  test('5.32 a deploy that runs when the freeze comes ends as it ends; the next waits', () => {
    const story = begin({ deployable: true, unverifiedHead: 'trust' })
    open(story, 1)
    look(story)
    freeze(story)
    finish(story, null)
    finish(story, 1)
    settle(story)
    expect(doneOf(story, 'SubmitDeployBatch').map((e) => e.sha)).toEqual(['base0'])
    expect(landings(story)).toEqual([])
    unfreeze(story)
    settle(story)
    expect(doneOf(story, 'SubmitDeployBatch').map((e) => e.sha)).toEqual(['base0', story.game.world.head])
  })
})
