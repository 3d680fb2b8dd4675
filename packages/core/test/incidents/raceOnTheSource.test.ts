/** A pull request changes under the gate's hands: what is approved, what is tested and what lands are one SHA. */
import { describe, expect, test } from 'vitest'
import { prNumber, SortedMap } from '@headgate/core'
import { doneOf, finish, look, open, quiesce, running, type Story } from '../support/drive.js'
import { feed } from '../support/play.js'
import { perform } from '../support/world.js'
import {
  atEveryStep,
  codes,
  hook,
  landings,
  past,
  prOf,
  push,
  quiesceBut,
  settle,
  take,
  type Tale,
} from './support.js'
import { begin } from '../support/drive.js'

const one: Tale = { scene: (story) => open(story, 1) }
const modes = ['fast-forward', 'forge-merge'] as const

const landedUnchanged = (story: Story): void => {
  expect(landings(story)).toEqual([[1, 's1.1', 'base0']])
  expect(prOf(story, 1).open).toBe(false)
}

describe.each(modes)(
  '5.3 a commit was pushed between approval and merge, and merged unreviewed (%s)',
  (landing) => {
    const tale = { ...one, policy: { landing } }

    test.each([
      ['with the webhook', true],
      ['with the webhook lost', false],
    ])('5.3 pushed at every step, %s: only the approved SHA may land', (_name, hooked) => {
      atEveryStep(
        tale,
        (story) => {
          if (!prOf(story, 1).open) return
          push(story, 1, 'evil')
          if (hooked) hook(story, 1)
        },
        (story) => {
          if (prOf(story, 1).source === 's1.1') return landedUnchanged(story)
          expect(landings(story)).toEqual([])
          expect(codes(story, 1)).toEqual(['ApprovalOutdated'])
        },
      )
    })

    test('5.3 pushed and approved anew at every step: the new SHA lands, on a test of its own', () => {
      atEveryStep(
        tale,
        (story) => {
          const pr = prOf(story, 1)
          if (!pr.open) return
          push(story, 1, 's1.2')
          pr.approved = new Set(['s1.2'])
          hook(story, 1)
        },
        (story) => {
          if (prOf(story, 1).source === 's1.1') return landedUnchanged(story)
          expect(landings(story)).toEqual([[1, 's1.2', 'base0']])
          expect(story.game.world.landings[0]?.testedGreen).toBe(true)
        },
      )
    })
  },
)

test('5.3 the approval is withdrawn at every step: nothing lands unless it had landed before', () => {
  atEveryStep(
    one,
    (story) => {
      prOf(story, 1).decision = 'CHANGES_REQUESTED'
      hook(story, 1)
      // The gate hears of it before anything else happens.
      feed(story.game, perform(story.game.world, take(story, 'ReadPullRequest')))
    },
    (story) => {
      const ordered = doneOf(story, 'LandBranch').length
      if (ordered === 0) expect([landings(story), codes(story, 1)]).toEqual([[], ['ChangesRequested']])
      else landedUnchanged(story)
    },
  )
})

test('5.4 the head was read again right before the merge and used unchecked: here heads come only from the state', () => {
  const story = begin()
  open(story, 1)
  look(story)
  const { world } = story.game
  // The forge already has a newer head; no read has shown it.
  push(story, 1, 'newer')
  world.batches.forEach((b) => (b.state = 'success'))
  hook(story, 2)
  quiesceBut(story, 'LandBranch')
  settle(story)
  const named = [
    ...doneOf(story, 'PrepareCommit').flatMap((e) => e.members),
    ...doneOf(story, 'SubmitTestBatch').flatMap((e) => e.members),
    ...doneOf(story, 'LandBranch').flatMap((e) => e.ticket.members),
  ].map((m) => m.source)
  expect(new Set(named)).toContain('s1.1')
  // `newer` is prepared and tested once a read showed it, and never lands: nobody approved it.
  expect(doneOf(story, 'LandBranch').flatMap((e) => e.ticket.members.map((m) => m.source))).not.toContain(
    'newer',
  )
  expect(landings(story)).toEqual([])
})

describe('5.13 a force-push to a queued pull request left the old result in force', () => {
  test('5.13 force-pushed at every step while it waits for approval: the old result is void, a new run is made', () => {
    atEveryStep(
      { scene: (story) => open(story, 1, { decision: 'REVIEW_REQUIRED' }) },
      (story) => {
        push(story, 1, 's1.2')
        hook(story, 1)
      },
      (story) => {
        const pr = SortedMap.get(story.game.state.pullRequests, prNumber(1))
        expect(pr?.result).toMatchObject({
          value: { _tag: 'Passed', evidence: { members: [{ pr: 1, source: 's1.2' }] } },
        })
        expect(story.game.world.batches.filter((b) => b.source === 's1.2')).toHaveLength(1)
        expect(landings(story)).toEqual([])
      },
    )
  })

  test('5.13 the old batch goes on to succeed: it counts for nobody', () => {
    const story = begin()
    open(story, 1)
    look(story)
    push(story, 1, 's1.2')
    prOf(story, 1).approved = new Set(['s1.1', 's1.2'])
    hook(story, 1)
    quiesceBut(story, 'CancelBatch')
    const old = story.game.world.batches.find((b) => b.source === 's1.1')
    if (old === undefined) throw new Error('no batch')
    old.state = 'success'
    look(story)
    expect(landings(story)).toEqual([])
    expect(running(story)).toEqual([1])
    finish(story, 1)
    expect(landings(story)).toEqual([[1, 's1.2', 'base0']])
  })

  test('5.13 pushed back to the old SHA: it is tested again, for its batch was given up', () => {
    const story = begin()
    open(story, 1)
    look(story)
    push(story, 1, 's1.2')
    look(story)
    push(story, 1, 's1.1')
    look(story)
    finish(story, 1)
    expect(story.game.world.batches.filter((b) => b.source === 's1.1').map((b) => b.state)).toEqual([
      'cancelled',
      'success',
    ])
    expect(landings(story)).toEqual([[1, 's1.1', 'base0']])
  })
})

describe('5.14 a queued pull request was retargeted to another branch and merged anyway', () => {
  test.each([
    ['with the webhook', true],
    ['with the webhook lost', false],
  ])('5.14 retargeted at every step, %s: it does not land here', (_name, hooked) => {
    atEveryStep(
      one,
      (story) => {
        if (!prOf(story, 1).open) return
        prOf(story, 1).elsewhere = true
        if (hooked) hook(story, 1)
      },
      (story) => {
        if (prOf(story, 1).elsewhere !== true) return landedUnchanged(story)
        expect(landings(story)).toEqual([])
        expect(SortedMap.size(story.game.state.pullRequests)).toBe(0)
        expect(running(story)).toEqual([])
      },
    )
  })

  test('5.14 retargeted and back at every pair of steps: it lands once, on a test against this branch', () => {
    const steps = atEveryStep(one, () => undefined, landedUnchanged)
    for (let back = 1; back <= steps; back++)
      atEveryStep(
        {
          ...one,
          course: {},
        },
        (story) => {
          const pr = prOf(story, 1)
          if (!pr.open) return
          pr.elsewhere = true
          hook(story, 1)
          for (let i = 0; i < back; i++) {
            const effect = story.game.out.shift()
            if (effect !== undefined) feed(story.game, perform(story.game.world, effect))
          }
          pr.elsewhere = false
          hook(story, 1)
        },
        (story) => {
          landedUnchanged(story)
          expect(story.game.world.landings[0]?.testedGreen).toBe(true)
        },
      )
  })

  test('5.14 a read of the branch that was asked before the retarget was known does not bring it back', () => {
    const story = begin()
    open(story, 1, { decision: 'NONE' })
    look(story)
    finish(story, 1)
    feed(story.game, { _tag: 'GithubHinted', at: story.game.state.now, concern: { _tag: 'Everything' } })
    const slow = take(story, 'ReadBranch')
    const before = past(story.game.world)
    prOf(story, 1).elsewhere = true
    hook(story, 1)
    quiesce(story)
    expect(SortedMap.size(story.game.state.pullRequests)).toBe(0)
    feed(story.game, perform(before, slow))
    expect(SortedMap.size(story.game.state.pullRequests)).toBe(0)
    quiesce(story)
    expect(running(story)).toEqual([])
  })
})
