import { none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, test } from 'vitest'
import { batchId, prNumber, sha } from '@headgate/core'
import { answer, begin, fail, feed, fresh, inFlight, ordered, see, type Bench } from '../support/bench.js'
import { pull } from '../support/build.js'

const everything = { _tag: 'GithubHinted', concern: { _tag: 'Everything' } } as const
const head = { _tag: 'GithubHinted', concern: { _tag: 'Head' } } as const
const one = (n: number) =>
  ({ _tag: 'GithubHinted', concern: { _tag: 'PullRequest', pr: prNumber(n) } }) as const
const batches = { _tag: 'BatchHinted', batchId: none } as const
const batch = (n: number) => ({ _tag: 'BatchHinted', batchId: some(batchId(n)) }) as const
const nothing = { branch: false, head: false, batches: false }

const observed = (bench: Bench) =>
  answer(bench, 'ReadBranch', {
    _tag: 'BranchObserved',
    head: sha('h0'),
    requiredChecks: [],
    pullRequests: [],
  })

test('at the start the branch is read, then the batches, which belong to its pull requests', () => {
  const bench = feed(fresh(), { _tag: 'ServiceStarted' })
  expect(ordered(bench)).toEqual([{ _tag: 'ReadBranch' }])
  expect(ordered(see(bench, []))).toEqual([{ _tag: 'ReadBatches' }])
  expect(bench.state.stale).toMatchObject(nothing)
})

test('at every later start both at once', () => {
  const bench = feed(begin(), { _tag: 'ServiceStarted' })
  expect(ordered(bench)).toEqual([{ _tag: 'ReadBranch' }, { _tag: 'ReadBatches' }])
})

test('the first listing waits for the branch to be known, a later one does not', () => {
  const bench = feed(fresh(), { _tag: 'ServiceStarted' })
  expect(ordered(feed(bench, everything))).toEqual([])
  expect(ordered(observed(bench))).toEqual([{ _tag: 'ReadBranch' }])
  expect(ordered(observed(bench))).toEqual([{ _tag: 'ReadBatches' }])
  answer(bench, 'ReadBatches', { _tag: 'BatchesObserved', tests: [], deploys: [] })
  expect(ordered(feed(feed(bench, everything), batches))).toEqual([{ _tag: 'ReadBatches' }])
})

test('a branch of which only the head is known is not known', () => {
  const bench = feed(fresh(), head)
  answer(bench, 'ReadHead', { _tag: 'HeadObserved', head: sha('h0') })
  expect(ordered(feed(bench, { _tag: 'ServiceStarted' }))).toEqual([{ _tag: 'ReadBranch' }])
})

describe('one read of a kind at a time; a hint meanwhile makes one more', () => {
  test('of the branch', () => {
    const bench = feed(begin(), everything)
    expect(ordered(bench)).toEqual([{ _tag: 'ReadBranch' }])
    expect(ordered(feed(bench, everything))).toEqual([])
    expect(ordered(observed(bench))).toEqual([{ _tag: 'ReadBranch' }])
    expect(ordered(observed(bench))).toEqual([])
  })

  test('of the head', () => {
    const bench = feed(begin(), head)
    expect(ordered(bench)).toEqual([{ _tag: 'ReadHead' }])
    expect(ordered(feed(bench, head))).toEqual([])
    const reply = { _tag: 'HeadObserved', head: sha('h0') } as const
    expect(ordered(answer(bench, 'ReadHead', reply))).toEqual([{ _tag: 'ReadHead' }])
    expect(ordered(answer(bench, 'ReadHead', reply))).toEqual([])
  })

  test('of one pull request', () => {
    const bench = feed(begin(), one(4))
    expect(ordered(bench)).toEqual([{ _tag: 'ReadPullRequest', pr: 4 }])
    expect(ordered(feed(bench, one(4)))).toEqual([])
    expect(ordered(feed(bench, one(5)))).toEqual([{ _tag: 'ReadPullRequest', pr: 5 }])
    const reply = { _tag: 'PullRequestObserved', fate: { _tag: 'Closed' } } as const
    expect(ordered(answer(bench, 'ReadPullRequest/4', reply))).toEqual([{ _tag: 'ReadPullRequest', pr: 4 }])
    expect(ordered(answer(bench, 'ReadPullRequest/4', reply))).toEqual([])
  })

  test('of the batches', () => {
    const bench = feed(begin(), batches)
    expect(ordered(bench)).toEqual([{ _tag: 'ReadBatches' }])
    expect(ordered(feed(bench, batches))).toEqual([])
    const reply = { _tag: 'BatchesObserved', tests: [], deploys: [] } as const
    expect(ordered(answer(bench, 'ReadBatches', reply))).toEqual([{ _tag: 'ReadBatches' }])
    expect(ordered(answer(bench, 'ReadBatches', reply))).toEqual([])
  })

  test('of one batch', () => {
    const bench = feed(begin(), batch(4))
    expect(ordered(bench)).toEqual([{ _tag: 'ReadBatch', batchId: 4 }])
    expect(ordered(feed(bench, batch(4)))).toEqual([])
    expect(ordered(feed(bench, batch(5)))).toEqual([{ _tag: 'ReadBatch', batchId: 5 }])
    const reply = { _tag: 'BatchObserved', fate: { _tag: 'Gone' } } as const
    expect(ordered(answer(bench, 'ReadBatch/4', reply))).toEqual([{ _tag: 'ReadBatch', batchId: 4 }])
    expect(ordered(answer(bench, 'ReadBatch/4', reply))).toEqual([])
  })
})

describe('a read of the whole branch', () => {
  test('answers what was asked about the head and about single pull requests', () => {
    const bench = feed(feed(begin([pull(4)]), head), one(4))
    feed(feed(bench, head), one(4))
    expect(bench.state.stale).toMatchObject({ head: true })
    expect(ordered(feed(bench, everything))).toEqual([{ _tag: 'ReadBranch' }])
    expect(bench.state.stale).toMatchObject(nothing)
    const reply = { _tag: 'PullRequestObserved', fate: { _tag: 'Closed' } } as const
    expect(ordered(answer(bench, 'ReadPullRequest/4', reply))).toEqual([])
    expect(ordered(answer(bench, 'ReadHead', { _tag: 'HeadObserved', head: sha('h0') }))).toEqual([])
  })

  test.each([
    [50, []],
    [51, ['ReadBranch']],
  ])('is cheaper than %i single ones: %j', (count, reads) => {
    const bench = begin()
    // Each is out already, so the hints pile up.
    for (let n = 1; n <= count; n++) feed(feed(bench, one(n)), one(n))
    expect(inFlight(bench).filter((subject) => subject === 'ReadBranch')).toEqual(reads)
  })

  test('while it is out, so many single ones wait for it', () => {
    const bench = begin()
    for (let n = 1; n <= 51; n++) feed(feed(bench, one(n)), one(n))
    for (let n = 1; n <= 50; n++) feed(bench, one(n))
    expect(ordered(feed(bench, one(200)))).toEqual([])
    expect(ordered(observed(bench))).toEqual([{ _tag: 'ReadBranch' }])
  })

  test('fifty are still read one by one', () => {
    const bench = begin()
    for (let n = 1; n <= 49; n++) feed(feed(bench, one(n)), one(n))
    expect(ordered(feed(bench, one(200)))).toEqual([{ _tag: 'ReadPullRequest', pr: 200 }])
  })
})

test('a branch that could not be read is not known: its batches are not listed', () => {
  const bench = fail(feed(fresh(), { _tag: 'ServiceStarted' }), 'ReadBranch', 'permanent')
  expect(ordered(bench)).toEqual([])
  expect(bench.state.stale).toMatchObject({ branch: false, batches: true })
})
