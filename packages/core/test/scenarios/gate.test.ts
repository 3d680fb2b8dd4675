import { none } from 'fp-ts/lib/Option.js'
import { describe, expect, test } from 'vitest'
import { epochMs, explain, explainBranch, mergeCandidate, prNumber, queueOf, sha } from '@headgate/core'
import { feed } from '../support/play.js'
import { begin, doneOf, finish, look, open, quiesce, running, type Story } from '../support/drive.js'

const codes = (story: Story, n: number) => explain(story.game.state, prNumber(n)).map((h) => h.code)
const wait = (story: Story, seconds: number) => {
  story.game.world.now += seconds * 1000
  feed(story.game, { _tag: 'TimeAdvanced', at: epochMs(story.game.world.now) })
  return quiesce(story)
}

describe('landing', () => {
  test('fast-forward: the tested commit itself becomes the head', () => {
    const story = begin()
    open(story, 1)
    finish(look(story), 1)
    expect(story.game.world.landings.map((l) => [l.pr, l.landed])).toEqual([[1, story.game.world.head]])
    expect(doneOf(story, 'LandBranch')[0]?.ticket.base).toBe('base0')
    expect(story.game.world.statuses.get('s1.1')).toBe('success')
  })

  test('forge merge: the result is inspected, and one that differs is tested before anything deploys', () => {
    const story = begin({ landing: 'forge-merge', deployable: true, unverifiedHead: 'test' })
    finish(look(story), null)
    finish(story, null)
    open(story, 1)
    look(story)
    story.game.world.batches.filter((b) => b.pr === 1).forEach((b) => (b.tree = 'something else'))
    const tested = story.game.world.commits.get(
      story.game.world.batches.find((b) => b.pr === 1)?.commit ?? '',
    )
    expect(tested).toBeDefined()
    finish(story, 1)
    expect(story.game.world.landings).toHaveLength(1)
    expect(doneOf(story, 'InspectCommit')).toHaveLength(1)
    expect(doneOf(story, 'SubmitDeployBatch').map((e) => e.sha)).toEqual(['base0', story.game.world.head])
  })

  test('semantic conflict: each passes alone, the second is tested again on the new head and fails', () => {
    const story = begin()
    open(story, 1)
    open(story, 2)
    look(story)
    expect(running(story)).toEqual([1, 2])
    finish(story, 2)
    expect(story.game.world.landings.map((l) => l.pr)).toEqual([2])
    expect(running(story)).toEqual([1])
    finish(story, 1, 'failure')
    expect(codes(story, 1)).toEqual(['TestFailed'])
    expect(story.game.world.landings).toHaveLength(1)
  })

  test('a foreign push while landing: the swap is lost, the approval is not', () => {
    const story = begin()
    open(story, 1)
    look(story)
    const batch = story.game.world.batches[0]
    if (batch === undefined) throw new Error('no batch')
    batch.state = 'success'
    story.game.world.commits.set('x', { parents: ['base0'], tree: 'X' })
    story.game.world.head = 'x'
    feed(story.game, { _tag: 'BatchHinted', at: epochMs(++story.game.world.now), batchId: none })
    quiesce(story)
    expect(story.game.world.landings).toEqual([])
    finish(story, 1)
    expect(story.game.world.landings.map((l) => l.base)).toEqual(['x'])
  })
})

describe('the queue', () => {
  test('prio:high first, then the lowest number; WIP and unauthorized ones are no candidates', () => {
    const story = begin()
    open(story, 1, { labels: new Set(['WIP']) })
    open(story, 2, { author: 'stranger' })
    open(story, 3)
    open(story, 4, { labels: new Set(['prio:high']) })
    look(story)
    expect(queueOf(story.game.state)).toEqual([4, 3])
    expect(mergeCandidate(story.game.state)).toBe(4)
    expect(codes(story, 1)).toContain('BlockingLabel')
    expect(codes(story, 2)).toContain('NotAuthorized')
  })

  test('at most three test batches, and one more for the candidate', () => {
    const story = begin()
    for (const n of [1, 2, 3, 4, 5]) open(story, n, { decision: 'REVIEW_REQUIRED' })
    look(story)
    expect(running(story)).toEqual([1, 2, 3])
    open(story, 6)
    look(story)
    expect(running(story)).toEqual([1, 2, 3, 6])
  })

  test('a stranger is tested once the SHA is authorized, and needs it anew after a push', () => {
    const story = begin()
    open(story, 1, { author: 'stranger' })
    look(story)
    expect(running(story)).toEqual([])
    feed(story.game, {
      _tag: 'ShaAuthorized',
      at: epochMs(++story.game.world.now),
      by: 'op',
      sha: sha('s1.1'),
    })
    quiesce(story)
    expect(running(story)).toEqual([1])
    open(story, 1, { author: 'stranger', source: 's1.2' })
    look(story)
    expect(running(story)).toEqual([])
    expect(doneOf(story, 'CancelBatch')).toHaveLength(1)
  })

  test('passing results stay shown when the head moves; only the candidate is tested again', () => {
    const story = begin()
    for (const n of [1, 2, 3]) open(story, n, { decision: 'REVIEW_REQUIRED' })
    look(story)
    for (const n of [1, 2, 3]) finish(story, n)
    for (const n of [1, 2, 3]) open(story, n)
    look(story)
    expect(story.game.world.landings.map((l) => l.pr)).toEqual([1])
    expect(running(story)).toEqual([2])
    expect(codes(story, 3)).toEqual(['OutOfDate'])
    expect(story.game.world.statuses.get('s3.1')).toBe('success')
  })
})

describe('errors are final for a pair of SHAs', () => {
  test('a conflict is reported once, does not loop, and is tried again when the head moves', () => {
    const story = begin()
    open(story, 1)
    story.game.world.conflicts.add('base0|s1.1')
    look(story)
    expect(codes(story, 1)[0]).toBe('MergeConflict')
    for (let i = 0; i < 5; i++) wait(story, 400)
    expect(doneOf(story, 'PrepareCommit')).toHaveLength(1)
    expect(doneOf(story, 'PostStatus').map((e) => e.state)).toEqual(['pending', 'failure'])
    open(story, 2)
    finish(look(story), 2)
    expect(running(story)).toEqual([1])
  })

  test('a conflict that comes back at every new head does not flap', () => {
    const story = begin()
    open(story, 1)
    story.game.world.conflicts.add('base0|s1.1')
    open(story, 2)
    look(story)
    const batch = story.game.world.batches.find((b) => b.pr === 2)
    story.game.world.conflicts.add(`${batch?.commit}|s1.1`)
    finish(story, 2)
    expect(story.game.world.landings.map((l) => l.pr)).toEqual([2])
    expect(doneOf(story, 'PrepareCommit').map((e) => e.members[0]?.pr)).toEqual([1, 2, 1])
    const said = doneOf(story, 'PostStatus').filter((e) => e.sha === 's1.1')
    expect(said.map((e) => e.state)).toEqual(['pending', 'failure'])
  })

  test('a broken build.yaml is an error with its text, not a loop', () => {
    const story = begin()
    open(story, 1)
    story.game.world.brokenBuildFile.add('s1.1')
    look(story)
    wait(wait(story, 400), 400)
    expect(codes(story, 1)[0]).toBe('BuildFileInvalid')
    expect(doneOf(story, 'SubmitTestBatch')).toHaveLength(1)
  })
})

describe('operators', () => {
  test('while frozen tests go on and nothing lands; after it the landing follows', () => {
    const story = begin()
    feed(story.game, {
      _tag: 'BranchFrozen',
      at: epochMs(++story.game.world.now),
      by: 'op',
      reason: 'release',
    })
    open(story, 1)
    finish(look(story), 1)
    expect(codes(story, 1)).toEqual(['Frozen'])
    feed(story.game, { _tag: 'BranchUnfrozen', at: epochMs(++story.game.world.now), by: 'op' })
    quiesce(story)
    expect(story.game.world.landings.map((l) => l.pr)).toEqual([1])
  })

  test('retry invalidates for good: the old result never counts again', () => {
    const story = begin()
    open(story, 1)
    finish(look(story), 1, 'failure')
    feed(story.game, {
      _tag: 'TestRetried',
      at: epochMs(++story.game.world.now),
      by: 'op',
      pr: prNumber(1),
      batchId: none,
    })
    quiesce(story)
    look(wait(story, 400))
    expect(running(story)).toEqual([1])
    finish(story, 1)
    expect(story.game.world.landings.map((l) => l.pr)).toEqual([1])
  })

  test('orphans are cancelled: a batch of a pull request that closed, once', () => {
    const story = begin()
    open(story, 1)
    look(story)
    const pr = story.game.world.prs.get(1)
    if (pr !== undefined) pr.open = false
    wait(look(story), 400)
    expect(running(story)).toEqual([])
    expect(doneOf(story, 'CancelBatch')).toHaveLength(1)
  })
})

describe('deploys', () => {
  test('nothing lands while a deploy is in flight; the newest head is deployed in the end', () => {
    const story = begin({ deployable: true })
    open(story, 1)
    open(story, 2)
    look(story)
    finish(story, 1)
    finish(story, 2)
    expect(story.game.world.landings).toEqual([])
    expect(codes(story, 1)).toEqual(['DeployInFlight'])
    finish(story, null)
    expect(story.game.world.landings.map((l) => l.pr)).toEqual([1])
    expect(doneOf(story, 'SubmitDeployBatch').map((e) => e.sha)).toEqual(['base0', story.game.world.head])
  })

  test('a failed deploy is announced once per SHA; with `hold` merging waits for a retry', () => {
    const story = begin({ deployable: true, onDeployFailure: 'hold' })
    open(story, 1)
    look(story)
    finish(story, null, 'failure')
    finish(wait(story, 400), 1)
    expect(story.game.world.announced).toEqual(['base0'])
    expect(codes(story, 1)).toEqual(['DeployFailed'])
    feed(story.game, { _tag: 'DeployRetried', at: epochMs(++story.game.world.now), by: 'op' })
    quiesce(story)
    finish(story, null)
    expect(story.game.world.landings.map((l) => l.pr)).toEqual([1])
  })

  test('a head that was pushed past the gate is tested before it is deployed', () => {
    const story = begin({ deployable: true, unverifiedHead: 'test' })
    look(story)
    expect(doneOf(story, 'SubmitTestBatch').map((e) => e.purpose)).toEqual(['head'])
    expect(explainBranch(story.game.state).deploying.map((h) => h.code)).toEqual(['HeadUnverified'])
    finish(story, null, 'failure')
    expect(explainBranch(story.game.state).deploying.map((h) => h.code)).toEqual(['HeadBroken'])
    expect(doneOf(story, 'SubmitDeployBatch')).toEqual([])
  })
})
