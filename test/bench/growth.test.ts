/** Goal: a branch that lives for long does not grow: what its state holds depends on what is open, not on what has been. */
import { expect, test } from 'vitest'
import { batchId, BranchStateCodec, reduce, SortedMap, violations, type StateJson } from '@headgate/core'
import { makeLife, SEED } from './life.js'

const OPEN = 40

/** Characters in each part of the written state. The newest landings and authorizations are bounded by number: see memory.test.ts. */
const sizes = (state: StateJson): Readonly<Record<string, number>> =>
  Object.fromEntries(
    Object.entries(state)
      .filter(([part]) => part !== 'landings' && part !== 'authorizations')
      .map(([part, json]) => [part, JSON.stringify(json).length]),
  )

/** Lives twice as many events; gives the state and the parts of it that were larger in the second half. */
const live = (run: typeof reduce, events: number) => {
  const life = makeLife(OPEN, SEED)
  let { state } = life
  const peaks: [Record<string, number>, Record<string, number>] = [{}, {}]
  for (let i = 0; i < 2 * events; i += 1) {
    const [next, effects] = run(state, life.next())
    state = next
    life.take(effects)
    if (i % 500 > 0) continue
    const peak = peaks[i < events ? 0 : 1]
    for (const [part, size] of Object.entries(sizes(BranchStateCodec.encode(state))))
      peak[part] = Math.max(peak[part] ?? 0, size)
  }
  const [early, late] = peaks
  const grown = Object.keys(late).filter((part) => (late[part] ?? 0) > 1.5 * (early[part] ?? 0) + 500)
  return { state, grown }
}

test('after a long life every part of the state is as small as after a short one', () => {
  const { state, grown } = live(reduce, 30_000)
  expect(grown).toEqual([])
  // It was a life: much has landed, been tested again and been authorized, and everything still holds.
  const { landings, authorizations, invalidatedUpTo } = BranchStateCodec.encode(state)
  expect(landings.length).toBeGreaterThan(300)
  expect(authorizations.length).toBeGreaterThan(100)
  expect(invalidatedUpTo).not.toBeNull()
  expect(violations(state)).toEqual([])
})

test('a leak is caught', () => {
  const leaky: typeof reduce = (before, event) => {
    const [state, effects] = reduce(before, event)
    const key = `${state.seq % 10 === 0 ? state.seq : 0}@gone`
    return [{ ...state, invalidated: SortedMap.set(state.invalidated, key, batchId(0)) }, effects]
  }
  expect(live(leaky, 5_000).grown).toEqual(['invalidated'])
})
