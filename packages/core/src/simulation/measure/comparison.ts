/** Contenders side by side, on the same seeds. */
import type { Result } from '../result.js'
import { estimate, type Estimate } from './estimate.js'
import { figuresOf, type Figures } from './figures.js'

/** The games of one seed: the same fate for each. */
export interface Round {
  readonly seed: number
  readonly oracle: Result
  readonly results: ReadonlyMap<string, Result>
}

type Ratios =
  | 'p50VsOracle'
  | 'p95VsOracle'
  | 'p99VsOracle'
  | 'costVsOracle'
  | 'p50VsSerial'
  | 'p95VsSerial'
  | 'costVsSerial'
export type Measure = keyof Figures | Ratios
export type Row = Readonly<Record<Measure, Estimate>>

export interface Comparison {
  readonly oracle: Readonly<Record<keyof Figures, Estimate>>
  readonly contenders: ReadonlyMap<string, Row>
}

const against = (own: Figures, other: Figures | undefined) => ({
  p50: own.p50 / (other?.p50 ?? NaN),
  p95: own.p95 / (other?.p95 ?? NaN),
  p99: own.p99 / (other?.p99 ?? NaN),
  cost: own.ciMinutesPerLanded / (other?.ciMinutesPerLanded ?? NaN),
})

/** The figures of one game and their ratios, seed by seed: what is averaged are ratios, not the parts of them. */
const measured = (
  own: Figures,
  oracle: Figures,
  serial: Figures | undefined,
): Readonly<Record<Measure, number>> => {
  const o = against(own, oracle)
  const s = against(own, serial)
  return {
    ...own,
    p50VsOracle: o.p50,
    p95VsOracle: o.p95,
    p99VsOracle: o.p99,
    costVsOracle: o.cost,
    p50VsSerial: s.p50,
    p95VsSerial: s.p95,
    costVsSerial: s.cost,
  }
}

const estimates = <R extends Readonly<Record<keyof R, number>>>(
  rows: ReadonlyArray<R>,
): Readonly<Record<keyof R, Estimate>> => {
  const keys = Object.keys(rows[0] ?? {}) as Array<keyof R>
  return Object.fromEntries(
    keys.map((key) => [key, estimate(rows.map((row): number => row[key]))]),
  ) as unknown as Readonly<Record<keyof R, Estimate>>
}

/** Means and confidence intervals over the seeds. Ratios to serial are there if `serial` played. */
export const compare = (rounds: ReadonlyArray<Round>): Comparison => {
  const names = [...(rounds[0]?.results.keys() ?? [])]
  const oracles = rounds.map(({ oracle }) => figuresOf(oracle))
  const games = (name: string): ReadonlyArray<Figures | undefined> =>
    rounds.map(({ results }) => {
      const result = results.get(name)
      return result === undefined ? undefined : figuresOf(result)
    })
  const serials = games('serial')
  const rowOf = (name: string): Row =>
    estimates(
      games(name).flatMap((own, i) => {
        const oracle = oracles[i]
        return own === undefined || oracle === undefined ? [] : [measured(own, oracle, serials[i])]
      }),
    )
  return {
    oracle: estimates(oracles),
    contenders: new Map(names.map((name) => [name, rowOf(name)])),
  }
}
