/** Goal: figures say what happened, by hand-made examples. */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { compare, estimate, figuresOf, quantile, queueOverTime, type Result } from '@headgate/core/simulation'
import { chance } from './support.js'

const MINUTE = 60_000

/** Five came at once; three landed after 10, 20 and 60 minutes, one was given back, one waits. */
const result: Result = {
  arrivals: [0, 0, 0, 0, 0],
  landed: [10 * MINUTE, 60 * MINUTE, 20 * MINUTE, undefined, undefined],
  ejected: [undefined, undefined, undefined, 30 * MINUTE, undefined],
  innocents: 1,
  runs: 7,
  useful: 2,
  engineMs: 90 * MINUTE,
  wrongs: [],
  cut: false,
  events: 0,
}

test('the figures of one game', () => {
  expect(figuresOf(result)).toEqual({
    p50: 20,
    p95: 56,
    p99: 59.2,
    longestWait: 60,
    throughputPerHour: 3,
    ciMinutesPerLanded: 30,
    wastedRuns: 5,
    ejectedInnocents: 1,
    landed: 3,
    ejected: 1,
    stillWaiting: 1,
    runs: 7,
  })
})

test('the queue over time: who came and has not gone', () => {
  const later = { ...result, arrivals: [0, 0, 0, 0, 60 * MINUTE] }
  expect(queueOverTime(later, 6)).toEqual([
    [0, 4],
    [10 / 60, 3],
    [20 / 60, 2],
    [30 / 60, 1],
    [40 / 60, 1],
    [50 / 60, 1],
    [1, 1],
  ])
})

test('quantiles lie between the least and the greatest, and grow with their share', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (numbers, share) => {
        const sorted = [...numbers].sort((a, b) => a - b)
        expect(quantile(sorted, 0)).toBe(sorted[0])
        expect(quantile(sorted, 1)).toBe(sorted.at(-1))
        expect(quantile(sorted, share)).toBeLessThanOrEqual(quantile(sorted, Math.min(1, share + 0.1)) + 1e-9)
      },
    ),
    { seed: chance.seed },
  )
})

test('an interval: Student, by hand', () => {
  // Mean 2, standard deviation 1, three values: 4.303 · 1 / √3.
  const { mean, half } = estimate([1, 2, 3])
  expect(mean).toBe(2)
  expect(half).toBeCloseTo(2.484, 3)
  expect(estimate([5])).toEqual({ mean: 5, half: undefined })
  expect(estimate([NaN]).mean).toBeNaN()
})

test('ratios are taken seed by seed, to the Oracle and to serial', () => {
  const slower = { ...result, landed: result.landed.map((at) => (at === undefined ? at : 2 * at)) }
  const faster = { ...result, landed: result.landed.map((at) => (at === undefined ? at : at / 2)) }
  const rounds = [
    {
      seed: 1,
      oracle: result,
      results: new Map([
        ['serial', slower],
        ['fast', result],
      ]),
    },
    {
      seed: 2,
      oracle: faster,
      results: new Map([
        ['serial', result],
        ['fast', faster],
      ]),
    },
  ]
  const { contenders, oracle } = compare(rounds)
  expect(oracle.p50.mean).toBe(15)
  expect(contenders.get('serial')?.p50VsOracle).toEqual({ mean: 2, half: 0 })
  expect(contenders.get('fast')?.p50VsSerial).toEqual({ mean: 0.5, half: 0 })
  expect(contenders.get('fast')?.costVsOracle.mean).toBe(1)
})
