/**
 * Goal: no sequence of events, faults included, breaks a guarantee; once faults stop, everything that can land has landed
 * and the last head is deployed. Method: random games against a simulated forge and batch service, judged at every step by
 * a model much simpler than the core (`support/simulation/judge.ts`) and by the core's own invariants.
 */
import { beforeAll, describe, expect, test } from 'vitest'
import type { Step } from '../support/simulation/game.js'
import { assertGames, chance } from '../support/simulation/property.js'
import { mustReach, record, type Tally } from '../support/simulation/tally.js'

const patience = 3_600_000

beforeAll(() => console.log(`guarantees: HEADGATE_SEED=${chance.seed}, HEADGATE_RUNS=${chance.runs}`))

describe('every guarantee holds after every step', () => {
  test('small games, faults everywhere', { timeout: patience }, () => {
    const name = 'small games, faults everywhere'
    assertGames({ name, size: { pullRequests: 6, commands: 160 }, share: 0.3 })
  })

  test('large games, thousands of events', { timeout: patience }, () => {
    const name = 'large games, thousands of events'
    const options = { stride: 25 }
    assertGames({ name, size: { pullRequests: 50, commands: 3_000 }, share: 0.03, options })
  })
})

describe('once faults stop', () => {
  const ending = [{ do: 'faults stop' }] as const

  test('small games settle and nothing waits for the gate alone', { timeout: patience }, () => {
    const name = 'small games settle and nothing waits for the gate alone'
    assertGames({ name, size: { pullRequests: 6, commands: 160 }, share: 0.3, ending })
  })

  test('large games settle and nothing waits for the gate alone', { timeout: patience }, () => {
    const name = 'large games settle and nothing waits for the gate alone'
    const options = { stride: 25 }
    assertGames({ name, size: { pullRequests: 50, commands: 1_500 }, share: 0.01, options, ending })
  })
})

/** Always the same games, so that this says something about the generator and never about luck. */
test('the random games reach every order, fact, result, refusal and reason', { timeout: patience }, () => {
  const tally: Tally = new Map()
  const options = { watch: (step: Step): void => record(tally, step) }
  const size = { pullRequests: 6, commands: 160 }
  const fixed = { ...chance, seed: 7, path: undefined, runs: 600 }
  assertGames({ name: 'reach', size, share: 1, options, ending: [{ do: 'faults stop' }] }, fixed)
  expect(mustReach.filter((what) => !tally.has(what))).toEqual([])
})
