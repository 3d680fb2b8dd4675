/**
 * Goal: no sequence of events, faults included, breaks a guarantee; once faults stop, everything that can land has landed
 * and the last head is deployed. Method: random games against a simulated forge and batch service, judged at every step by
 * a model much simpler than the core (`support/simulation/judge.ts`) and by the core's own invariants.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { assertGames, chance } from '../support/simulation/property.js'
import { mustReach, record, type Tally } from '../support/simulation/tally.js'

const patience = 3_600_000

beforeAll(() => console.log(`guarantees: HEADGATE_SEED=${chance.seed}, HEADGATE_RUNS=${chance.runs}`))

const tally: Tally = new Map()
const watch = (step: Parameters<typeof record>[1]): void => record(tally, step)

describe('every guarantee holds after every step', () => {
  test('small games, faults everywhere', { timeout: patience }, () => {
    const name = 'small games, faults everywhere'
    assertGames({ name, size: { pullRequests: 6, commands: 160 }, share: 0.4, options: { watch } })
  })

  test('large games, thousands of events', { timeout: patience }, () => {
    const name = 'large games, thousands of events'
    const options = { watch, stride: 25 }
    assertGames({ name, size: { pullRequests: 50, commands: 3_000 }, share: 0.03, options })
  })
})

describe('once faults stop', () => {
  const ending = [{ do: 'faults stop' }] as const

  test('small games settle and nothing waits for the gate alone', { timeout: patience }, () => {
    const name = 'small games settle and nothing waits for the gate alone'
    assertGames({ name, size: { pullRequests: 6, commands: 160 }, share: 0.4, options: { watch }, ending })
  })

  test('large games settle and nothing waits for the gate alone', { timeout: patience }, () => {
    const name = 'large games settle and nothing waits for the gate alone'
    const options = { watch, stride: 25 }
    assertGames({ name, size: { pullRequests: 50, commands: 1_500 }, share: 0.01, options, ending })
  })
})

afterAll(() => {
  // A replay of one game reaches what that game reaches.
  if (chance.path !== undefined || chance.runs < 400) return
  expect(mustReach.filter((what) => !tally.has(what))).toEqual([])
})
