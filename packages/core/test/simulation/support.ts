/** Small worlds for the laboratory's tests. */
import * as fc from 'fast-check'
import type { BranchState, Effect, Event } from '@headgate/core'
import {
  contenders,
  defaultAssumptions,
  fateOf,
  traceOf,
  type Assumptions,
  type Contender,
  type Fate,
  type Trace,
} from '@headgate/core/simulation'

export const chance = {
  seed: Number(process.env['HEADGATE_SEED'] ?? Date.now() % 2 ** 31),
  runs: Number(process.env['HEADGATE_RUNS'] ?? 400),
}

const found = contenders.find(({ name }) => name === 'serial')
if (found === undefined) throw new Error('serial is no contender')
export const serial: Contender = found

/** Up to 25 pull requests in bursts; each overlaps some of the five before it. */
const traces: fc.Arbitrary<Trace> = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.subarray([1, 2, 3, 4, 5])), {
    minLength: 2,
    maxLength: 25,
  })
  .map((rows) =>
    traceOf(
      'small',
      rows.map(([gap, back], i) => ({
        at: rows.slice(0, i + 1).reduce((sum, [g]) => sum + g, 0) + gap,
        overlaps: back.map((k) => i - k).filter((other) => other >= 0),
      })),
    ),
  )

const often = fc.constantFrom(0, 0.1, 0.4)

/** Much goes wrong in these. */
export const rough: fc.Arbitrary<Assumptions> = fc.record({
  capacity: fc.integer({ min: 1, max: 5 }),
  testMinutes: fc.constantFrom(1, 20),
  testSpread: fc.constantFrom(0, 0.5),
  fail: often,
  flake: often,
  pairConflict: often,
  load: fc.constantFrom(undefined, 0.3, 0.9),
  pushes: often,
  reviewMinutes: fc.constantFrom(0, 30),
  foreignPushesPerDay: fc.constantFrom(0, 50),
  faults: fc.constantFrom(0, 0, 0.1),
})

export const fates = (assumptions: fc.Arbitrary<Assumptions>): fc.Arbitrary<Fate> =>
  fc
    .tuple(traces, assumptions, fc.integer({ min: 0, max: 1e6 }))
    .map(([trace, world, seed]) => fateOf(trace, world, seed))

/** Nothing goes wrong. */
export const gentle: Assumptions = { ...defaultAssumptions, fail: 0, flake: 0, pairConflict: 0 }

/** One after another, `minutes` apart, each overlapping the one before. */
export const row = (count: number, minutes: number): Trace =>
  traceOf(
    'row',
    Array.from({ length: count }, (_, i) => ({ at: i * minutes * 60, overlaps: i > 0 ? [i - 1] : [] })),
  )

type Reduce = (state: BranchState, event: Event) => readonly [BranchState, ReadonlyArray<Effect>]

/** A contender with a fault in it. */
export const planted = (change: (reduce: Reduce) => Reduce): Contender => ({
  ...serial,
  name: 'planted',
  reduce: change(serial.reduce),
})
