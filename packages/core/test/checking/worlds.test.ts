/** The small bound of `check-model`: these worlds are visited completely at every test run. */
import { describe, expect, test } from 'vitest'
import { worlds } from '@headgate/core/checking'
import { adaptively, chained, policies, small, visit } from './small.js'

const bounds = [
  ['one fault on any effect', small({ faults: 1 })],
  ['a webhook at any time', small({ hints: 1 })],
  ['a change of the review, a freeze', small({ reviews: 1, freezes: 1 })],
  ['forge merge', small({}, policies.forgeMerge)],
  ['deploys', small({ failures: 1 }, policies.deploying)],
  ['a pipeline', chained({})],
  ['a chain with a culprit', chained({ prs: [{}, { bad: true }] }, { _tag: 'batch', size: 2 })],
  ['a chain of which one never ends', chained({ prs: [{}, { endless: true }] }, { _tag: 'batch', size: 2 })],
  ['adaptive', adaptively({})],
  ['another strategy at any time', chained({ switches: [{ _tag: 'serial' }] })],
] as const

describe.each(bounds)('%s', (_name, model) => {
  test('every state is visited, and no guarantee is broken in any', () => {
    const found = visit(model)
    expect(found.findings).toEqual([])
    expect(found.exhausted).toBe(true)
    expect(found.states).toBeGreaterThan(100)
    expect(found.transitions).toBeGreaterThan(found.states)
    expect(found.depth).toBeGreaterThan(20)
  })
})

test('the same world gives the same states, and a bound cuts it honestly', () => {
  const once = visit(small({ hints: 1 }))
  const again = visit(small({ hints: 1 }))
  expect([again.states, again.transitions, again.depth]).toEqual([once.states, once.transitions, once.depth])
  expect(again.digests).toEqual(once.digests)
  const cut = visit(small({ hints: 1 }), undefined, { maxStates: 500, maxFindings: 1 })
  expect(cut.exhausted).toBe(false)
  expect(cut.states).toBeLessThan(once.states)
})

test('worlds have names of their own', () => {
  expect(new Set(worlds.map((world) => world.name)).size).toBe(worlds.length)
})
