import * as E from 'fp-ts/lib/Either.js'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { violations, type Policy } from '@headgate/core'
import { contenders } from '@headgate/core/simulation'
import { compare, type Comparison } from '../../src/replay/other/compare.js'
import { beginLife, liveOn, type Life } from '../../src/replay/other/life.js'
import type { Row } from '../../src/replay/other/pairing.js'
import { stepsOf } from '../../src/replay/steps.js'
import { chance, fates, rough } from '../../../core/test/simulation/support.js'
import { right } from '../support/states.js'
import { opened, playedJournal, sampleJournal } from './journals.js'

const since =
  (seq: number) =>
  (step: { readonly seq: number }): boolean =>
    step.seq >= seq

const compared = (change: Partial<Policy>, from = 1): Comparison => {
  const comparison = opened(sampleJournal(), (journal) =>
    right(compare(journal, since(from), (policy) => E.right({ ...policy, ...change }))),
  )
  if (comparison === undefined) throw new Error('There is no such event.')
  return comparison
}

const rowsOf = ({ rows }: Comparison, kind: Row['kind'], verdict: Row['verdict']): ReadonlyArray<Row> =>
  rows.filter((row) => row.kind === kind && row.verdict === verdict)

test('the policy that was in force decides what was decided', () => {
  const { rows, was, would, unanswered, anew } = compared({})
  expect(rows).toEqual([])
  expect(would).toEqual(was)
  expect(was.landed).toBe(3)
  expect([unanswered, anew]).toEqual([0, 0])
})

test('a service that may not merge lands nothing, and why is said', () => {
  const comparison = compared({ mergeable: false })
  expect(comparison.was.landed).toBe(3)
  expect(comparison.would.landed).toBe(0)
  const landings = rowsOf(comparison, 'landing', 'not')
  expect(landings.map(({ decided }) => decided?.slice(0, 7))).toEqual(['land #9', 'land #1', 'land #4'])
  for (const { wouldHaveBeen } of landings)
    expect(wouldHaveBeen).toBe('This service may not merge into the branch.')
  expect(comparison.anew).toBe(3)
})

test('without deploys the rest is the same', () => {
  const comparison = compared({ deployable: false })
  expect(comparison.rows.map(({ kind }) => kind)).toEqual(Array(comparison.was.deploys).fill('deploy'))
  expect(comparison.would).toEqual({ ...comparison.was, deploys: 0 })
})

test('one test at a time: answers to what was asked earlier are known, to what nobody asked they are not', () => {
  const comparison = compared({ maxTestRuns: 1 })
  expect(comparison.would.tests).toBeLessThan(comparison.was.tests)
  expect(comparison.would.landed).toBeGreaterThan(0)
  const waiting = rowsOf(comparison, 'test', 'not')
  expect(waiting.length).toBeGreaterThan(1)
  expect(waiting[0]?.wouldHaveBeen).toMatch(/waits for a free place to be tested; 1 of 1 are taken/)
})

test('what depends on a test that nobody ran is not known', () => {
  const comparison = compared({ strategy: { _tag: 'batch', size: 4 } })
  const [first] = rowsOf(comparison, 'test', 'instead')
  expect(first?.decided).toMatch(/^test #9 on /)
  expect(first?.wouldHaveBeen).toMatch(/^test #9, #1, #2, #3 on /)
  expect(comparison.would.landed).toBe(0)
  expect(comparison.unknown.landed).toBe(3)
  expect(comparison.unanswered).toBeGreaterThan(0)
  // After each landing it goes on from the real head.
  expect(comparison.anew).toBe(3)
})

test('somebody who is trusted would have been tested', () => {
  const comparison = compared({ trustedAuthors: ['ada', 'alan', 'grace', 'worf'] })
  const [held] = rowsOf(comparison, 'hold', 'not')
  expect(held?.decided).toMatch(/^#7 is held back: worf is not a known developer/)
  const [tested] = rowsOf(comparison, 'test', 'also')
  expect(tested?.wouldHaveBeen).toMatch(/^test #7 on /)
  expect(tested?.decided).toMatch(/^worf is not a known developer/)
})

test('from a later event on, what was before it is as it was', () => {
  const whole = compared({ mergeable: false })
  const second = rowsOf(whole, 'landing', 'not')[1]?.seq ?? 0
  const late = compared({ mergeable: false }, second)
  expect(rowsOf(late, 'landing', 'not').map(({ seq }) => seq)).toEqual(
    rowsOf(whole, 'landing', 'not')
      .map(({ seq }) => seq)
      .slice(1),
  )
  expect(late.seq).toBe(second)
  expect(late.was.landed).toBe(2)
})

test('how often something is read stays as it was', () => {
  const { durations } = compared({}).inForce
  const faster = { ...durations, pollSeconds: 1, batchPollSeconds: 1, answerSeconds: 1 }
  expect(compared({ durations: faster }).rows).toEqual([])
})

test('there is nothing after the end', () => {
  const none = opened(sampleJournal(), (journal) => compare(journal, since(1e9), E.right))
  expect(none).toEqual(E.right(undefined))
})

const own = contenders.filter(({ name }) => !name.startsWith('model:'))

test(`in any game the same policy decides the same, from any event on (seed ${chance.seed})`, () => {
  expect(own.length).toBeGreaterThan(3)
  fc.assert(
    fc.property(fates(rough), fc.constantFrom(...own), fc.nat(60), (fate, contender, from) => {
      const same = opened(playedJournal(contender, fate), (journal) =>
        right(compare(journal, since(from), E.right)),
      )
      if (same === undefined) return
      expect(same.rows).toEqual([])
      expect(same.would).toEqual(same.was)
      expect(same.unanswered).toBe(0)
    }),
    { seed: chance.seed, numRuns: Math.min(chance.runs, 25) },
  )
})

const CHANGES: ReadonlyArray<Partial<Policy>> = [
  ...own.map(({ policy }) => policy),
  { maxTestRuns: 1 },
  { mergeable: false },
  { landing: 'forge-merge', mergeMethod: 'squash' },
  { requiredChecks: ['lint'] },
  { trustedAuthors: [] },
  { order: { _tag: 'arrival', headStart: 2 } },
  { retries: { failed: 1, infrastructure: 1, timeout: 1 } },
  { deployable: true, unverifiedHead: 'test' },
  { statusContext: 'another' },
]

test(`another policy never breaks an invariant in what it is told (seed ${chance.seed})`, () => {
  fc.assert(
    fc.property(
      fates(rough),
      fc.constantFrom(...own),
      fc.constantFrom(...CHANGES),
      fc.nat(60),
      (fate, contender, change, from) => {
        opened(playedJournal(contender, fate), (journal) => {
          let life: Life | undefined
          for (const found of stepsOf(journal)) {
            const step = right(found)
            if (step.seq < from) continue
            life ??= beginLife({ ...step.before.policy, ...change }, step)[0]
            liveOn(life, step)
            expect(violations(life.state)).toEqual([])
          }
        })
      },
    ),
    { seed: chance.seed, numRuns: Math.min(chance.runs, 25) },
  )
})
