/**
 * Hooks are hints: whichever of them are dropped, doubled or permuted, after one poll the gate is where it would be with
 * all of them. And nobody starves: with good changes only, all land, each by one test on the head it lands on.
 */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { explain, queueOf, SortedMap } from '@headgate/core'
import { carryOut } from '../support/simulation/carryOut.js'
import { changeForge } from '../support/simulation/forge.js'
import { fork, setUp, type Game } from '../support/simulation/game.js'
import { dieOf, nextMove, type Die } from '../support/simulation/moves.js'
import type { Command } from '../support/simulation/phrases.js'
import { assertAll, chance } from '../support/simulation/property.js'
import { swarms, type Appetite, type Swarm } from '../support/simulation/swarm.js'
import { openPrs, treeOf } from '../support/simulation/world.js'

const patience = 3_600_000
console.log(`convergence: HEADGATE_SEED=${chance.seed}`)

/** Changes of the forge alone, whose effect does not depend on when the gate looks. */
const only: ReadonlyArray<Appetite> = [
  'open',
  'push',
  'share',
  'review',
  'draft',
  'close',
  'check',
  'require',
]

const calm = (swarm: Swarm): Swarm => ({
  ...swarm,
  weights: Object.fromEntries(
    Object.keys(swarm.weights).map((name) => [name, only.some((wanted) => wanted === name) ? 5 : 0]),
  ) as Swarm['weights'],
})

const begin = (): Game => {
  const game = setUp({ policy: { deployable: false, unverifiedHead: 'trust', maxTestRuns: 60 } })
  carryOut(game, { do: 'hooks are lost' })
  carryOut(game, { do: 'start' })
  return game
}

/** What the gate shows to the outside. Of two that are ready, the one whose status is posted first lands first: order is left out. */
const outside = ({ state, world }: Game) => ({
  queue: queueOf(state),
  holds: SortedMap.keysArray(state.pullRequests).map((n) => [n, explain(state, n).map((h) => h.code)]),
  running: world.batches
    .filter((b) => b.state === 'running')
    .map((b) => `${b.pr} ${b.source} on ${b.target}`)
    .sort(),
  statuses: openPrs(world).map((pr) => world.statuses.get(pr.source)),
  landed: world.landings.map((l) => l.pr).sort((a, b) => a - b),
  contents: treeOf(world, world.head).split('+').sort(),
})

/** The facts of a game, and the hooks that tell of them. */
const facts = (swarm: Swarm, die: Die, count: number) => {
  const game = begin()
  const told: Array<{ readonly fact: Command; readonly hooks: ReadonlyArray<Command> }> = []
  for (let n = 0; n < count; n++) {
    const fact = nextMove(game, swarm, die)
    const hooks = changeForge(game.world, fact)
    if (Array.isArray(hooks)) told.push({ fact, hooks })
  }
  return told
}

/** Any of the hooks, any number of times up to two, in any order. */
const mangled = (hooks: ReadonlyArray<Command>, die: Die): ReadonlyArray<Command> =>
  hooks
    .flatMap((hook) => Array.from({ length: die(3) }, () => ({ hook, at: die(1000) })))
    .sort((a, b) => a.at - b.at)
    .map(({ hook }) => hook)

const pollAndEnd = (game: Game): ReadonlyArray<unknown> => {
  carryOut(game, { do: '{duration} pass', duration: 301 })
  const polled = outside(game)
  carryOut(game, { do: 'faults stop' })
  return [polled, outside(game)]
}

test('hooks dropped, doubled or permuted: after one poll it is all the same', { timeout: patience }, () => {
  const drawn = fc.tuple(swarms({ pullRequests: 12, commands: 60 }), fc.integer({ min: 5, max: 60 }))
  const name = 'hooks dropped, doubled or permuted: after one poll it is all the same'
  assertAll(name, 0.1, drawn, ([swarm, count]) => {
    const die = dieOf(swarm.dice)
    const told = facts(calm(swarm), die, count)
    const [faithful, unlucky] = [begin(), begin()]
    for (const { fact, hooks } of told) [fact, ...hooks].forEach((command) => carryOut(faithful, command))
    told.forEach(({ fact }, i) => {
      carryOut(unlucky, fact)
      if (i % 5 === 4)
        mangled(
          told.slice(0, i + 1).flatMap(({ hooks }) => hooks),
          die,
        ).forEach((h) => carryOut(unlucky, h))
    })
    expect(pollAndEnd(unlucky)).toEqual(pollAndEnd(faithful))
  })
})

test('a hook that tells nothing new costs one read and changes nothing', { timeout: patience }, () => {
  const name = 'a hook that tells nothing new costs one read and changes nothing'
  assertAll(name, 0.1, swarms({ pullRequests: 8, commands: 40 }), (swarm) => {
    const game = begin()
    const told = facts(calm(swarm), dieOf(swarm.dice), 30)
    told.forEach(({ fact }) => carryOut(game, fact))
    carryOut(game, { do: 'hook: everything' })
    // Our own statuses are news once.
    carryOut(game, { do: 'hook: everything' })
    const hooks: ReadonlyArray<Command> = [
      { do: 'hook: everything' },
      { do: 'hook: the head' },
      { do: 'hook: the batches' },
      ...openPrs(game.world).map((pr): Command => ({ do: 'hook: #{pr}', pr: pr.number })),
    ]
    for (const hook of hooks) {
      const asked: Array<string> = []
      const other = fork(game)
      other.watch = ({ effects }) => asked.push(...effects.map((effect) => effect._tag))
      carryOut(other, hook)
      expect(asked).toHaveLength(1)
      expect(outside(other)).toEqual(outside(game))
    }
  })
})

test('nobody starves: every good change lands, and nothing is tested in vain', { timeout: patience }, () => {
  const name = 'nobody starves: every good change lands, and nothing is tested in vain'
  const drawn = fc.tuple(
    fc.integer({ min: 1, max: 50 }),
    fc.array(fc.nat(49), { maxLength: 12 }),
    fc.integer({ min: 1, max: 5 }),
  )
  assertAll(name, 0.02, drawn, ([count, urgent, maxTestRuns]) => {
    const game = setUp({ policy: { deployable: false, unverifiedHead: 'trust', maxTestRuns }, stride: 10 })
    carryOut(game, { do: 'start' })
    for (let pr = 1; pr <= count; pr++)
      carryOut(game, { do: 'open #{pr} by {author}, {review}', pr, author: 'ada', review: 'approved' })
    for (const n of urgent)
      carryOut(game, { do: 'label #{pr} "{label}"', pr: (n % count) + 1, label: 'prio:high' })
    const bound = 2 * count + 2
    for (let n = 0; n < bound && game.world.landings.length < count; n++)
      carryOut(game, { do: 'all batches end' })
    expect(game.world.landings.map((l) => l.pr).sort((a, b) => a - b)).toEqual(
      Array.from({ length: count }, (_, i) => i + 1),
    )
    // Each is tested once when it comes and once more when it is its turn; a label may take a turn away.
    expect(game.world.batches.filter((b) => b.state !== 'cancelled').length).toBeLessThanOrEqual(
      2 * count + urgent.length,
    )
  })
})
