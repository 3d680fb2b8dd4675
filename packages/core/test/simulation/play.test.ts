/** Goal: the laboratory plays the real reducer fairly: nothing is lost, nothing unsafe lands, chance is nobody's friend. */
import * as fc from 'fast-check'
import { isSome, none } from 'fp-ts/lib/Option.js'
import { beforeAll, describe, expect, test } from 'vitest'
import { SortedMap, stepViolations, violations, type Effect, type Event } from '@headgate/core'
import {
  contenders,
  fateOf,
  figuresOf,
  oracle,
  play,
  playOut,
  waitsOf,
  type Fate,
  type Result,
  type Step,
} from '@headgate/core/simulation'
import { chance, fates, gentle, planted, rough, row, serial } from './support.js'

const patience = 600_000
const games = (share: number) => ({
  seed: chance.seed,
  numRuns: Math.max(5, Math.round(chance.runs * share)),
})

beforeAll(() => console.log(`simulation: HEADGATE_SEED=${chance.seed}, HEADGATE_RUNS=${chance.runs}`))

/** Each pull request has one end or none, and lands only after it was approved. */
const conserved = ({ size, arrivals, openings }: Fate, { landed, ejected }: Result): boolean =>
  landed.length === size &&
  ejected.length === size &&
  arrivals.every((at, pr) => {
    const [landing, end] = [landed[pr], ejected[pr]]
    return landing === undefined
      ? (end ?? Infinity) >= (openings[pr] ?? 0)
      : landing >= at && end === undefined
  })

describe.each(contenders.map((contender) => [contender.name, contender] as const))('%s', (_, contender) => {
  test('the same fate gives the same result', { timeout: patience }, () => {
    fc.assert(
      fc.property(fates(fc.constant(gentle)), fates(rough), (calm, wild) => {
        for (const fate of [calm, wild]) expect(playOut(contender, fate)).toEqual(playOut(contender, fate))
      }),
      games(0.05),
    )
  })

  test('nothing is lost, nothing unsafe lands, the core keeps its guarantees', { timeout: patience }, () => {
    fc.assert(
      fc.property(fates(rough), (fate) => {
        const watch = ({ before, after, effects }: Step): void => {
          expect([...violations(after), ...stepViolations(before, after, effects)]).toEqual([])
        }
        const result = playOut(contender, fate, { watch })
        expect(conserved(fate, result)).toBe(true)
        expect(result.wrongs).toEqual([])
        expect(result.cut).toBe(false)
      }),
      games(0.1),
    )
  })

  test(
    'where nothing goes wrong all land, and nobody lands before a test could have passed',
    { timeout: patience },
    () => {
      fc.assert(
        fc.property(fates(fc.constant(gentle)), (fate) => {
          const result = playOut(contender, fate)
          expect(figuresOf(result)).toMatchObject({
            landed: fate.size,
            ejected: 0,
            stillWaiting: 0,
            ejectedInnocents: 0,
          })
          for (const wait of waitsOf(result)) expect(wait).toBeGreaterThanOrEqual(gentle.testMinutes)
        }),
        games(0.1),
      )
    },
  )
})

const times = ({ landed }: Result): ReadonlyArray<number> =>
  landed.flatMap((at) => at ?? []).sort((a, b) => a - b)

test(
  'the Oracle is a lower bound for one pull request a run: its n-th landing is never later',
  { timeout: patience },
  () => {
    fc.assert(
      fc.property(fates(fc.constant(gentle)), (fate) => {
        const [best, real] = [times(oracle(fate)), times(playOut(serial, fate))]
        real.forEach((at, n) => expect(best[n]).toBeLessThanOrEqual(at))
      }),
      games(0.2),
    )
  },
)

test('a listing of batches names a pull request only for its own test, never for a chain that begins with it', () => {
  const contender = contenders.find(({ name }) => name === 'batch') ?? serial
  const seen = { chains: 0 }
  const watch = ({ before, event }: Step): void => {
    if (event._tag !== 'BatchesObserved') return
    for (const { run, pr } of event.tests) {
      const known = SortedMap.get(before.runs, run)
      if (known === undefined || known.members.length < 2) continue
      seen.chains += 1
      expect(pr).toEqual(none)
    }
  }
  playOut(contender, fateOf(row(40, 1), { ...gentle, load: undefined, faults: 0.3 }, 1), { watch })
  expect(seen.chains).toBeGreaterThan(0)
})

test('a pair that conflicts: whichever lands first, the other is given back, and it is no innocent', () => {
  const fate = fateOf(row(2, 1), { ...gentle, load: undefined, pairConflict: 1 }, 1)
  const result = playOut(serial, fate)
  expect(figuresOf(result)).toMatchObject({ landed: 1, ejected: 1, ejectedInnocents: 0 })
  expect(oracle(fate).landed[1]).toBeUndefined()
  // One that came after the other had landed knows of it.
  const late = fateOf(row(2, 60), { ...gentle, load: undefined, pairConflict: 1 }, 1)
  expect(figuresOf(playOut(serial, late))).toMatchObject({ landed: 2, ejected: 0 })
})

test('who is bad and what flakes is fate: the same commit, tested for the first time, gives the same whoever tests it', () => {
  const verdicts = (fate: Fate, capacity: number): ReadonlyMap<string, string> => {
    const commits = new Map<string, string>()
    const batches = new Map<number, string>()
    const reads = new Map<string, number>()
    const found = new Map<string, string>()
    const order = (effect: Effect): void => {
      if (effect._tag === 'SubmitTestBatch') commits.set(effect.id, effect.commit)
      if (effect._tag === 'ReadBatch') reads.set(effect.id, effect.batchId)
    }
    const hear = (event: Event): void => {
      if (event._tag === 'TestBatchSubmitted') batches.set(event.batchId, commits.get(event.answers) ?? '')
      if (event._tag !== 'BatchObserved' || event.fate._tag !== 'Known' || !event.fate.complete) return
      const commit = batches.get(reads.get(event.answers) ?? 0) ?? ''
      if (!found.has(commit) && event.fate.state !== 'cancelled') found.set(commit, event.fate.state)
    }
    const slow = { ...fate, assumptions: { ...fate.assumptions, capacity } }
    playOut(serial, slow, { watch: ({ event, effects }) => (hear(event), effects.forEach(order)) })
    return found
  }
  const fate = fateOf(row(60, 25), { ...gentle, load: undefined, fail: 0.3, flake: 0.1 }, 3)
  const [one, eight] = [verdicts(fate, 1), verdicts(fate, 8)]
  const common = [...one.keys()].filter((commit) => eight.has(commit))
  expect(common.length).toBeGreaterThan(5)
  for (const commit of common) expect(eight.get(commit)).toBe(one.get(commit))
})

describe('a fault that is planted is seen', () => {
  const fate = fateOf(row(12, 30), { ...gentle, load: undefined, fail: 0.5 }, 1)

  test('landings that are never made: nothing has landed, and the game ends', () => {
    const idle = planted((reduce) => (state, event) => {
      const [after, effects] = reduce(state, event)
      return [after, effects.filter(({ _tag }) => _tag !== 'LandBranch')]
    })
    const { landed, ejected, stillWaiting } = figuresOf(playOut(idle, fate))
    expect(landed).toBe(0)
    expect(stillWaiting).toBe(12 - ejected)
    expect(stillWaiting).toBeGreaterThan(0)
  })

  test('a result that is misheard: what lands has not passed', () => {
    const deaf = planted(
      (reduce) => (state, event) =>
        event._tag === 'BatchObserved' && event.fate._tag === 'Known' && event.fate.state === 'failure'
          ? reduce(state, { ...event, fate: { ...event.fate, state: 'success' } })
          : reduce(state, event),
    )
    expect(playOut(deaf, fate).wrongs.join()).toContain('landed without having passed')
  })

  test('an approval that is made up', () => {
    const eager = planted(
      (reduce) => (state, event) =>
        event._tag === 'PullRequestObserved' && event.fate._tag === 'Open'
          ? reduce(state, {
              ...event,
              fate: {
                ...event.fate,
                snapshot: {
                  ...event.fate.snapshot,
                  reviewDecision: 'APPROVED',
                  approvedShas: [event.fate.snapshot.source],
                },
              },
            })
          : reduce(state, event),
    )
    const slowReview = fateOf(row(12, 30), { ...gentle, load: undefined, reviewMinutes: 300 }, 1)
    expect(playOut(eager, slowReview).wrongs.join()).toContain('landed without approval')
    expect(playOut(serial, slowReview).wrongs).toEqual([])
  })

  test("a commit that is not the head's child does not land", () => {
    const sly = planted((reduce) => (state, event) => {
      const [after, effects] = reduce(state, event)
      return [
        after,
        effects.map((effect) =>
          effect._tag === 'LandBranch' && isSome(state.head)
            ? {
                ...effect,
                ticket: {
                  ...effect.ticket,
                  base: state.head.value.sha,
                  commit: { _tag: 'Some', value: 'forged' },
                } as never,
              }
            : effect,
        ),
      ]
    })
    expect(figuresOf(playOut(sly, fate)).landed).toBe(0)
  })

  test('a question that is asked for ever: the game is cut', () => {
    const nagging = planted((reduce) => (state, event) => {
      const [after, effects] = reduce(state, event)
      return [after, [...effects, { _tag: 'ReadHead', id: `ReadHead#${state.seq}` as never }]]
    })
    const game = play(nagging, fate)
    for (;;) {
      const step = game.next()
      if (step.done !== true) continue
      expect(step.value.cut).toBe(true)
      break
    }
  }, 60_000)
})
