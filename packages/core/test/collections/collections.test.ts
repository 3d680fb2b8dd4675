import * as fc from 'fast-check'
import { Ord } from 'fp-ts/lib/number.js'
import { expect, test } from 'vitest'
import * as Chain from '../../src/collections/chain.js'
import * as M from '../../src/collections/sortedMap.js'

type Change = readonly [key: number, value: number | undefined]
const changes = fc.array(fc.tuple(fc.nat(200), fc.option(fc.nat(5), { nil: undefined })), { maxLength: 150 })

const changed = (map: M.SortedMap<number, number>, list: ReadonlyArray<Change>) =>
  list.reduce((m, [key, value]) => (value === undefined ? M.remove(m, key) : M.set(m, key, value)), map)

test('the changed keys are those at which two maps differ, in order; neither map is touched', () => {
  fc.assert(
    fc.property(changes, changes, (first, second) => {
      const before = changed(M.empty<number, number>(Ord), first)
      const was = M.toArray(before)
      const after = changed(before, second)
      const all = [...new Set([...M.keysArray(before), ...M.keysArray(after)])].sort(Ord.compare)
      expect(M.changedKeys(Ord, before, after)).toEqual(
        all.filter((k) => M.get(before, k) !== M.get(after, k)),
      )
      expect(M.toArray(before)).toEqual(was)
    }),
  )
})

test('an old map stays as it was while newer ones are made of it', () => {
  fc.assert(
    fc.property(changes, changes, (first, second) => {
      const model = new Map<number, number>()
      for (const [key, value] of first)
        if (value === undefined) model.delete(key)
        else model.set(key, value)
      const map = changed(M.empty<number, number>(Ord), first)
      changed(map, second)
      expect(M.toArray(map)).toEqual([...model].sort(([a], [b]) => a - b))
    }),
  )
})

test('a chain gives back what was appended, in order, and older ones stay as they were', () => {
  fc.assert(
    fc.property(fc.array(fc.nat()), fc.array(fc.nat()), (items, more) => {
      const chain = items.reduce<Chain.Chain<number>>(Chain.append, Chain.emptyChain)
      const longer = more.reduce<Chain.Chain<number>>(Chain.append, chain)
      expect(Chain.toArray(chain)).toEqual(items)
      expect(Chain.toArray(longer)).toEqual([...items, ...more])
    }),
  )
})
