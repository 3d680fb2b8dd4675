/** Goal: draws are spread as they should be, and depend on nothing but what they are named by. */
import { expect, test } from 'vitest'
import { mean, sampleStandardDeviation } from 'simple-statistics'
import { draw, exponential, hash, kinds, lognormal } from '../../src/simulation/chance.js'

const many = Array.from({ length: 20_000 }, (_, i) => i)

test('uniform: each tenth gets a tenth, whichever of the four numbers varies', () => {
  const ways: ReadonlyArray<(i: number) => number> = [
    (i) => draw(i, kinds.flake, 7, 7),
    (i) => draw(7, kinds.flake, i, 7),
    (i) => draw(7, kinds.flake, 7, i),
  ]
  for (const way of ways) {
    const tenths = many.map((i) => Math.floor(way(i) * 10))
    for (let tenth = 0; tenth < 10; tenth += 1)
      expect(Math.abs(tenths.filter((t) => t === tenth).length - 2000)).toBeLessThan(200)
  }
})

test('neighbours are independent: what is drawn for one says nothing about the next', () => {
  const pairs = many.map(
    (i) => (draw(1, kinds.badAlone, i, 0) < 0.3 ? 1 : 0) + (draw(1, kinds.badAlone, i + 1, 0) < 0.3 ? 2 : 0),
  )
  const share = (pair: number): number => pairs.filter((p) => p === pair).length / pairs.length
  expect(share(3)).toBeCloseTo(0.09, 1)
  expect(share(0)).toBeCloseTo(0.49, 1)
  expect(Math.abs(share(3) - 0.09)).toBeLessThan(0.01)
})

test('exponential and lognormal have the mean 1 and the spread that is asked for', () => {
  const gaps = many.map((i) => exponential(draw(1, kinds.arrival, i, 0)))
  expect(mean(gaps)).toBeCloseTo(1, 1)
  const times = many.map((i) => lognormal(0.5, draw(1, kinds.duration, i, 0), draw(1, kinds.duration, i, 1)))
  expect(Math.abs(mean(times) - 1)).toBeLessThan(0.02)
  expect(Math.abs(sampleStandardDeviation(times.map(Math.log)) - 0.5)).toBeLessThan(0.02)
  expect(lognormal(0, 0.3, 0.9)).toBe(1)
})

test('a hash is 32 bits, and one changed bit changes about half of them', () => {
  const bits = (n: number): number => n.toString(2).replaceAll('0', '').length
  const changed = many.slice(0, 2000).map((i) => bits((hash(1, 2, i, 3) ^ hash(1, 2, i ^ 4, 3)) >>> 0))
  expect(Math.abs(mean(changed) - 16)).toBeLessThan(0.5)
  expect(many.every((i) => hash(i, 0, 0, 0) >= 0 && hash(i, 0, 0, 0) < 2 ** 32)).toBe(true)
})
