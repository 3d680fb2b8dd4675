/**
 * Who is to blame for the runs that failed. Every failed run is a noisy group test: one of what it held is bad, or it
 * flaked. What matters is known jointly, so the posterior is sampled: several chains of Gibbs sampling, each from its own
 * start, with chance from a hash of the evidence.
 *
 * The sampler works on arrays of its own that it changes in place; nothing outside can see them.
 */
/* eslint-disable functional/no-let, functional/immutable-data -- see above */
import type { Assumptions } from '../../model/policy.js'
import { hash, shareOf, spared, WORLDS, worldsWhere, all, type Bits } from './bits.js'
import { isPair, namesOf, type Facts, type Suspicion } from './facts.js'

/** A run that passed leaves this much doubt about its members: a conflict that nothing announced must have an explanation. */
const RESIDUE = 0.002
const CHAINS = 16
const BURN_IN = 6
/** More failed runs than this about those in the queue tell nothing new. */
const MOST_TESTS = 120

export interface Beliefs {
  /** The worlds in which this is not so. */
  readonly fine: (s: Suspicion) => Bits
}

interface Evidence {
  readonly suspects: ReadonlyArray<Suspicion>
  /** By test, the positions of its suspects. */
  readonly tests: ReadonlyArray<ReadonlyArray<number>>
}

const evidenceOf = (facts: Facts, cleared: ReadonlySet<Suspicion>): Evidence => {
  const failed = facts.tests
    .filter((test) => !test.passed)
    .map((test) => test.suspicions.filter((s) => !(isPair(s) && cleared.has(s))))
    .filter((held) => held.length > 0)
    .slice(-MOST_TESTS)
  const suspects = [...new Set(failed.flat())]
  const position = new Map(suspects.map((s, x) => [s, x]))
  return { suspects, tests: failed.map((held) => held.flatMap((s) => position.get(s) ?? [])) }
}

/** A stream of numbers from 0 to 1. Source: Marsaglia's xorshift. */
const chanceFrom = (seed: number): (() => number) => {
  let state = seed | 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}

const shuffled = (count: number, chance: () => number): ReadonlyArray<number> => {
  const order = Array.from({ length: count }, (_, i) => i)
  for (let x = count - 1; x > 0; x--) {
    const y = Math.floor(chance() * (x + 1))
    const [a, b] = [order[x] ?? 0, order[y] ?? 0]
    order[x] = b
    order[y] = a
  }
  return order
}

/** As many samples as there are worlds; in each, by suspect, 1 if it is bad. */
const sample = (evidence: Evidence, odds: ReadonlyArray<number>, flaking: number, seed: number) => {
  const { suspects, tests } = evidence
  const testsOf = suspects.map((_, x) => tests.flatMap((held, y) => (held.includes(x) ? [y] : [])))
  const noise = Array.from({ length: tests.length + 1 }, (_, n) => flaking ** n)
  const chance = chanceFrom(seed)
  const samples: Uint8Array[] = []
  for (let chain = 0; chain < CHAINS; chain++) {
    const order = shuffled(suspects.length, chance)
    const bad = new Uint8Array(suspects.length)
    const culprits = new Int32Array(tests.length)
    for (let sweep = 0; sweep < BURN_IN + WORLDS / CHAINS; sweep++) {
      for (const x of order) {
        const was = bad[x] ?? 0
        const mine = testsOf[x] ?? []
        let unexplained = 0
        for (const y of mine) if (culprits[y] === was) unexplained += 1
        const o = odds[x] ?? 0
        const is = chance() < o / (o + (noise[unexplained] ?? 0)) ? 1 : 0
        if (is === was) continue
        bad[x] = is
        for (const y of mine) culprits[y] = (culprits[y] ?? 0) + is - was
      }
      if (sweep >= BURN_IN) samples.push(bad.slice())
    }
  }
  return samples
}

export const beliefsOf = (facts: Facts, assume: Assumptions): Beliefs => {
  const cleared = new Set(facts.tests.filter((test) => test.passed).flatMap((test) => test.suspicions))
  const prior = (s: Suspicion): number =>
    isPair(s) ? assume.conflicting : cleared.has(s) ? RESIDUE : assume.failing
  const evidence = evidenceOf(facts, cleared)
  const odds = evidence.suspects.map((s) => prior(s) / (1 - prior(s)))
  const seedOf = (s: Suspicion): number => {
    const [a, b] = namesOf(facts, s)
    return hash(a, b, 11, 0)
  }
  const seed = evidence.suspects.reduce((sum, s) => hash(sum, seedOf(s), evidence.tests.length, 1), 1)
  const samples = evidence.suspects.length === 0 ? [] : sample(evidence, odds, assume.flaking, seed)
  // Worlds of a kind are spread, so that they do not fall together with those of the lattices.
  const spread = hash(seed, 5, 5, 5) | 1
  const sampled = new Map(
    evidence.suspects.map((s, x) => [
      s,
      worldsWhere((world) => samples[Math.imul(world, spread) & (WORLDS - 1)]?.[x] === 0),
    ]),
  )
  const known = new Map<Suspicion, Bits>(sampled)
  return {
    fine: (s) => {
      const found = known.get(s)
      if (found !== undefined) return found
      const bits = isPair(s) && cleared.has(s) ? all : spared(prior(s), seedOf(s))
      known.set(s, bits)
      return bits
    },
  }
}

/** The probability that all of these are fine. */
export const probability = (bits: Bits): number => shareOf(bits, all)
