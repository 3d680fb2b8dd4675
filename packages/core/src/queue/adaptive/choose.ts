/** The next run that is worth most, given those under test. */
import { and, count, shareOf, type Bits } from './bits.js'
import type { Index } from './facts.js'
import { gainOf, likeliest, type Forecast, type IndexList, type Station } from './forecast.js'
import type { Scene } from './scene.js'

export interface Choice {
  readonly list: IndexList
  readonly worth: number
  /** The worlds in which it passes. */
  readonly passes: Bits
  readonly gain: number
}

/** So many places of the head are built upon; one in which the head is hardly ever is not. */
const STATIONS = 8
const LEAST_SHARE = 0.02
/** Less likely good than this, where the head stands: it comes last. */
const SUSPECT = 0.85
/** A chain is extended while it passes at least this often where the head stands. */
const LEAST_PASSING = 0.5
const LONGEST = 24
const SUSPECTS_TRIED = 6

export type Runs = (list: IndexList) => number

interface Extension {
  readonly list: IndexList
  readonly fine: Bits
}

const extended = (scene: Scene, { list, fine }: Extension, i: Index): Extension => ({
  list: [...list, i],
  fine: scene.extend(fine, list, i),
})

/** One after the other, in this order, as long as it pays; one is always allowed. */
const chainOn = (scene: Scene, station: Station, order: IndexList): ReadonlyArray<Extension> => {
  const here = count(station.worlds)
  const start: Extension = { list: station.list, fine: scene.fine(station.list) }
  const grow = (chain: ReadonlyArray<Extension>, rest: IndexList): ReadonlyArray<Extension> => {
    const [i, ...others] = rest
    if (i === undefined) return chain
    const last = chain.at(-1) ?? start
    if (!scene.fits(last.list, i)) return grow(chain, others)
    const next = extended(scene, last, i)
    const passing = count(and(next.fine, station.worlds)) >= LEAST_PASSING * here
    return chain.length > 0 && !passing ? chain : grow([...chain, next], others)
  }
  return grow([], order.slice(0, LONGEST))
}

const suspectsLast = (scene: Scene, station: Station) => {
  const here = count(station.worlds) / count(scene.fine([]))
  const likely = scene.pool
    .filter((i) => !station.list.includes(i))
    .map((i) => ({ i, good: shareOf(scene.good(i), station.worlds) / here }))
  const suspects = likely.filter(({ good }) => good < SUSPECT).sort((a, b) => b.good - a.good || a.i - b.i)
  return {
    clean: likely.filter(({ good }) => good >= SUSPECT).map(({ i }) => i),
    suspects: suspects.map(({ i }) => i),
  }
}

/** Each length of the chain; and, apart, one suspect on top of all that is clean, and alone. */
const candidatesOn = (scene: Scene, station: Station): ReadonlyArray<Extension> => {
  const { clean, suspects } = suspectsLast(scene, station)
  const chain = chainOn(scene, station, [...clean, ...suspects])
  const start: Extension = { list: station.list, fine: scene.fine(station.list) }
  const cleanest = chain.filter(({ list }) => list.every((i) => !suspects.includes(i))).at(-1) ?? start
  const apart = suspects
    .slice(0, SUSPECTS_TRIED)
    .flatMap((i) => [
      ...(scene.fits(cleanest.list, i) ? [extended(scene, cleanest, i)] : []),
      ...(cleanest === start || !scene.fits(start.list, i) ? [] : [extended(scene, start, i)]),
    ])
  return [...chain, ...apart]
}

const judged = (scene: Scene, forecast: Forecast, runs: Runs, { list, fine }: Extension): Choice => {
  const passes = and(fine, scene.steady(list, runs(list)))
  const worth = scene.worth(list)
  return { list, worth, passes, gain: gainOf(forecast, list, worth, passes) }
}

/** Of what could be started, that with the highest expected gain. `runs`: how many such runs there are already. */
export const bestRun = (scene: Scene, forecast: Forecast, runs: Runs): Choice | undefined =>
  likeliest(forecast, LEAST_SHARE, STATIONS)
    .flatMap((station) => candidatesOn(scene, station).filter(({ list }) => scene.mayTest(list)))
    .map((extension) => judged(scene, forecast, runs, extension))
    .reduce<Choice | undefined>(
      (best, choice) => (best === undefined || choice.gain > best.gain + 1e-9 ? choice : best),
      undefined,
    )
