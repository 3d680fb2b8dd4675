/** What a landing is made of is fixed when it is decided, and the rules come from nowhere but the policy. */
import * as fc from 'fast-check'
import { isRight } from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { defaultPolicy, reduce, sha, Event, type Policy } from '@headgate/core'
import { begin, doneOf, finish, look, open, quiesce } from '../support/drive.js'
import { feed, move, newGame, play } from '../support/play.js'
import { perform } from '../support/world.js'
import {
  atEveryStep,
  changePolicy,
  codes,
  landings,
  now,
  quiesceBut,
  settle,
  take,
  type Tale,
} from './support.js'

const one: Tale = { scene: (story) => open(story, 1) }

describe('5.1 a merge on the wrong base silently reverted earlier work', () => {
  test('5.1 the forge merges on a stale base: the head is doubted, tested, and not deployed before it passed', () => {
    const story = begin({ landing: 'forge-merge', deployable: true, unverifiedHead: 'test' })
    settle(story)
    open(story, 1)
    look(story)
    story.game.world.batches.filter((b) => b.pr === 1).forEach((b) => (b.state = 'success'))
    feed(story.game, { _tag: 'BatchHinted', at: now(story), batchId: { _tag: 'None' } })
    quiesceBut(story, 'InspectCommit')
    const inspect = take(story, 'InspectCommit')
    feed(story.game, {
      _tag: 'CommitInspected',
      at: now(story),
      answers: inspect.id,
      parents: [sha('base0')],
      tree: sha('a tree without the earlier work'),
    })
    expect(story.game.state.head).toMatchObject({ value: { standing: { _tag: 'Unverified' } } })
    quiesce(story)
    expect(doneOf(story, 'SubmitTestBatch').at(-1)).toMatchObject({
      purpose: 'head',
      commit: story.game.world.head,
    })
    settle(story, { verdict: () => 'failure' })
    expect(doneOf(story, 'SubmitDeployBatch').map((e) => e.sha)).toEqual(['base0'])
  })

  test.each([
    ['its parent is not the tested base', ['elsewhere'], 'T+s1.1'],
    ['it has no parent', [], 'T+s1.1'],
    ['its tree is not the tested one', ['base0'], 'T'],
  ])('5.1 what the forge merged is compared with what was tested: %s', (_name, parents, tree) => {
    const story = begin({ landing: 'forge-merge', unverifiedHead: 'test' })
    open(story, 1)
    look(story)
    story.game.world.batches.forEach((b) => (b.state = 'success'))
    feed(story.game, { _tag: 'BatchHinted', at: now(story), batchId: { _tag: 'None' } })
    quiesceBut(story, 'InspectCommit')
    const inspect = take(story, 'InspectCommit')
    const answer = { at: now(story), answers: inspect.id }
    feed(story.game, { _tag: 'CommitInspected', ...answer, parents: parents.map(sha), tree: sha(tree) })
    expect(story.game.state.head).toMatchObject({ value: { standing: { _tag: 'Unverified' } } })
  })
})

test('5.2 a squash replayed an old diff on a base that had moved: here the base of a candidate never changes', () => {
  const story = begin()
  for (const n of [1, 2]) open(story, n)
  settle(story)
  const prepared = new Map(doneOf(story, 'PrepareCommit').map((e) => [e.run, e]))
  for (const { ticket } of doneOf(story, 'LandBranch')) {
    expect(ticket.base).toBe(prepared.get(ticket.run)?.base)
    expect(ticket.members).toEqual(prepared.get(ticket.run)?.members)
    expect(ticket.commit).toEqual({
      _tag: 'Some',
      value: story.game.world.batches.find((b) => b.token === ticket.run)?.commit,
    })
  }
})

describe('5.18 the preferences changed between the making of a candidate and its merge', () => {
  test.each<[string, Partial<Policy>]>([
    ['the way to land', { landing: 'forge-merge' }],
    ['the merge method', { mergeMethod: 'squash' }],
    ['the number of runs', { maxTestRuns: 1 }],
    ['the branch becomes deployable', { deployable: true }],
    ['an approval counts for the whole pull request', { approvals: 'of-the-pull-request' }],
  ])('5.18 at every step: %s; each lands once, on its own test, as its ticket says', (_name, change) => {
    atEveryStep(
      {
        scene: (story) => {
          open(story, 1)
          open(story, 2)
        },
      },
      (story) => changePolicy(story, change),
      (story) => {
        expect(landings(story).map(([pr]) => pr)).toEqual([1, 2])
        for (const { testedGreen } of story.game.world.landings) expect(testedGreen).toBe(true)
      },
    )
  })

  test('5.18 the way to land changes while a landing is under way: its answer is read as its ticket says', () => {
    const story = begin()
    open(story, 1)
    look(story)
    story.game.world.batches.forEach((b) => (b.state = 'success'))
    feed(story.game, { _tag: 'BatchHinted', at: now(story), batchId: { _tag: 'None' } })
    quiesceBut(story, 'LandBranch')
    const effect = take(story, 'LandBranch')
    changePolicy(story, { landing: 'forge-merge', mergeMethod: 'squash' })
    expect(effect.ticket).toMatchObject({ landing: 'fast-forward', method: 'merge' })
    feed(story.game, perform(story.game.world, effect))
    expect(story.game.state.head).toMatchObject({ value: { standing: { _tag: 'Verified', how: 'landed' } } })
  })

  test.each<[string, Partial<Policy>, string]>([
    ['another required check', { requiredChecks: ['audit'] }, 'CheckNotReported'],
    ['the branch is not mergeable', { mergeable: false }, 'NotMergeableBranch'],
    ['the author is trusted no longer', { trustedAuthors: [] }, 'NotAuthorized'],
  ])('5.18 at every step: %s; no landing is ordered from then on', (_name, change, code) => {
    let ordered = new Set<string>()
    atEveryStep(
      one,
      (story) => {
        changePolicy(story, change)
        ordered = new Set([...story.done, ...story.game.out].map((effect) => effect.id))
      },
      (story) => {
        const late = doneOf(story, 'LandBranch').filter((effect) => !ordered.has(effect.id))
        expect(late).toEqual([])
        if (landings(story).length === 0) expect(codes(story, 1)).toContain(code)
      },
    )
  })

  test('5.18 our status gets another name at every step: it is said under the new name before anything lands on it', () => {
    let ordered = new Set<string>()
    atEveryStep(
      one,
      (story) => {
        changePolicy(story, { statusContext: 'gate' })
        ordered = new Set([...story.done, ...story.game.out].map((effect) => effect.id))
      },
      (story) => {
        expect(landings(story)).toEqual([[1, 's1.1', 'base0']])
        const at = story.done.findIndex((effect) => effect._tag === 'LandBranch')
        if (ordered.has(story.done[at]?.id ?? '')) return
        const said = story.done.slice(0, at).filter((effect) => effect._tag === 'PostStatus')
        expect(said.at(-1)).toMatchObject({ context: 'gate', state: 'success' })
      },
    )
    const waits = begin()
    open(waits, 1, { decision: 'NONE' })
    finish(look(waits), 1)
    changePolicy(waits, { statusContext: 'gate' })
    quiesce(waits)
    expect(doneOf(waits, 'PostStatus').at(-1)).toMatchObject({ context: 'gate', state: 'success' })
  })
})

describe('5.25 the gate’s rules were read from the commit under test', () => {
  test('5.25 no event but `PolicyChanged` changes the policy, whatever happens', () => {
    const watching: typeof reduce = (state, event) => {
      const [after, effects] = reduce(state, event)
      if (event._tag !== 'PolicyChanged') expect(after.policy).toBe(state.policy)
      return [after, effects]
    }
    fc.assert(
      fc.property(fc.array(move, { minLength: 10, maxLength: 120 }), (moves) => {
        const game = newGame({}, watching)
        moves.forEach((m) => play(game, m))
      }),
      { numRuns: 60 },
    )
  })

  test('5.25 no read can carry rules: an observation with a policy in it is not an event', () => {
    const observed = {
      _tag: 'BranchObserved',
      at: 1,
      answers: 'x',
      head: 'h',
      requiredChecks: [],
      pullRequests: [],
    }
    expect(isRight(Event.decode(observed))).toBe(true)
    expect(isRight(Event.decode({ ...observed, policy: defaultPolicy }))).toBe(false)
  })
})
