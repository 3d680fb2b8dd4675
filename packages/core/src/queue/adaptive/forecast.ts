/**
 * Where the head will be when the runs under test have ended, world by world. In a world, a run lands its list if that
 * passes and the head has come to stand at a beginning of it.
 */
import { and, all, count, none, or, shareOf, without, type Bits } from './bits.js'
import type { Index } from './facts.js'

export type IndexList = ReadonlyArray<Index>

export interface Station {
  /** What has landed when the head stands here. */
  readonly list: IndexList
  /** What that is worth. */
  readonly worth: number
  /** The worlds in which the head ends here. */
  readonly worlds: Bits
}

export type Forecast = ReadonlyArray<Station>

export const standing: Forecast = [{ list: [], worth: 0, worlds: all }]

const isBeginning = (part: IndexList, whole: IndexList): boolean =>
  part.length < whole.length && part.every((i, at) => i === whole[at])

const isSame = (a: IndexList, b: IndexList): boolean =>
  a.length === b.length && a.every((i, at) => i === b[at])

/** What a run of this list adds, if it passes in these worlds: the expected worth of what it lands. */
export const gainOf = (forecast: Forecast, list: IndexList, worth: number, passes: Bits): number =>
  forecast.reduce(
    (sum, station) =>
      isBeginning(station.list, list) ? sum + shareOf(station.worlds, passes) * (worth - station.worth) : sum,
    0,
  )

/** The forecast with one more run. */
export const withRun = (forecast: Forecast, list: IndexList, worth: number, passes: Bits): Forecast => {
  const arriving = forecast
    .filter((station) => isBeginning(station.list, list))
    .reduce((sum, station) => or(sum, and(station.worlds, passes)), none)
  const left = forecast.map((station) =>
    isBeginning(station.list, list) ? { ...station, worlds: without(station.worlds, passes) } : station,
  )
  const known = left.some((station) => isSame(station.list, list))
  return known
    ? left.map((station) =>
        isSame(station.list, list) ? { ...station, worlds: or(station.worlds, arriving) } : station,
      )
    : [...left, { list, worth, worlds: arriving }]
}

/** The likeliest places of the head, the likeliest first. */
export const likeliest = (forecast: Forecast, share: number, most: number): Forecast =>
  forecast
    .map((station) => ({ station, worlds: count(station.worlds) }))
    .filter(({ worlds }) => worlds >= share * count(all))
    .sort((a, b) => b.worlds - a.worlds)
    .slice(0, most)
    .map(({ station }) => station)
