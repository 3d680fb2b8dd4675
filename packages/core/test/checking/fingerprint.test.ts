/**
 * Goal: two situations with one fingerprint have the same future, as far as fingerprints tell: the same moves lead to the
 * same fingerprints (a bisimulation, sampled). Method: random walks; whenever a walk meets a fingerprint that an earlier
 * one met in another situation, their successors are compared.
 * Replay: HEADGATE_SEED=<seed> npx vitest run packages/core/test/checking/fingerprint
 */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { reduce, type StrategyPolicy } from '@headgate/core'
import {
  beginning,
  enabled,
  makeFingerprint,
  take,
  treatmentOf,
  type Digest,
  type Model,
  type Situation,
} from '@headgate/core/checking'
import { adaptively, chained, policies, small } from './small.js'

const seed = Number(process.env['HEADGATE_SEED'] ?? Date.now() % 2 ** 31)
console.log(`fingerprint: HEADGATE_SEED=${seed}`)

const name = ({ high, low }: Digest): string => `${high.toString(16)}.${low.toString(16)}`

const inThrees: StrategyPolicy = { _tag: 'batch', size: 3 }
const growing: StrategyPolicy = { _tag: 'speculative', depth: 2, window: 'growing' }

const models: ReadonlyArray<readonly [string, Model]> = [
  ['two pull requests', small({ pushes: 1, hints: 1 }, policies.fastForward, [{}, {}])],
  ['a fault', small({ faults: 1, headPushes: 1 }, policies.fastForward, [{}, {}])],
  ['forge merge', small({ headPushes: 1, failures: 1 }, policies.forgeMerge, [{}, {}])],
  ['deploys', small({ faults: 1, freezes: 1, deployRetries: 1, amnesias: 1 }, policies.deploying)],
  ['a pipeline', chained({ budget: { pushes: 1, headPushes: 1, faults: 1 }, inOrder: false })],
  ['a window', chained({ prs: [{ bad: true }, {}, {}], budget: { failures: 1 } }, growing)],
  ['chains', chained({ prs: [{}, { bad: true }, {}], budget: { pushes: 1, failures: 1 } }, inThrees)],
  ['adaptive', adaptively({ prs: [{ bad: true }, {}, {}], budget: { pushes: 1, failures: 1 } })],
  ['strategies', chained({ prs: [{}, {}, {}], switches: [inThrees, { _tag: 'serial' }, growing] })],
  ['a retry', small({ testRetries: 1, faults: 1 }, policies.fastForward, [{}, {}])],
]

test.each(models)('equal fingerprints have equal futures: %s', (_name, model) => {
  const fingerprint = makeFingerprint(model)
  const futures = (situation: Situation): ReadonlyArray<string> =>
    [
      ...new Set(
        enabled(situation).map((move) => {
          const { next, ordered } = take(reduce, situation, move)
          return `${name(fingerprint(next))} ${ordered
            .map((effect) => effect._tag)
            .sort()
            .join()}`
        }),
      ),
    ].sort()
  const met = new Map<string, Situation>()
  const counts = { compared: 0 }
  // Surprises are rarer than the course of things, so that walks get far and meet again.
  const step = fc.oneof({ weight: 4, arbitrary: fc.nat(3) }, { weight: 1, arbitrary: fc.nat(60) })
  fc.assert(
    fc.property(fc.array(step, { minLength: 40, maxLength: 40 }), (choices) => {
      choices.reduce(
        (situation, choice) => {
          const moves = enabled(situation)
          const move = moves[choice % moves.length]
          const next = move === undefined ? situation : take(reduce, situation, move).next
          const key = name(fingerprint(next))
          const other = met.get(key)
          if (other !== undefined && other.state !== next.state) {
            counts.compared += 1
            expect(futures(next)).toEqual(futures(other))
          }
          met.set(key, next)
          return next
        },
        beginning(model, reduce),
      )
    }),
    { seed, numRuns: 40 },
  )
  expect(counts.compared).toBeGreaterThan(50)
})

test('the fingerprint has an opinion on every field of a state, and on no other', () => {
  const { state } = beginning(small({}), reduce)
  expect(Object.keys(treatmentOf).sort()).toEqual(Object.keys(state).sort())
})

test('what differs in what decisions read has another fingerprint', () => {
  const model = small({ pushes: 1, reviews: 1, labels: 1, freezes: 1, headPushes: 1, hints: 1, faults: 1 })
  const fingerprint = makeFingerprint(model)
  const start = beginning(model, reduce)
  const after = enabled(start)
    // Told or not, what is not done is not done: these differ by the messages only, and two kinds by nothing.
    .filter((move) => move.do !== 'perform' || move.outcome === 'ok' || move.outcome === 'lost')
    .map((move) => name(fingerprint(take(reduce, start, move).next)))
  expect(new Set([...after, name(fingerprint(start))]).size).toBe(after.length + 1)
})
