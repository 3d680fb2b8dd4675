import { none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, test } from 'vitest'
import { sha, SortedMap } from '@headgate/core'
import {
  answer,
  begin,
  fail,
  feed,
  green,
  land,
  ordered,
  out,
  post,
  prOf,
  run,
  see,
  seeOne,
  tested,
  wait,
} from '../support/bench.js'
import type { Bench } from '../support/bench.js'
import { check, pull } from '../support/build.js'

const open = (bench: Bench) => SortedMap.keysArray(bench.state.pullRequests)

describe('a read of the branch', () => {
  test('brings the head, the pull requests and the required checks', () => {
    const bench = see(begin([pull(1), pull(2)]), [pull(2), pull(3)], 'h1', ['lint'])
    expect(bench.state.head).toMatchObject(some({ sha: 'h1' }))
    expect(open(bench)).toEqual([2, 3])
    expect(bench.state.requiredChecks).toEqual(['lint'])
  })

  test.each([
    [['lint'], ['lint', 'docs']],
    [['lint', 'docs'], ['lint']],
    [['lint'], ['docs']],
    [
      ['lint', 'docs'],
      ['lint', 'build'],
    ],
    [[], ['lint']],
  ])('required checks %j become %j, and every place is computed anew', (before, after) => {
    const red = pull(1, { checks: [check('lint', 'SUCCESS'), check('docs', 'FAILURE')] })
    const bench = begin([red], {}, before)
    see(bench, [red], 'h0', after)
    expect(bench.state.requiredChecks).toEqual(after)
    expect(prOf(bench, 1).place.key.rank).toBe(after.includes('docs') ? 0 : 1)
  })

  test('that shows the same required checks touches no pull request', () => {
    const bench = begin([pull(1)], {}, ['lint', 'docs'])
    const before = prOf(bench, 1)
    see(bench, [pull(1)], 'h0', ['lint', 'docs'])
    expect(prOf(bench, 1)).toBe(before)
  })

  test('cancels what it no longer shows', () => {
    const bench = see(run(begin([pull(1)]), 1, 7), [])
    expect(ordered(bench, 'CancelBatch')).toEqual([
      { _tag: 'CancelBatch', batchId: 7, reason: 'the pull request is no longer open' },
    ])
  })
})

const flightOf = (bench: Bench, subject: string) => SortedMap.get(bench.state.inFlight, subject)

/** Its landing was ordered, and nobody knows what became of it. */
const uncertain = (landing: 'fast-forward' | 'forge-merge') =>
  fail(
    green(begin([pull(1), pull(2, { labels: ['do-not-test'] })], { landing }), 1, 7),
    'LandBranch',
    'unknown',
  )
const headIs = (bench: Bench, head: string) =>
  answer(bench, 'ReadHead', { _tag: 'HeadObserved', head: sha(head) })
const landedAs = (bench: Bench) => SortedMap.valuesArray(bench.state.landings).map((l) => [l.pr, l.landed])

describe('an uncertain fast-forward', () => {
  test('happened, if the head is the tested commit', () => {
    const bench = headIs(uncertain('fast-forward'), 'c1@h0')
    expect(landedAs(bench)).toEqual([[1, 'c1@h0']])
    expect(bench.state.landing).toEqual(none)
  })

  test('has not happened so far, if the head is where it was: it is asked again after a pause, under the same id', () => {
    const bench = uncertain('fast-forward')
    const first = out(bench, 'LandBranch')
    expect(ordered(headIs(bench, 'h0'))).toEqual([])
    expect(bench.state.landing).not.toEqual(none)
    wait(bench, 2)
    expect(bench.effects).toEqual([first])
  })

  test('may have been built upon, if the head is elsewhere: the order, given again, finds that out', () => {
    const bench = headIs(uncertain('fast-forward'), 'h1')
    expect(bench.state.landing).not.toEqual(none)
    expect(bench.state.head).toMatchObject(some({ sha: 'h1' }))
    expect(ordered(wait(bench, 2), 'LandBranch')).toHaveLength(1)
  })

  test('that is not answered in many attempts counts as refused', () => {
    const bench = fail(green(begin([pull(1)], { effectAttempts: 1 }), 1, 7), 'LandBranch', 'unknown')
    headIs(bench, 'h0')
    expect(bench.state.landing).toEqual(none)
    expect(prOf(bench, 1).refusal).toMatchObject(
      some({ text: 'no answer came in many attempts, and the branch did not move.' }),
    )
  })

  test('a read that was asked before says nothing', () => {
    const bench = green(begin([pull(1)]), 1, 7)
    feed(bench, { _tag: 'GithubHinted', concern: { _tag: 'Head' } })
    const early = out(bench, 'ReadHead')
    fail(bench, 'LandBranch', 'unknown')
    expect(out(bench, 'ReadHead')).toBe(early)
    headIs(bench, 'h0')
    expect(flightOf(bench, 'LandBranch')).toMatchObject({ waiting: 'look' })
    headIs(bench, 'h0')
    expect(flightOf(bench, 'LandBranch')).toMatchObject({ waiting: 'retry' })
  })

  test('a read of the pull request says nothing about it', () => {
    const bench = seeOne(uncertain('fast-forward'), pull(1))
    expect(ordered(bench, 'LandBranch')).toEqual([])
    expect(bench.state.landing).not.toEqual(none)
  })
})

test('a landing that is under way is seen by its commit before it is answered', () => {
  const bench = green(begin([pull(1)]), 1, 7)
  see(bench, [], 'c1@h0')
  expect(landedAs(bench)).toEqual([[1, 'c1@h0']])
})

test('a head elsewhere while a landing is under way: its own answer is waited for', () => {
  const bench = green(begin([pull(1)]), 1, 7)
  see(bench, [pull(1)], 'h1')
  expect(bench.state.landing).not.toEqual(none)
  expect(out(bench, 'LandBranch')).toBeDefined()
})

describe('an uncertain forge merge', () => {
  const fate = (bench: Bench, reply: 'Closed' | 'Elsewhere' | { readonly merged: string | null }, pr = 1) => {
    feed(bench, { _tag: 'GithubHinted', concern: { _tag: 'PullRequest', pr: pull(pr).number } })
    return answer(bench, `ReadPullRequest/${pr}`, {
      _tag: 'PullRequestObserved',
      fate:
        typeof reply === 'string'
          ? { _tag: reply }
          : { _tag: 'Merged', commit: reply.merged === null ? none : some(sha(reply.merged)) },
    })
  }

  test('happened, if the pull request is merged: what the forge made is inspected', () => {
    const bench = fate(uncertain('forge-merge'), { merged: 'forge1' })
    expect(landedAs(bench)).toEqual([[1, 'forge1']])
    expect(ordered(bench, 'InspectCommit')).toEqual([{ _tag: 'InspectCommit', commit: 'forge1' }])
  })

  test.each(['Closed', 'Elsewhere'] as const)('is lost, if the pull request is %s', (what) => {
    const bench = fate(uncertain('forge-merge'), what)
    expect(bench.state.landing).toEqual(none)
    expect(landedAs(bench)).toEqual([])
    expect(open(bench)).toEqual([2])
  })

  test('is lost, if it was merged and nobody can say as what', () => {
    const bench = fate(uncertain('forge-merge'), { merged: null })
    expect(bench.state.landing).toEqual(none)
    expect(landedAs(bench)).toEqual([])
    expect(open(bench)).toEqual([2])
  })

  test('has not happened so far, if the pull request is open: it is asked again after a pause', () => {
    const bench = uncertain('forge-merge')
    const first = out(bench, 'LandBranch')
    answer(bench, 'ReadPullRequest', {
      _tag: 'PullRequestObserved',
      fate: { _tag: 'Open', snapshot: pull(1) },
    })
    expect(ordered(bench)).toEqual([])
    expect(wait(bench, 2).effects).toEqual([first])
  })

  test('has not happened so far, if a read of the branch shows the pull request open', () => {
    const bench = see(uncertain('forge-merge'), [pull(1), pull(2)])
    expect(flightOf(bench, 'LandBranch')).toMatchObject({ waiting: 'retry' })
  })

  test('is asked about, if a read of the branch does not show it', () => {
    const bench = uncertain('forge-merge')
    fail(bench, 'ReadPullRequest', 'permanent')
    see(bench, [pull(2)])
    expect(ordered(bench, 'ReadPullRequest')).toEqual([{ _tag: 'ReadPullRequest', pr: 1 }])
    expect(bench.state.landing).not.toEqual(none)
  })

  test.each([
    ['gone', (bench: Bench) => fate(bench, 'Closed', 2)],
    ['merged by somebody', (bench: Bench) => fate(bench, { merged: 'x' }, 2)],
    ['open', (bench: Bench) => seeOne(bench, pull(2))],
  ])('another pull request that is %s says nothing about it', (_what, given) => {
    const bench = given(uncertain('forge-merge'))
    expect(bench.state.landing).not.toEqual(none)
    expect(ordered(bench, 'LandBranch')).toEqual([])
    expect(landedAs(bench)).toEqual([])
  })

  test('a head that moved says nothing about it: it may be by our merge', () => {
    const bench = see(uncertain('forge-merge'), [pull(2)], 'h1')
    expect(bench.state.landing).not.toEqual(none)
  })
})

test('a merge that was not ours takes the pull request out, and nothing is recorded', () => {
  const bench = feed(post(begin([pull(1)])), {
    _tag: 'GithubHinted',
    concern: { _tag: 'PullRequest', pr: pull(1).number },
  })
  answer(bench, 'ReadPullRequest', {
    _tag: 'PullRequestObserved',
    fate: { _tag: 'Merged', commit: some(sha('x')) },
  })
  expect(open(bench)).toEqual([])
  expect(landedAs(bench)).toEqual([])
})

describe('what the forge merged is compared with what was tested', () => {
  const merged = () => land(green(begin([pull(1)], { landing: 'forge-merge' }), 1, 7), 'forge1')
  const inspect = (bench: Bench, parents: ReadonlyArray<string>, tree: string) =>
    answer(bench, 'InspectCommit', { _tag: 'CommitInspected', parents: parents.map(sha), tree: sha(tree) })

  test('the same tree on the same parent: verified', () => {
    const bench = inspect(merged(), ['h0'], 't1@h0')
    expect(bench.state.head).toMatchObject(
      some({ sha: 'forge1', standing: { _tag: 'Verified', how: 'landed' } }),
    )
    expect(ordered(bench)).toEqual([])
  })

  test.each([
    ['another tree', ['h0'], 'other'],
    ['another parent', ['h9'], 't1@h0'],
    ['no parent', [], 't1@h0'],
  ])('%s: it is tested', (_what, parents, tree) => {
    const bench = inspect(merged(), parents, tree)
    const why = 'The forge merged something else than what was tested in batch 7.'
    expect(bench.state.head).toMatchObject(some({ standing: { _tag: 'Unverified', why } }))
    expect(ordered(bench)).toMatchObject([{ _tag: 'SubmitTestBatch', purpose: 'head', reason: why }])
  })

  test('each by what it was tested as', () => {
    const bench = begin([pull(1), pull(2)], { landing: 'forge-merge' })
    land(green(bench, 1, 7), 'forge1')
    land(green(bench, 2, 8), 'forge2')
    answer(bench, 'InspectCommit/forge1', {
      _tag: 'CommitInspected',
      parents: [sha('h0')],
      tree: sha('t1@h0'),
    })
    expect(bench.state.head).toMatchObject(some({ sha: 'forge2', standing: { _tag: 'Inspecting' } }))
  })

  test('a head that has moved on is not judged by it', () => {
    const bench = see(merged(), [], 'h2')
    bench.now += 60_000
    inspect(bench, ['h0'], 'other')
    expect(bench.state.head).toMatchObject(
      some({ sha: 'h2', standing: { _tag: 'Verified', how: 'trusted' } }),
    )
  })

  test('a head that is there for the second time is not judged by what was asked the first time', () => {
    const bench = see(see(merged(), [], 'h2'), [], 'forge1')
    inspect(bench, ['h0'], 't1@h0')
    const why = 'The forge merged it on another head than it was tested on.'
    expect(bench.state.head).toMatchObject(some({ sha: 'forge1', standing: { _tag: 'Unverified', why } }))
  })
})

test('a tested pull request whose read shows nothing new keeps everything', () => {
  const bench = post(tested(begin([pull(1, { reviewDecision: 'NONE' })]), 1, 7))
  const before = prOf(bench, 1)
  seeOne(bench, pull(1, { reviewDecision: 'NONE' }))
  expect(prOf(bench, 1)).toBe(before)
})
