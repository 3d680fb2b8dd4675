/**
 * Whatever is read from outside, a decoder answers with a value or with words, never with a throw; and a value that it
 * gives is written and read again as the same.
 */
import * as fc from 'fast-check'
import { isRight, type Either } from 'fp-ts/lib/Either.js'
import type * as t from 'io-ts'
import { describe, expect, test } from 'vitest'
import {
  BranchStateCodec,
  defaultPolicy,
  Effect,
  Event,
  explainErrors,
  parseJson,
  Policy,
  readBeginning,
  readEntry,
  readSnapshot,
  readState,
  replay,
  writeBeginning,
  writeEntry,
  writeSnapshot,
  type BranchState,
  type Unreadable,
} from '@headgate/core'
import {
  deep,
  deepText,
  mutated,
  mutatedText,
  seeded,
  strangeValue,
} from '../../../../test/support/hostile.js'
import { move, newGame, play, type Move } from '../support/play.js'
import { effects, events } from './arbitraries.js'

const options = seeded('fuzz', 400)
const name = { repository: 'acme/app', branch: 'main' }

/** A state with something in every part of it. */
const richState = (): BranchState => {
  const moves = fc.sample(fc.array(move, { minLength: 150, maxLength: 150, size: 'max' }), {
    seed: 7,
    numRuns: 1,
  })[0] as Move[]
  const game = newGame()
  moves.forEach((m) => play(game, m))
  return game.state
}
const plain = (json: unknown): unknown => JSON.parse(JSON.stringify(json))
const goodState = plain(BranchStateCodec.encode(richState()))
const goodEvents = fc
  .sample(fc.oneof(...Object.values(events)), { seed: 3, numRuns: 60 })
  .map((e) => plain(Event.encode(e)))
const goodEffects = fc
  .sample(fc.oneof(...Object.values(effects)), { seed: 3, numRuns: 40 })
  .map((e) => plain(Effect.encode(e)))

interface Subject {
  readonly codec: t.Type<unknown, unknown>
  readonly good: ReadonlyArray<unknown>
}
const subjects: Readonly<Record<string, Subject>> = {
  Event: { codec: Event as Subject['codec'], good: goodEvents },
  Effect: { codec: Effect as Subject['codec'], good: goodEffects },
  Policy: { codec: Policy as Subject['codec'], good: [plain(Policy.encode(defaultPolicy))] },
  BranchState: { codec: BranchStateCodec as Subject['codec'], good: [goodState] },
}

const inWords = (found: Unreadable): void => {
  expect(found.sentence).toMatch(/\.( \(and \d+ more\))?$/)
  expect(found.sentence.length + found.place.length).toBeLessThan(2_000)
  expect(found.remedy).not.toBe('')
}

/** Left with words, or a value that goes out and comes in again as the same. Counts the values. */
const sound = ({ codec }: Subject, input: unknown): number => {
  const read = codec.decode(input)
  if (read._tag === 'Left') {
    inWords(explainErrors('The thing', read.left))
    return 0
  }
  const text = JSON.stringify(codec.encode(read.right))
  const again = codec.decode(JSON.parse(text))
  expect(isRight(again) && JSON.stringify(codec.encode(again.right))).toBe(text)
  return 1
}

describe.each(Object.entries(subjects))('%s', (_name, subject) => {
  test('any value', () => {
    fc.assert(
      fc.property(fc.oneof(strangeValue, fc.anything()), (input) => void sound(subject, input)),
      options,
    )
  })

  test('good JSON is read, and good JSON with something wrong in it is not, or is right by chance', () => {
    for (const good of subject.good) expect(sound(subject, good)).toBe(1)
    let refused = 0
    fc.assert(
      fc.property(fc.constantFrom(...subject.good).chain(mutated), (input) => {
        refused += 1 - sound(subject, input)
      }),
      options,
    )
    expect(refused).toBeGreaterThan(0)
  })

  test('JSON nested a hundred thousand deep', () => {
    expect(sound(subject, deep(100_000))).toBe(0)
    for (const good of subject.good.slice(0, 5))
      for (const key of Object.keys(good as object))
        expect(sound(subject, { ...(good as object), [key]: deep(100_000) })).toBe(0)
  })
})

const readers: ReadonlyArray<readonly [string, (json: unknown) => Either<Unreadable, unknown>, unknown]> = [
  ['readBeginning', readBeginning, plain(writeBeginning(name, defaultPolicy))],
  [
    'readEntry',
    readEntry,
    plain(writeEntry({ seq: 3, event: fc.sample(events.PullRequestObserved, 1)[0]! })),
  ],
  ['readState', readState, goodState],
  ['readSnapshot', readSnapshot, plain(writeSnapshot({ seq: 9, state: richState() }))],
  ['an old state', readState, { ...(goodState as object), version: 1 }],
]

test.each(readers)('%s takes anything', (_name, read, good) => {
  fc.assert(
    fc.property(fc.oneof(mutated(good), strangeValue, fc.anything()), (input) => {
      const result = read(input)
      if (result._tag === 'Left') inWords(result.left)
    }),
    options,
  )
  expect(read(deep(100_000))._tag).toBe('Left')
})

test('replay takes any entries', () => {
  const start = readBeginning(writeBeginning(name, defaultPolicy))
  if (start._tag === 'Left') throw new Error(start.left.sentence)
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.constantFrom(...goodEvents), strangeValue)), (list) => {
      const result = replay(
        start.right,
        list.map((event, i) => ({ version: 2, seq: i + 1, event })),
      )
      if (result._tag === 'Left') inWords(result.left)
      else expect(result.right.seq).toBe(list.length)
    }),
    options,
  )
})

test('any text', () => {
  const good = JSON.stringify(goodEvents[0])
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), mutatedText(good)), (input) => {
      const parsed = parseJson('The line', input)
      if (parsed._tag === 'Left') inWords(parsed.left)
      else sound(subjects['Event'] as Subject, parsed.right)
    }),
    options,
  )
  const nested = parseJson('The line', deepText(100_000))
  expect(nested._tag === 'Left' || sound(subjects['Event'] as Subject, nested.right) === 0).toBe(true)
})
