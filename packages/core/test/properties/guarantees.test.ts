/**
 * Goal: no sequence of events, faults included, breaks a guarantee; and once faults stop, everything that can land has
 * landed. Method: random moves against a simulated forge and batch service whose own records are the truth.
 * Replay: HEADGATE_SEED=<seed> npx vitest run packages/core/test/properties
 */
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BranchStateCodec, defaultPolicy, Event, reduce, type BranchState, type Policy } from '@headgate/core'
import { isRight } from 'fp-ts/lib/Either.js'
import { move, newGame, play, settleDown, stuck, type Game, type Move } from '../support/play.js'

const seed = Number(process.env['HEADGATE_SEED'] ?? Date.now() % 2 ** 31)
const numRuns = Number(process.env['HEADGATE_RUNS'] ?? 400)
console.log(`guarantees: HEADGATE_SEED=${seed}`)
const assert = <T>(property: fc.IProperty<T>, runs = numRuns): void =>
  fc.assert(property, {
    seed,
    numRuns: runs,
    ...(process.env['HEADGATE_PATH'] === undefined
      ? {}
      : { path: process.env['HEADGATE_PATH'], endOnFailure: true }),
    interruptAfterTimeLimit: 20_000,
    markInterruptAsFailure: false,
  })

const moves = fc.array(move, { minLength: 20, maxLength: 220, size: 'max' })
const policies: ReadonlyArray<readonly [string, Partial<Policy>]> = [
  ['fast-forward', {}],
  ['forge-merge', { landing: 'forge-merge', mergeMethod: 'squash' }],
  [
    'trusted head, deploy failure holds',
    { unverifiedHead: 'trust', onDeployFailure: 'hold', maxTestRuns: 1 },
  ],
]

const checkWorld = (game: Game): void => {
  const landed = game.world.landings.map((l) => l.pr)
  expect(new Set(landed).size).toBe(landed.length)
  for (const landing of game.world.landings) expect(landing.testedGreen).toBe(true)
}

describe.each(policies)('%s', (_name, policy) => {
  test('every guarantee holds after every step, and what landed was tested', () => {
    assert(
      fc.property(moves, (list: ReadonlyArray<Move>) => {
        const game = newGame(policy)
        list.forEach((m) => play(game, m))
        checkWorld(game)
      }),
    )
  })

  test('once faults stop it settles, and nothing waits for the gate alone', () => {
    assert(
      fc.property(moves, (list: ReadonlyArray<Move>) => {
        const game = newGame(policy)
        list.forEach((m) => play(game, m))
        settleDown(game)
        checkWorld(game)
        expect(stuck(game)).toEqual([])
      }),
    )
  })
})

test('the journal replayed gives the identical state, byte for byte, also from a snapshot of the state', () => {
  assert(
    fc.property(moves, fc.nat(100), (list: ReadonlyArray<Move>, cut) => {
      const journal: Array<Event> = []
      const recording: typeof reduce = (state, event) => {
        journal.push(event)
        return reduce(state, event)
      }
      const game = newGame({}, recording)
      list.filter((m) => m.do !== 'lose-memory').forEach((m) => play(game, m))
      const written = journal.map((event) => JSON.stringify(Event.encode(event)))
      let state: BranchState = newGame({}, (s) => [s, []]).state
      written.forEach((line, i) => {
        const event = Event.decode(JSON.parse(line))
        if (!isRight(event)) throw new Error(`event ${i} does not decode`)
        state = reduce(state, event.right)[0]
        if (i % 101 === cut) {
          const read = BranchStateCodec.decode(JSON.parse(JSON.stringify(BranchStateCodec.encode(state))))
          if (!isRight(read)) throw new Error('the state does not decode')
          state = read.right
        }
      })
      expect(JSON.stringify(BranchStateCodec.encode(state))).toBe(
        JSON.stringify(BranchStateCodec.encode(game.state)),
      )
    }),
    100,
  )
})

test('a broken planner is caught: one that lands what was never tested', () => {
  const reckless: typeof reduce = (state, event) => {
    const [after, effects] = reduce(state, event)
    return [
      after,
      effects.map((effect) =>
        effect._tag === 'LandBranch'
          ? { ...effect, id: `${effect.id}x` as never, ticket: { ...effect.ticket, batchId: 999 as never } }
          : effect,
      ),
    ]
  }
  const attempt = (): void => {
    const game = newGame({}, reckless)
    play(game, { do: 'open', author: 'ada', approved: true })
    settleDown(game)
  }
  expect(attempt).toThrow(/S1/)
  expect(defaultPolicy.landing).toBe('fast-forward')
})
