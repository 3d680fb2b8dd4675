import { expect, test } from 'vitest'
import { chaos } from './chaos.js'
import { planOf } from './plan.js'

/** One seed of each of two modes; `npm run -s chaos -- --seeds 200` plays more. */
const FIRST = Number(process.env['HEADGATE_SEED'] ?? Date.now() % 1_000_000)
const SEEDS = [FIRST, FIRST + 1]

test(`the whole service under faults ends as without (HEADGATE_SEED=${FIRST})`, async () => {
  const verdicts = await chaos(SEEDS, 2, ({ seed, mode, struck, ms }) =>
    console.log(`seed ${seed} ${mode.strategy} ${mode.landing}: ${struck} faults, ${ms} ms`),
  )
  expect(verdicts.flatMap((v) => v.wrong.map((text) => `seed ${v.seed}: ${text}`))).toEqual([])
  expect(verdicts.map((v) => v.landed)).toEqual([3, 3])
}, 600_000)

test('a seed is one plan, and seeds differ', () => {
  expect(planOf(7)).toEqual(planOf(7))
  const kinds = new Set(
    Array.from({ length: 20 }, (_, seed) => planOf(seed)).flatMap((plan) =>
      plan.faults.rules.map((rule) => rule.fault._tag),
    ),
  )
  expect([...kinds].sort()).toEqual(
    [
      ...['Cut', 'Delayed', 'Doubled', 'ForcePush', 'Latency', 'Lost', 'Protect', 'RateLimit'],
      ...['ServerError', 'Stale'],
    ].sort(),
  )
})
