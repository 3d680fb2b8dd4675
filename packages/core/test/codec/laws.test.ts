/** What is written reads back as it was, and is written again as the same bytes: every event, every effect, any state. */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type * as t from 'io-ts'
import {
  BranchStateCodec,
  Effect,
  Event,
  Policy,
  readEntry,
  reduce,
  SortedMap,
  writeEntry,
  type BranchState,
} from '@headgate/core'
import { seeded } from '../../../../test/support/hostile.js'
import { move, newGame, play } from '../support/play.js'
import { effects, events, policy } from './arbitraries.js'

const options = seeded('laws', 100)

const written = <A>(codec: t.Encoder<A, unknown>, value: A): string => JSON.stringify(codec.encode(value))

const holds = <A>(codec: t.Type<A, unknown>, value: A): void => {
  const text = written(codec, value)
  const read = codec.decode(JSON.parse(text))
  expect(read).toEqual({ _tag: 'Right', right: value })
  if (read._tag === 'Right') expect(written(codec, read.right)).toBe(text)
}

test.each(Object.entries(events))('event %s', (tag, event) => {
  fc.assert(
    fc.property(event as fc.Arbitrary<Event>, fc.nat(), (value, seq) => {
      expect(value._tag).toBe(tag)
      holds(Event, value)
      const entry = { seq, event: value }
      const line = JSON.parse(JSON.stringify(writeEntry(entry))) as unknown
      expect(readEntry(line)).toEqual({ _tag: 'Right', right: entry })
    }),
    options,
  )
})

test.each(Object.entries(effects))('effect %s', (tag, effect) => {
  fc.assert(
    fc.property(effect as fc.Arbitrary<Effect>, (value) => {
      expect(value._tag).toBe(tag)
      holds(Effect, value)
    }),
    options,
  )
})

test('policies', () => {
  fc.assert(
    fc.property(policy, (value) => holds(Policy, value)),
    options,
  )
})

const indexesOf = ({ book }: BranchState) => ({
  candidates: SortedMap.keysArray(book.candidates),
  untested: SortedMap.keysArray(book.untested),
  settled: SortedMap.toArray(book.settled).map(([base, keys]) => [base, SortedMap.keysArray(keys)]),
  landable: SortedMap.toArray(book.landable).map(([base, keys]) => [base, SortedMap.keysArray(keys)]),
  alarms: SortedMap.keysArray(book.alarms),
})

const holdsOfState = (state: BranchState): void => {
  const text = written(BranchStateCodec, state)
  const read = BranchStateCodec.decode(JSON.parse(text))
  if (read._tag === 'Left') throw new Error(`the state does not decode: ${text.slice(0, 500)}`)
  expect(written(BranchStateCodec, read.right)).toBe(text)
  // What is not written, the queue's indexes, is the same too.
  expect(indexesOf(read.right)).toEqual(indexesOf(state))
}

test('states, after every step of any game', () => {
  fc.assert(
    fc.property(fc.array(move, { maxLength: 40 }), (moves) => {
      const checking: typeof reduce = (before, event) => {
        const [after, ordered] = reduce(before, event)
        holdsOfState(after)
        ordered.forEach((effect) => holds(Effect, effect))
        return [after, ordered]
      }
      const game = newGame({}, checking)
      moves.forEach((m) => play(game, m))
    }),
    { ...options, numRuns: 30 },
  )
})

test('the order in which a value was put together does not show', () => {
  fc.assert(
    fc.property(events.GithubHinted, (event) => {
      const reversed = Object.fromEntries(Object.entries(event).reverse()) as typeof event
      expect(written(Event, reversed)).toBe(written(Event, event))
    }),
    options,
  )
})
