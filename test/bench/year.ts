/** A year in the laboratory: how long it takes, and whether the heap grows while it is played. */
import {
  contenders,
  defaultAssumptions,
  fateOf,
  generateTrace,
  officeWeek,
  play,
  type Contender,
  type Fate,
} from '@headgate/core/simulation'
import { SEED } from './life.js'
import { collector } from './memory.js'

const PULL_REQUESTS = 6000

interface YearFigure {
  readonly case: string
  readonly pullRequests: number
  readonly landed: number
  readonly events: number
  /** Without the collections of garbage between which the heap is measured. */
  readonly seconds: number
  /** The heap in use after each quarter of the year, less what was there before. */
  readonly megabytes: ReadonlyArray<number>
}

const yearOf = (): Fate => {
  const traffic = { pullRequests: PULL_REQUESTS, days: 365, profile: officeWeek, overlap: 0.08 }
  return fateOf(generateTrace(SEED, traffic), { ...defaultAssumptions, load: undefined }, SEED)
}

const playYear = (contender: Contender, fate: Fate): YearFigure => {
  const collect = collector()
  const heap = (): number => {
    collect()
    return process.memoryUsage().heapUsed
  }
  const before = heap()
  const megabytes: number[] = []
  let ms = 0
  const game = play(contender, fate)
  for (;;) {
    const began = performance.now()
    const step = game.next()
    ms += performance.now() - began
    const settled = step.done === true ? PULL_REQUESTS : step.value.settled
    if (settled >= ((megabytes.length + 1) * PULL_REQUESTS) / 4)
      megabytes.push(Math.round((heap() - before) / 1e5) / 10)
    if (step.done !== true) continue
    const landed = step.value.landed.filter((at) => at !== undefined).length
    const seconds = Math.round(ms / 10) / 100
    const { events } = step.value
    return { case: contender.name, pullRequests: PULL_REQUESTS, landed, events, seconds, megabytes }
  }
}

export const yearFigures = (): ReadonlyArray<YearFigure> => {
  const fate = yearOf()
  return contenders.map((contender) => playYear(contender, fate))
}
