import { none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, test } from 'vitest'
import { batchId, epochMs, prNumber, runId, sha, SortedMap } from '@headgate/core'
import {
  foldInvalidation,
  hasLanded,
  kept,
  rememberAuthorization,
  rememberDeploy,
  rememberLanding,
} from '../../src/work/memory.js'
import { begin as beginStep } from '../../src/work/work.js'
import { byNumber, bySha } from '../../src/ids.js'
import * as M from '../../src/collections/sortedMap.js'
import type { LandingRecord } from '../../src/model/state.js'
import { begin, fresh } from '../support/bench.js'
import { pull } from '../support/build.js'

const start = () => beginStep(fresh().state, epochMs(1))
const upTo = (count: number): ReadonlyArray<number> => Array.from({ length: count }, (_, i) => i + 1)

/** The higher the number the longer ago. */
const landing = (number: number): LandingRecord => ({
  pr: prNumber(number),
  title: '',
  source: sha('s'),
  base: sha('h'),
  tested: none,
  landed: sha('c'),
  run: runId('r'),
  batchId: batchId(1),
  at: epochMs(100_000 - number),
  closed: true,
})

describe('landings', () => {
  const full = () => ({
    ...start(),
    landings: M.fromEntries(
      byNumber,
      upTo(2 * kept.landings - 1).map((n) => [prNumber(n), landing(n)] as const),
    ),
  })

  test('are kept in full up to twice the measure', () => {
    const work = rememberLanding(full(), landing(2 * kept.landings))
    expect(SortedMap.size(work.landings)).toBe(2 * kept.landings)
    expect(SortedMap.size(work.landedBefore)).toBe(0)
  })

  test('then of the oldest half only the numbers stay, and none ever lands again', () => {
    const work = rememberLanding(rememberLanding(full(), landing(2 * kept.landings)), landing(10_001))
    expect(SortedMap.keysArray(work.landings)).toEqual(upTo(kept.landings))
    expect(SortedMap.keysArray(work.landedBefore)).toEqual(upTo(10_001).slice(kept.landings))
    for (const number of [1, kept.landings, kept.landings + 1, 10_001])
      expect(hasLanded(work, prNumber(number))).toBe(true)
    expect(hasLanded(work, prNumber(10_002))).toBe(false)
  })
})

describe('deploys', () => {
  const ended = { sha: sha('h'), batchId: none, outcome: 'success' } as const

  test('are kept up to twice the measure, then the newest are; all are counted', () => {
    const last = { ...ended, sha: sha('last') }
    const before = { ...start().deploy, history: upTo(2 * kept.deploys - 1).map(() => ended), ended: 5000 }
    const full = rememberDeploy(before, last)
    expect(full.history).toHaveLength(2 * kept.deploys)
    expect(full.ended).toBe(5001)
    const cut = rememberDeploy(full, ended)
    expect(cut.history).toHaveLength(kept.deploys)
    expect(cut.history.slice(-2)).toEqual([last, ended])
  })
})

describe('authorizations', () => {
  const given = (count: number) =>
    M.fromEntries(
      bySha,
      upTo(count).map((n) => [sha(`a${n}`), { by: 'op', at: epochMs(50_000 - n) }] as const),
    )
  const known = (count: number) => ({
    ...beginStep(begin([pull(1, { source: sha('a19999') })]).state, epochMs(1)),
    authorizations: given(count),
  })

  test('are kept up to twice the measure', () => {
    const work = rememberAuthorization(known(2 * kept.authorizations - 1), sha('new'), 'op', epochMs(1))
    expect(SortedMap.size(work.authorizations)).toBe(2 * kept.authorizations)
    expect(SortedMap.get(work.authorizations, sha('new'))).toEqual({ by: 'op', at: 1 })
  })

  test('then the oldest are forgotten, but for open pull requests and the one just given', () => {
    const { authorizations } = rememberAuthorization(
      known(2 * kept.authorizations),
      sha('new'),
      'op',
      epochMs(1),
    )
    expect(SortedMap.size(authorizations)).toBe(kept.authorizations + 2)
    for (const source of ['new', 'a19999', 'a1', 'a10000'])
      expect(SortedMap.has(authorizations, sha(source))).toBe(true)
    for (const source of ['a10001', 'a20000']) expect(SortedMap.has(authorizations, sha(source))).toBe(false)
  })
})

describe('an invalidation of a pull request that left its source', () => {
  const one = prNumber(1)
  const marked = (own: number, all: number | null) => ({
    ...start(),
    invalidated: SortedMap.set(start().invalidated, '1@s', batchId(own)),
    invalidatedUpTo: all === null ? none : some(batchId(all)),
  })

  test.each([
    [7, null, 7],
    [7, 3, 7],
    [7, 9, 9],
  ])('of batch %i becomes the mark of the branch (%s): %i', (own, all, mark) => {
    const work = foldInvalidation(marked(own, all), one, sha('s'))
    expect(work.invalidatedUpTo).toEqual(some(mark))
    expect(SortedMap.size(work.invalidated)).toBe(0)
  })

  test('that there is not changes nothing', () => {
    const work = marked(7, 3)
    expect(foldInvalidation(work, one, sha('other'))).toBe(work)
  })
})
