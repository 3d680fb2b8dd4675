/** Who depends on whom: what holds, what clears it, and that no circle and no stack is too large to be seen. */
import * as fc from 'fast-check'
import { none } from 'fp-ts/lib/Option.js'
import { describe, expect, test } from 'vitest'
import { explain, isQuiet, prNumber, queueOf, SortedMap, type PullRequestSnapshot } from '@headgate/core'
import { dependencyHolds, isUrgent } from '../../src/landing/dependencies.js'
import { issueTicket } from '../../src/landing/ticket.js'
import { queueInOrder } from '../../src/queue/order.js'
import { reachable } from '../../src/queue/graph.js'
import { answer, begin, fail, green, inFlight, see, seeOne, type Bench } from '../support/bench.js'
import { pull } from '../support/build.js'

const seed = Number(process.env['HEADGATE_SEED'] ?? Date.now() % 2 ** 31)
console.log(`dependencies: HEADGATE_SEED=${seed}`)

const on = (...numbers: ReadonlyArray<number>) => ({ dependsOn: numbers.map(prNumber) })
const codes = (bench: Bench, number: number) => explain(bench.state, prNumber(number)).map((h) => h.code)
const holds = (bench: Bench, number: number) => {
  const pr = SortedMap.get(bench.state.pullRequests, prNumber(number))
  return pr === undefined ? [] : dependencyHolds(bench.state, pr.snapshot)
}

describe('what is not open', () => {
  const asked = () => begin([pull(2, on(1))])

  test('is asked for, and holds until it is known', () => {
    expect(codes(asked(), 2)).toContain('DependencyUnread')
    expect(inFlight(asked())).toContain('ReadPullRequest/1')
    expect(queueOf(asked().state)).toEqual([])
  })
  test('and was merged holds nobody', () => {
    const merged = answer(asked(), 'ReadPullRequest/1', {
      _tag: 'PullRequestObserved',
      fate: { _tag: 'Merged', commit: none },
    })
    expect(holds(merged, 2)).toEqual([])
    expect(queueOf(merged.state)).toEqual([2])
    expect(SortedMap.toArray(merged.state.fates)).toEqual([[1, 'merged']])
  })
  test.each([
    ['closed', 'Closed', 'open #1 again'],
    ['elsewhere', 'Elsewhere', 'retarget #1'],
  ] as const)('and is %s holds, and says what to do', (fate, tag, remedy) => {
    const known = answer(asked(), 'ReadPullRequest/1', { _tag: 'PullRequestObserved', fate: { _tag: tag } })
    expect(holds(known, 2)).toEqual([{ _tag: 'DependencyClosed', dependency: 1, fate }])
    const [text] = explain(known.state, prNumber(2)).map((hold) => hold.text)
    expect(text).toContain(remedy)
    expect(text).toContain('"Depends-On: #1"')
    // At the next look at the branch it is asked for again, because it may have come back.
    const again = see(known, [pull(2, on(1))])
    expect(inFlight(again)).toContain('ReadPullRequest/1')
    expect(holds(see(again, [pull(1), pull(2, on(1))]), 2)).toEqual([
      { _tag: 'DependencyOpen', dependency: 1 },
    ])
  })
  test('is forgotten when nobody depends on it any more', () => {
    const known = answer(asked(), 'ReadPullRequest/1', {
      _tag: 'PullRequestObserved',
      fate: { _tag: 'Closed' },
    })
    expect(SortedMap.size(known.state.fates)).toBe(1)
    const free = seeOne(known, pull(2))
    expect(SortedMap.size(free.state.fates)).toBe(0)
    expect(SortedMap.size(free.state.book.dependents)).toBe(0)
    expect(queueOf(free.state)).toEqual([2])
  })
  test('and can not be read is not asked for for ever', () => {
    const failed = fail(asked(), 'ReadPullRequest/1', 'permanent')
    expect(inFlight(failed)).not.toContain('ReadPullRequest/1')
    expect(codes(failed, 2)).toContain('DependencyUnread')
    expect(inFlight(see(failed, [pull(2, on(1))]))).toContain('ReadPullRequest/1')
  })
})

describe('a ticket', () => {
  test('is not issued before the dependency has landed, though its own test passed', () => {
    const bench = green(begin([pull(1, { reviewDecision: 'NONE' }), pull(2)]), 2, 7)
    const ready = { ...bench.state, landing: none }
    expect(issueTicket(ready, prNumber(2))._tag).toBe('Some')
    const held = seeOne({ ...bench, state: ready }, pull(2, on(1)))
    expect(issueTicket({ ...held.state, landing: none }, prNumber(2))).toEqual(none)
  })
})

describe('a circle', () => {
  test('names all who are in it, and nobody who only waits for it', () => {
    const bench = begin([pull(1, on(3)), pull(2, on(1)), pull(3, on(2)), pull(4, on(2)), pull(5, on(5))])
    for (const number of [1, 2, 3])
      expect(holds(bench, number)).toEqual([{ _tag: 'DependencyCycle', cycle: [1, 2, 3] }])
    expect(holds(bench, 4)).toEqual([{ _tag: 'DependencyOpen', dependency: 2 }])
    expect(holds(bench, 5)).toEqual([{ _tag: 'DependencyCycle', cycle: [5] }])
    expect(queueOf(bench.state)).toEqual([])
    expect(isQuiet(bench.state)).toBe(false)
  })
})

test('the label for high priority counts for all that has to land first, and goes with it', () => {
  const high = { labels: ['prio:high'] }
  const bench = begin([pull(1), pull(2), pull(3, on(2)), pull(4, { ...on(3), ...high })])
  const urgent = ({ state }: Bench) =>
    SortedMap.valuesArray(state.pullRequests)
      .filter((pr) => isUrgent(state, pr.snapshot))
      .map((pr) => pr.snapshot.number)
  expect(urgent(bench)).toEqual([2, 3, 4])
  expect(queueOf(bench.state)).toEqual([2, 3, 4, 1])
  expect(queueOf(seeOne(bench, pull(4, on(3))).state)).toEqual([1, 2, 3, 4])
  expect(queueOf(see(bench, [pull(1), pull(2), pull(3, on(2))]).state)).toEqual([1, 2, 3])
})

test('a stack of thousands is walked without recursion', () => {
  const last = 20_000
  const down = reachable(prNumber(1), (n) => (n < last ? [prNumber(n + 1)] : []))
  expect(down.size).toBe(last - 1)
})

/** Up to seven pull requests that depend on any of the others, on themselves, or on one that is not there. */
const graphs: fc.Arbitrary<ReadonlyArray<PullRequestSnapshot>> = fc
  .array(
    fc.record({
      edges: fc.uniqueArray(fc.integer({ min: 1, max: 8 }), { maxLength: 2 }),
      high: fc.boolean(),
    }),
    { minLength: 1, maxLength: 7 },
  )
  .map((list) =>
    list.map(({ edges, high }, i) => pull(i + 1, { ...on(...edges), labels: high ? ['prio:high'] : [] })),
  )

test('nobody is in the queue before what it depends on; who could be in it is', () => {
  fc.assert(
    fc.property(graphs, (snapshots) => {
      const { state } = begin(snapshots)
      const queue = [...queueInOrder(state)].map((key) => key.number)
      const open = new Map(snapshots.map((s) => [s.number, s.dependsOn]))
      queue.forEach((number, i) => {
        for (const dependency of open.get(number) ?? []) expect(queue.slice(0, i)).toContain(dependency)
      })
      // Found the other way round: by taking away, until nothing changes, who depends on somebody who is away.
      const landable = (left: ReadonlyArray<number>): ReadonlyArray<number> => {
        const next = left.filter((n) =>
          (open.get(prNumber(n)) ?? []).every((d) => left.includes(d) && d !== n),
        )
        return next.length === left.length ? left : landable(next)
      }
      const inCircle = (n: number): boolean =>
        reachable(prNumber(n), (m) => open.get(m) ?? []).has(prNumber(n))
      const free = [...open.keys()].filter((n) => !inCircle(n))
      expect([...queue].sort((a, b) => a - b)).toEqual(landable(free))
    }),
    { seed, numRuns: 300 },
  )
})

test('places do not depend on the order in which pull requests are seen', () => {
  fc.assert(
    fc.property(graphs, fc.nat(5000), (snapshots, key) => {
      const shuffled = [...snapshots].sort(
        (a, b) => ((a.number * 7919 + key) % 13) - ((b.number * 7919 + key) % 13),
      )
      const places = ({ state }: Bench) =>
        SortedMap.valuesArray(state.pullRequests).map(({ place }) => ({
          ...place,
          key: { ...place.key, turn: 0 },
          waiting: place.waiting._tag,
        }))
      expect(places(begin(shuffled))).toEqual(places(begin(snapshots)))
    }),
    { seed, numRuns: 200 },
  )
})
