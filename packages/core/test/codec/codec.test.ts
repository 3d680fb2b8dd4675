import * as fc from 'fast-check'
import { isLeft, isRight } from 'fp-ts/lib/Either.js'
import { PathReporter } from 'io-ts/lib/PathReporter.js'
import { expect, test } from 'vitest'
import {
  BranchStateCodec,
  defaultPolicy,
  Effect,
  epochMs,
  Event,
  initialState,
  Policy,
  reduce,
  referencePolicy,
} from '@headgate/core'
import { move, newGame, play } from '../support/play.js'

const roundTrip = <A>(codec: { encode(a: A): unknown; decode(u: unknown): unknown }, a: A) =>
  codec.decode(JSON.parse(JSON.stringify(codec.encode(a))))

test('state, events and effects come back as they went, from any game', () => {
  fc.assert(
    fc.property(fc.array(move, { maxLength: 80 }), (moves) => {
      const recording: typeof reduce = (state, event) => {
        const [after, effects] = reduce(state, event)
        expect(roundTrip(Event, event)).toEqual({ _tag: 'Right', right: event })
        effects.forEach((effect) =>
          expect(roundTrip(Effect, effect)).toEqual({ _tag: 'Right', right: effect }),
        )
        return [after, effects]
      }
      const game = newGame({}, recording)
      moves.forEach((m) => play(game, m))
      const read = BranchStateCodec.decode(JSON.parse(JSON.stringify(BranchStateCodec.encode(game.state))))
      expect(isRight(read) && JSON.stringify(BranchStateCodec.encode(read.right))).toBe(
        JSON.stringify(BranchStateCodec.encode(game.state)),
      )
    }),
    { numRuns: 60 },
  )
})

test('policies round-trip', () => {
  for (const policy of [defaultPolicy, referencePolicy])
    expect(roundTrip(Policy, policy)).toEqual({ _tag: 'Right', right: policy })
})

test.each([
  ['an unknown field', { ...defaultPolicy, colour: 'red' }, 'colour'],
  ['a missing field', { ...defaultPolicy, labels: undefined }, 'labels'],
  ['a cap of nothing', { ...defaultPolicy, maxTestRuns: 0 }, 'maxTestRuns'],
  ['an unknown strategy', { ...defaultPolicy, strategy: { _tag: 'magic' } }, 'strategy'],
])('%s in a policy is refused with its path', (_what, input, path) => {
  const decoded = Policy.decode(input)
  expect(isLeft(decoded)).toBe(true)
  expect(
    PathReporter.report(decoded).join() +
      JSON.stringify(isLeft(decoded) ? decoded.left.map((e) => e.context.map((c) => c.key)) : ''),
  ).toContain(path)
})

test('no input makes a decoder throw', () => {
  fc.assert(
    fc.property(fc.anything(), (input) => {
      for (const codec of [Event, Effect, Policy, BranchStateCodec])
        expect(['Left', 'Right']).toContain(codec.decode(input)._tag)
    }),
  )
})

test('a state of another version is refused', () => {
  const json = BranchStateCodec.encode(initialState({ repository: 'a/b', branch: 'main' }, defaultPolicy))
  expect(isLeft(BranchStateCodec.decode({ ...json, version: 99 }))).toBe(true)
})

test('an event that brings no news orders nothing', () => {
  const [state] = reduce(initialState({ repository: 'a/b', branch: 'main' }, defaultPolicy), {
    _tag: 'ServiceStarted',
    at: epochMs(5),
  })
  expect(reduce(state, { _tag: 'TimeAdvanced', at: epochMs(6) })[1]).toEqual([])
  expect(reduce(state, { _tag: 'BatchHinted', at: epochMs(6), batchId: { _tag: 'None' } })[1]).toEqual([])
})
