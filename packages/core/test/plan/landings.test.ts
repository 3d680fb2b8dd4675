import { none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, test } from 'vitest'
import { sha } from '@headgate/core'
import {
  begin,
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

test('an approval that arrives last lets it land', () => {
  const bench = green(begin([pull(1, { reviewDecision: 'REVIEW_REQUIRED' })]), 1, 7)
  expect(bench.state.landing).toEqual(none)
  expect(ordered(seeOne(bench, pull(1)), 'LandBranch')).toHaveLength(1)
})
