/**
 * Laws of `reduce` at every step of random games: it is pure, a repeated answer changes nothing, without news nothing is
 * ordered, the queue is in the order that the domain names, what lands comes first; and a journal replays to the byte.
 */
import { isRight } from 'fp-ts/lib/Either.js'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BranchStateCodec, Event, initialState, reduce, type BranchState } from '@headgate/core'
import { printCommand } from '../support/simulation/language.js'
import { brokenLaws } from '../support/simulation/laws.js'
import { assertAll, assertGames, chance } from '../support/simulation/property.js'
import { playCommands, playSwarm } from '../support/simulation/run.js'
import { swarms } from '../support/simulation/swarm.js'

const patience = 3_600_000
console.log(`laws: HEADGATE_SEED=${chance.seed}`)

const options = { laws: brokenLaws }

describe('at every step', () => {
  test('pure, idempotent, level-triggered, in order: small games', { timeout: patience }, () => {
    const name = 'pure, idempotent, level-triggered, in order: small games'
    assertGames({ name, size: { pullRequests: 6, commands: 120 }, share: 0.1, options })
  })

  test('pure, idempotent, level-triggered, in order: large games', { timeout: patience }, () => {
    const name = 'pure, idempotent, level-triggered, in order: large games'
    const size = { pullRequests: 30, commands: 500 }
    assertGames({ name, size, share: 0.01, options: { ...options, stride: 25 } })
  })
})

const written = (state: BranchState): string => JSON.stringify(BranchStateCodec.encode(state))

/** Reads a journal line by line; every so often the state goes through its codec as well. */
const replay = (start: BranchState, lines: ReadonlyArray<string>, cut: number): BranchState =>
  lines.reduce((state, line, i) => {
    const event = Event.decode(JSON.parse(line))
    if (!isRight(event)) throw new Error(`line ${i} does not decode: ${line}`)
    const [after] = reduce(state, event.right)
    const read = i % 101 === cut ? BranchStateCodec.decode(JSON.parse(written(after))) : undefined
    if (read === undefined) return after
    if (!isRight(read)) throw new Error('the state does not decode')
    return read.right
  }, start)

test('a journal replays to the byte, also from a snapshot', { timeout: patience }, () => {
  const drawn = fc.tuple(swarms({ pullRequests: 10, commands: 300 }), fc.nat(100))
  assertAll('a journal replays to the byte, also from a snapshot', 0.06, drawn, ([swarm, cut]) => {
    const remembering = { ...swarm, weights: { ...swarm.weights, forget: 0 } }
    const journal: Array<string> = []
    const starts: Array<BranchState> = []
    const { game } = playSwarm(remembering, {
      watch: ({ before, event }) => {
        if (starts.length === 0) starts.push(before)
        journal.push(JSON.stringify(Event.encode(event)))
      },
    })
    const [start = initialState(game.state.name, game.policy)] = starts
    expect(written(replay(start, journal, cut)) === written(game.state)).toBe(true)
  })
})

test('the same commands give the same game', { timeout: patience }, () => {
  assertAll(
    'the same commands give the same game',
    0.1,
    swarms({ pullRequests: 8, commands: 200 }),
    (swarm) => {
      const first = playSwarm(swarm)
      const second = playCommands(first.commands)
      expect(second.commands.map(printCommand)).toEqual(first.commands.map(printCommand))
      expect(written(second.game.state) === written(first.game.state)).toBe(true)
      expect(second.game.world).toEqual(first.game.world)
    },
  )
})
