import { none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, test } from 'vitest'
import { sha } from '@headgate/core'
import {
  begin,
  fail,
  answer,
  feed,
  fresh,
  green,
  land,
  ordered,
  post,
  run,
  readBatch,
  see,
  seeOne,
} from '../support/bench.js'
import type { Bench } from '../support/bench.js'
import { pull } from '../support/build.js'

test('what passed on the head lands, with the evidence as its ticket', () => {
  const bench = green(begin([pull(1)]), 1, 7)
  expect(ordered(bench)).toEqual([
    {
      _tag: 'LandBranch',
      ticket: {
        landing: 'fast-forward',
        method: 'merge',
        base: 'h0',
        commit: some('c1@h0'),
        tree: some('t1@h0'),
        members: [{ pr: 1, source: 's1' }],
        run: expect.stringMatching(/^run-/),
        batchId: 7,
        title: 'change 1',
      },
    },
  ])
  expect(bench.state.landing).toEqual(some(ordered(bench, 'LandBranch')[0]?.ticket))
})

describe('nothing lands', () => {
  test('before the branch was read', () => {
    expect(ordered(feed(fresh(), { _tag: 'ServiceStarted' }), 'LandBranch')).toEqual([])
  })

  test('before its status is posted: the forge would refuse', () => {
    const bench = readBatch(run(begin([pull(1)]), 1, 7), 7, 'success')
    expect(ordered(bench, 'LandBranch')).toEqual([])
    expect(ordered(post(bench), 'LandBranch')).toHaveLength(1)
  })

  test('while another landing is under way', () => {
    const bench = begin([pull(1), pull(2)])
    run(run(bench, 1, 7), 2, 8)
    post(readBatch(bench, 7, 'success'))
    expect(ordered(post(readBatch(bench, 8, 'success')), 'LandBranch')).toEqual([])
    expect(bench.state.landing).toMatchObject(some({ members: [{ pr: 1 }] }))
  })

  test('while frozen; the landing follows the thaw', () => {
    const bench = feed(begin([pull(1)]), { _tag: 'BranchFrozen', by: 'op', reason: 'release' })
    expect(ordered(green(bench, 1, 7), 'LandBranch')).toEqual([])
    expect(ordered(feed(bench, { _tag: 'BranchUnfrozen', by: 'op' }), 'LandBranch')).toHaveLength(1)
  })

  test('that passed on another head', () => {
    const bench = run(begin([pull(1, { reviewDecision: 'NONE' })]), 1, 7)
    post(readBatch(bench, 7, 'success'))
    see(bench, [pull(1)], 'h1')
    expect(ordered(bench, 'LandBranch')).toEqual([])
  })
})

test('of several that may land the first in merge priority does, the others are out of date then', () => {
  const later = pull(1, { reviewDecision: 'NONE' })
  const bench = begin([later, pull(2, { reviewDecision: 'NONE', labels: ['prio:high'] })])
  run(run(bench, 1, 7), 2, 8)
  readBatch(readBatch(bench, 7, 'success'), 8, 'success')
  post(bench)
  see(bench, [pull(1), pull(2, { labels: ['prio:high'] })])
  expect(ordered(bench, 'LandBranch')).toMatchObject([{ ticket: { members: [{ pr: 2 }] } }])
  land(bench, 'c2@h0')
  expect(ordered(bench, 'LandBranch')).toEqual([])
  expect(bench.state.head).toMatchObject(some({ sha: sha('c2@h0') }))
})

describe('whose turn it is', () => {
  const high = { labels: ['prio:high'] }
  /** Both passed on the head; the status of #2, which goes first, is being posted. */
  const both = () => {
    const bench = begin([pull(1), pull(2, high)])
    run(run(bench, 1, 7), 2, 8)
    post(bench)
    return readBatch(readBatch(bench, 8, 'success'), 7, 'success')
  }
  const landing = (bench: Bench) => ordered(bench, 'LandBranch').map(({ ticket }) => ticket.members[0]?.pr)

  test('the first waits for its status to be taken, the next one for the first', () => {
    const bench = both()
    answer(bench, 'PostStatus/s1', { _tag: 'StatusPosted' })
    expect(landing(bench)).toEqual([])
    expect(landing(answer(bench, 'PostStatus/s2', { _tag: 'StatusPosted' }))).toEqual([2])
  })

  test('the next one goes if the status of the first is not being taken', () => {
    const bench = fail(both(), 'PostStatus/s2', 'transient')
    expect(landing(answer(bench, 'PostStatus/s1', { _tag: 'StatusPosted' }))).toEqual([1])
  })

  test('while the first waits for its status nobody is tested: the head is about to move', () => {
    const bench = both()
    see(bench, [pull(1), pull(2, high), pull(3)])
    expect(ordered(bench, 'PrepareCommit')).toEqual([])
  })

  test('while a landing is being looked at the head may stay: others are tested', () => {
    const bench = fail(green(begin([pull(1)]), 1, 7), 'LandBranch', 'unknown')
    see(bench, [pull(1), pull(2, { reviewDecision: 'NONE' })])
    expect(ordered(bench, 'PrepareCommit').map((order) => order.members[0]?.pr)).toEqual([2])
  })

  test('nobody waits for a status while the branch is frozen: the head will not move', () => {
    const bench = feed(both(), { _tag: 'BranchFrozen', by: 'op', reason: 'release' })
    see(bench, [pull(1), pull(2, high), pull(3)])
    expect(ordered(bench, 'PrepareCommit')).toHaveLength(1)
  })
})

test('an approval that arrives last lets it land', () => {
  const bench = green(begin([pull(1, { reviewDecision: 'REVIEW_REQUIRED' })]), 1, 7)
  expect(bench.state.landing).toEqual(none)
  expect(ordered(seeOne(bench, pull(1)), 'LandBranch')).toHaveLength(1)
})
