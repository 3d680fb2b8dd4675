/** The branch moves under the gate's hands: a landing starts from the head that was tested against, or not at all. */
import { describe, expect, test } from 'vitest'
import { prNumber, SortedMap } from '@headgate/core'
import { begin, doneOf, finish, look, open, running, type Story } from '../support/drive.js'
import { atEveryStep, foreignPush, landings, prOf, pushHook, settle, type Tale } from './support.js'

const one: Tale = { scene: (story) => open(story, 1) }
const two: Tale = {
  scene: (story) => {
    open(story, 1)
    open(story, 2)
  },
}

/** Each landing started from the head of its moment, and was tested on exactly that. */
const eachOnItsBase = ({ game: { world } }: Story): void => {
  for (const { base, landed, testedGreen } of world.landings) {
    expect(testedGreen).toBe(true)
    expect(world.history[world.history.indexOf(landed) - 1]).toBe(base)
  }
}

test.each([
  ['with the webhook', true],
  ['with the webhook lost', false],
])(
  '5.7 the pull request’s head was guarded and the base was not: foreign push at every step, %s',
  (_name, hooked) => {
    atEveryStep(
      one,
      (story) => {
        foreignPush(story, 'foreign')
        if (hooked) pushHook(story)
      },
      (story, step) => {
        eachOnItsBase(story)
        const [landing] = story.game.world.landings
        const late = story.game.world.history.indexOf('foreign') > 1
        expect([step, landing?.base]).toEqual([step, late ? 'base0' : 'foreign'])
      },
    )
  },
)

test('5.7 every order to land names the base it was tested on', () => {
  const story = begin()
  for (const n of [1, 2, 3]) open(story, n)
  settle(story)
  const bases = doneOf(story, 'LandBranch').map((e) => e.ticket.base)
  expect(bases).toEqual(['base0', ...story.game.world.landings.slice(0, 2).map((l) => l.landed)])
})

test('5.12 losing a push race threw the approval away: here the race costs a test, nothing else', () => {
  atEveryStep(
    two,
    (story) => foreignPush(story, 'foreign'),
    (story) => {
      expect(
        landings(story)
          .map(([pr]) => pr)
          .sort(),
      ).toEqual([1, 2])
      eachOnItsBase(story)
      for (const n of [1, 2]) expect([...prOf(story, n).approved]).toEqual([`s${n}.1`])
    },
  )
})

describe('5.28 after losing the race the merger applied the same change to the new tip, without a new build', () => {
  test('5.28 the head moves in the last moment, three times: three candidates, three tests, none applied again', () => {
    const story = begin()
    open(story, 1)
    look(story)
    for (const commit of ['x', 'y', 'z']) {
      foreignPush(story, commit)
      finish(story, 1)
      expect(landings(story)).toEqual([])
    }
    finish(story, 1)
    expect(landings(story)).toEqual([[1, 's1.1', 'z']])
    const prepared = doneOf(story, 'PrepareCommit')
    expect(prepared.map((e) => e.base)).toEqual(['base0', 'x', 'y', 'z'])
    expect(new Set(prepared.map((e) => e.run)).size).toBe(4)
    expect(story.game.world.batches.map((b) => b.target)).toEqual(['base0', 'x', 'y', 'z'])
  })
})

describe('5.29 the queue was bypassed through an administrator’s merge', () => {
  test('5.29 a foreign merge at every step: all candidates are tested anew, none lands on the old base', () => {
    atEveryStep(
      two,
      (story) => {
        foreignPush(story, 'admin')
        pushHook(story)
      },
      (story) => {
        eachOnItsBase(story)
        expect(landings(story)).toHaveLength(2)
        const { world } = story.game
        const after = world.landings.filter(
          (l) => world.history.indexOf(l.landed) > world.history.indexOf('admin'),
        )
        for (const { base } of after) expect(base).not.toBe('base0')
      },
    )
  })

  test('5.29 an administrator merges a queued pull request himself: it is gone, and is not landed again', () => {
    atEveryStep(
      two,
      (story) => {
        const pr = prOf(story, 1)
        if (!pr.open) return
        foreignPush(story, 'admin')
        pr.open = false
        pr.merged = 'admin'
      },
      (story) => {
        eachOnItsBase(story)
        const byAdmin = prOf(story, 1).merged === 'admin'
        expect(landings(story).map(([pr]) => pr)).toEqual(byAdmin ? [2] : [1, 2])
        expect(SortedMap.has(story.game.state.landings, prNumber(1))).toBe(!byAdmin)
        expect(running(story)).toEqual([])
      },
    )
  })

  test('5.29 a head that came past the gate is not deployed before it passed', () => {
    const story = begin({ deployable: true, unverifiedHead: 'test' })
    settle(story)
    foreignPush(story, 'admin')
    pushHook(story)
    settle(story, { verdict: () => 'failure' })
    expect(doneOf(story, 'SubmitDeployBatch').map((e) => e.sha)).toEqual(['base0'])
  })
})

describe('5.5 of a batch some pull requests were merged and one was not: an untested state was the head', () => {
  test('5.5 one ticket is one move of the branch: several pull requests land together or not at all', () => {
    const story = begin()
    open(story, 1)
    open(story, 2)
    settle(story)
    for (const { ticket } of doneOf(story, 'LandBranch')) expect(ticket.members).toHaveLength(1)
    // As many orders as moves: no order moves the branch twice.
    expect(story.game.world.history).toHaveLength(1 + doneOf(story, 'LandBranch').length)
  })
})

test('5.6 the SHAs on the branch were not those that were tested: here the tested commit itself becomes the head', () => {
  const story = begin()
  for (const n of [1, 2, 3]) open(story, n)
  settle(story)
  const tested = new Set(story.game.world.batches.filter((b) => b.state === 'success').map((b) => b.commit))
  expect(story.game.world.history).toHaveLength(4)
  for (const commit of story.game.world.history.slice(1)) expect(tested).toContain(commit)
})

test('5.16 a change landed on an assumption that was never settled: here every run starts from the head itself', () => {
  atEveryStep(
    { scene: (story) => [1, 2, 3].forEach((n) => open(story, n)) },
    (story) => foreignPush(story, 'foreign'),
    (story) => {
      eachOnItsBase(story)
      // No run's base is another run: what it stands on was on the branch when the run was ordered.
      for (const { base } of doneOf(story, 'PrepareCommit')) expect(story.game.world.history).toContain(base)
    },
  )
})
