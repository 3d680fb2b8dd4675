/**
 * Goal: what an event costs grows with the height of a few trees, never with the number of open pull requests. Method:
 * every comparison of two keys and every entry read out of a collection is counted, so the result is the same on any
 * machine. The events are those of `npm run bench -- reduce`. What is not counted: copies of plain arrays and objects,
 * which the benchmark would show.
 */
import { describe, expect, test, vi } from 'vitest'
import { reduce, SortedMap, type BranchState, type Event } from '@headgate/core'
import { cases } from '../../../../test/bench/cases.js'
import { opened } from '../../../../test/bench/lab.js'

const count = vi.hoisted(() => ({ compared: 0, read: 0 }))

type Compare = (a: unknown, b: unknown) => number
interface Tree {
  new (entries: unknown, compare: Compare, size?: number): object
  prototype: Record<string, (...args: unknown[]) => unknown>
}

vi.mock('sorted-btree', async (original) => {
  const { default: library } = await original<{ default: { default: Tree } }>()
  const Real = library.default
  const { prototype } = Real
  for (const name of ['toArray', 'keysArray', 'valuesArray']) {
    const real = prototype[name]!
    prototype[name] = function (...args) {
      const items = real.apply(this, args) as unknown[]
      count.read += items.length
      return items
    }
  }
  for (const name of ['keys', 'values', 'entries']) {
    const real = prototype[name]!
    prototype[name] = function (...args) {
      const items = real.apply(this, args) as IterableIterator<unknown>
      const next = items.next.bind(items)
      items.next = () => {
        count.read += 1
        return next()
      }
      return items
    }
  }
  // A clone is made by the library itself, with the comparison that counts already.
  const counting =
    (compare: Compare): Compare =>
    (a, b) => {
      count.compared += 1
      return compare(a, b)
    }
  const Counted = new Proxy(Real, {
    construct: (Tree, [entries, compare]) => new Tree(entries, counting(compare as Compare)),
  })
  return { default: { default: Counted } }
})

type Reduce = typeof reduce
const sizes = [10, 100, 1_000, 10_000]
const labs = new Map(sizes.map((n) => [n, opened(n)]))

const VARIANTS = 8
const costOf = (run: Reduce, inputs: ReadonlyArray<readonly [BranchState, Event]>) => {
  count.compared = 0
  count.read = 0
  for (const [state, event] of inputs) run(state, event)
  return { compared: count.compared / inputs.length, read: count.read / inputs.length }
}

const costs = (run: Reduce, { make }: (typeof cases)[number]) =>
  sizes.map((n) => {
    const lab = labs.get(n)!
    return {
      n,
      ...costOf(
        run,
        Array.from({ length: VARIANTS }, (_, i) => make(lab, i)),
      ),
    }
  })

/** Comparisons may grow with the logarithm, entries read not at all (but for the ends of small lists). */
const isFlat = (run: Reduce, one: (typeof cases)[number]): boolean => {
  const [least, ...more] = costs(run, one)
  return more.every(
    ({ n, compared, read }) =>
      compared <= least!.compared * (Math.log2(n) / Math.log2(10)) && read <= least!.read + 4,
  )
}

test('the counters count', () => {
  const { state } = labs.get(1_000)!
  expect(
    costOf((s) => [s, [...SortedMap.values(s.pullRequests)] as never], [[state, undefined as never]]).read,
  ).toBeGreaterThanOrEqual(1_000)
  const looked = costOf(
    (s) => [SortedMap.get(s.pullRequests, 500 as never) as never, []],
    [[state, undefined as never]],
  )
  expect(looked.compared).toBeGreaterThan(5)
  expect(looked.compared).toBeLessThan(20)
})

test.each(cases.map((one) => [one.name, one] as const))('%s', (_name, one) => {
  expect(isFlat(reduce, one), JSON.stringify(costs(reduce, one))).toBe(true)
})

test.each(cases.filter(({ news }) => !news).map((one) => [one.name, one] as const))(
  '%s: orders nothing',
  (_name, { make }) => {
    for (const lab of labs.values()) expect(reduce(...make(lab, 3))[1]).toEqual([])
  },
)

describe('a fault is caught', () => {
  const faults: ReadonlyArray<readonly [string, (state: BranchState) => unknown]> = [
    ['a scan of the open pull requests', ({ pullRequests }) => SortedMap.valuesArray(pullRequests)],
    ['a scan of the queue', ({ book }) => [...SortedMap.keys(book.untested)]],
    ['a copy of an index', ({ sources }) => SortedMap.toArray(sources)],
  ]
  test.each(faults)('%s', (_name, fault) => {
    const slow: Reduce = (state, event) => {
      fault(state)
      return reduce(state, event)
    }
    for (const one of cases) expect(isFlat(slow, one), one.name).toBe(false)
  })

  test('a lookup for every tenth pull request', () => {
    const slow: Reduce = (state, event) => {
      const n = SortedMap.size(state.pullRequests)
      for (let i = 1; i <= n; i += 10) SortedMap.get(state.pullRequests, i as never)
      return reduce(state, event)
    }
    for (const one of cases) expect(isFlat(slow, one), one.name).toBe(false)
  })
})
