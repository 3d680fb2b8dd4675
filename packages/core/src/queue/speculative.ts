/**
 * A pipeline: the first candidate is tested on the head, the second on the first, and so on. What fails in its place is
 * passed over by those behind it; once those before it have landed it has failed alone, and is judged. Source of the
 * growing window: Zuul's, which is TCP's.
 */
import type { PrNumber } from '../ids.js'
import type { StrategyPolicy } from '../model/policy.js'
import { clashes, endedOnHead, hasPassed, isConflict, readyOf, toward, type List } from './lists.js'
import type { QueueView, Strategy } from './view.js'

/** So many are looked at for each place: some can't be put on the others. */
const SEEN = 3

type Speculative = Extract<StrategyPolicy, { _tag: 'speculative' }>

const windowOf = (view: QueueView, { depth, window }: Speculative): number =>
  window === 'fixed'
    ? depth
    : view.tried
        .filter((run) => !isConflict(run))
        .reduce(
          (size, { result }) => (result._tag === 'Passed' ? size + 1 : Math.max(1, Math.floor(size / 2))),
          depth,
        )

interface Pipeline {
  /** What those behind stand on. */
  readonly chain: List
  readonly wanted: ReadonlyArray<List>
  readonly places: number
}

const enqueue = (view: QueueView, { chain, wanted, places }: Pipeline, number: PrNumber): Pipeline => {
  const list = [...chain, number]
  const failed = endedOnHead(view, list)
  const isOut = failed !== undefined && failed.result._tag !== 'Passed'
  if (clashes(view, chain, number)) return { chain, wanted, places }
  if (isOut && chain.length > 0) return { chain, wanted, places: places - 1 }
  // It failed alone and may be tried again: nobody is to wait for that.
  if (isOut) return { chain, wanted: [...wanted, list], places: places - 1 }
  return { chain: list, wanted: hasPassed(view, list) ? wanted : [...wanted, list], places: places - 1 }
}

export const speculative =
  (policy: Speculative): Strategy =>
  (view) => {
    // A pipeline deeper than all places would only wait.
    const places = Math.min(windowOf(view, policy), 2 * view.maxTestRuns)
    const empty: Pipeline = { chain: [], wanted: [], places }
    const pipeline = readyOf(view, SEEN * places).reduce(
      (line, number) => (line.places > 0 ? enqueue(view, line, number) : line),
      empty,
    )
    return toward(
      view,
      pipeline.wanted.map((list) => ({
        list,
        reason: list.length === 1 ? 'merge candidate' : `behind ${list.length - 1} others`,
      })),
    )
  }
