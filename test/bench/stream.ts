/** A long life of a branch, seeded: what each kind of event costs where nothing repeats and no path stays hot. */
import { reduce, type Event } from '@headgate/core'
import { makeLife, SEED } from './life.js'
import { quantile, us, type Figure } from './report.js'

const SIZES = [10, 1_000, 10_000]
const EVENTS = 60_000
const WARMUP = 15_000

interface StreamFigure extends Figure {
  readonly events: number
}

const measure = (openPrs: number): ReadonlyArray<StreamFigure> => {
  const life = makeLife(openPrs, SEED)
  const samples = new Map<Event['_tag'], number[]>()
  let { state } = life
  for (let i = 0; i < EVENTS + WARMUP; i += 1) {
    const event = life.next()
    const began = performance.now()
    const [next, effects] = reduce(state, event)
    const took = performance.now() - began
    state = next
    life.take(effects)
    if (i < WARMUP) continue
    const known = samples.get(event._tag)
    if (known === undefined) samples.set(event._tag, [took])
    else known.push(took)
  }
  return [...samples].map(([kind, times]) => {
    const sorted = times.sort((a, b) => a - b)
    return {
      case: kind,
      openPrs,
      events: sorted.length,
      medianUs: us(quantile(sorted, 0.5)),
      p99Us: us(quantile(sorted, 0.99)),
    }
  })
}

export const streamFigures = (): ReadonlyArray<StreamFigure> =>
  SIZES.flatMap(measure).sort((a, b) => a.case.localeCompare(b.case) || a.openPrs - b.openPrs)
