/**
 * The bound on overtaking, for every strategy of the box and for some that mean ill: who came later and landed earlier is
 * counted from what the simulated forge landed, not from what the core counts.
 */
import * as fc from 'fast-check'
import { none } from 'fp-ts/lib/Option.js'
import { describe, expect, test } from 'vitest'
import {
  defaultAdaptive,
  epochMs,
  reduce,
  reduceWith,
  SortedMap,
  type Policy,
  type Strategy,
} from '@headgate/core'
import { look, open, quiesce, type Story } from '../support/drive.js'
import { newGame, type Reduce } from '../support/simulation/game.js'
import { isGood } from '../support/simulation/world.js'

const patience = 600_000
const seed = Number(process.env['HEADGATE_SEED'] ?? Date.now() % 2 ** 31)
const numRuns = Math.max(2, Math.ceil(Number(process.env['HEADGATE_RUNS'] ?? 400) / 100))
console.log(`overtaking: HEADGATE_SEED=${seed}`)

const places = 2
/** So many wait when the first new one comes; one comes whenever a batch ends. */
const backlog = 10
const allowed = 3
/** What may still land after so many have: the rest of the chain that made it so many, what is under way, what has passed. */
const bound = (longest: number): number => allowed - 1 + longest * (places + 3)

interface Server {
  readonly name: string
  readonly longest: number
  readonly policy: Partial<Policy>
  readonly reduce: Reduce
}

const ready: (view: Parameters<Strategy>[0]) => ReadonlyArray<number> = (view) =>
  [...view.candidates]
    .map((key) => key.number)
    .filter((n) => view.pullRequest(n as never)?.place.ready === true)

const asking = (lists: ReadonlyArray<ReadonlyArray<number>>): ReturnType<Strategy> => ({
  start: lists.map((members) => ({ members: members as never, reason: 'asked for', mayExceedCap: false })),
  stop: [],
})

/** Always the last that came. */
const newestFirst: Strategy = (view) =>
  asking(
    [...ready(view)]
      .sort((a, b) => b - a)
      .slice(0, places)
      .map((n) => [n]),
  )
/** Chains of the last that came, and what is wanted no more is stopped. */
const newestChain: Strategy = (view) => {
  const list = [...ready(view)].sort((a, b) => b - a).slice(0, 3)
  return {
    ...asking(list.length === 0 ? [] : [list]),
    stop: view.running.filter((run) => run.base !== view.head).map((run) => run.id),
  }
}
/** Has something against odd numbers. */
const shunning: Strategy = (view) =>
  asking(
    ready(view)
      .filter((n) => n % 2 === 0)
      .map((n) => [n]),
  )

const arrival: Partial<Policy> = { order: { _tag: 'arrival', headStart: 0 } }
const servers: ReadonlyArray<Server> = [
  { name: 'serial', longest: 1, policy: {}, reduce },
  { name: 'batch', longest: 3, policy: { ...arrival, strategy: { _tag: 'batch', size: 3 } }, reduce },
  {
    name: 'speculative',
    longest: 4,
    policy: { ...arrival, strategy: { _tag: 'speculative', depth: 4, window: 'growing' } },
    reduce,
  },
  {
    name: 'adaptive',
    longest: 6,
    policy: { ...arrival, strategy: { ...defaultAdaptive, horizon: 6 } },
    reduce,
  },
  { name: 'newest first', longest: 1, policy: {}, reduce: reduceWith(newestFirst) },
  { name: 'chains of the newest', longest: 3, policy: {}, reduce: reduceWith(newestChain) },
  { name: 'no odd numbers', longest: 1, policy: {}, reduce: reduceWith(shunning) },
]

/** Which batch ends next, and whether what arrives then is bad. */
type Turn = readonly [batch: number, bad: boolean]

const endOne = (story: Story, which: number): void => {
  const { world } = story.game
  const running = world.batches.filter((b) => b.state === 'running')
  const batch = running[which % Math.max(1, running.length)]
  if (batch === undefined) return
  batch.state = isGood(world, batch.commit) ? 'success' : 'failure'
  story.game.world.now += 1
  quiesce(feedHint(story))
}

const feedHint = (story: Story): Story => {
  const { game } = story
  const [after, effects] = game.reduce(game.state, {
    _tag: 'BatchHinted',
    at: epochMs(++game.world.now),
    batchId: none,
  })
  game.state = after
  game.out.push(...effects)
  return story
}

/** The most that came later and landed earlier than one that had not failed. */
const mostOvertaken = (
  { policy, reduce: serve }: Server,
  turns: ReadonlyArray<Turn>,
  most: number,
): number => {
  const change = {
    deployable: false,
    unverifiedHead: 'trust',
    maxTestRuns: places,
    maxOvertaken: most,
    ...policy,
  } as const
  const story: Story = { game: newGame(change, serve), done: [] }
  const counts = new Map<number, number>()
  let landed = 0
  for (let n = 1; n <= backlog; n++) open(story, n)
  turns.forEach(([which, bad], i) => {
    const number = backlog + i + 1
    open(story, number)
    if (bad) story.game.world.bad.add(`s${number}.1`)
    look(story)
    endOne(story, which)
    for (const { pr: later } of story.game.world.landings.slice(landed))
      for (const { snapshot, result } of SortedMap.valuesArray(story.game.state.pullRequests))
        if (snapshot.number < later && !(result._tag === 'Some' && result.value._tag !== 'Passed'))
          counts.set(snapshot.number, (counts.get(snapshot.number) ?? 0) + 1)
    landed = story.game.world.landings.length
  })
  return Math.max(0, ...counts.values())
}

const traffic: fc.Arbitrary<ReadonlyArray<Turn>> = fc.array(
  fc.tuple(
    fc.nat(5),
    fc.boolean().chain((maybe) => (maybe ? fc.boolean() : fc.constant(false))),
  ),
  { minLength: 40, maxLength: 60, size: 'max' },
)

describe('nobody is overtaken more often than the bound says', () => {
  test.each(servers)('$name', { timeout: patience }, (server) => {
    fc.assert(
      fc.property(traffic, (turns) => {
        expect(mostOvertaken(server, turns, allowed)).toBeLessThanOrEqual(bound(server.longest))
      }),
      { seed, numRuns },
    )
  })
})

test('without a bound those that mean ill go beyond it: the count can fail', { timeout: patience }, () => {
  const turns = Array.from({ length: 60 }, (): Turn => [0, false])
  for (const server of servers.filter(({ name }) => name === 'newest first' || name === 'no odd numbers'))
    expect(mostOvertaken(server, turns, Number.MAX_SAFE_INTEGER), server.name).toBeGreaterThan(
      bound(server.longest),
    )
})
