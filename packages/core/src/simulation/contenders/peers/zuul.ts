/**
 * A model of Zuul's dependent pipeline: a window of 20 that grows by one with each success and is halved by each change
 * that fails at the front, down to 3; a change that fails is passed over at once by those behind it. Source: Zuul's
 * documentation of `window`, `window-floor`, `window-increase-factor` and `window-decrease-factor`.
 */
import type { QueueView, Strategy } from '../../../index.js'
import { failed, failedHere, front, toward, type List } from './lists.js'

const WINDOW = 20
const FLOOR = 3

const windowOf = ({ tried }: QueueView): number =>
  tried.reduce((window, run) => {
    if (run.result._tag === 'Passed') return window + 1
    return failed(run) && run.members.length === 1 ? Math.max(FLOOR, Math.floor(window / 2)) : window
  }, WINDOW)

interface Pipeline {
  readonly chain: List
  readonly wanted: ReadonlyArray<List>
}

export const zuul: Strategy = (view) => {
  // What waits for a place is no part of the window's work yet.
  const window = Math.min(windowOf(view), 2 * view.maxTestRuns)
  const { wanted } = front(view, window).reduce(
    ({ chain, wanted: lists }: Pipeline, number): Pipeline => {
      const list = [...chain, number]
      return chain.length > 0 && failedHere(view, list)
        ? { chain, wanted: lists }
        : { chain: list, wanted: [...lists, list] }
    },
    { chain: [], wanted: [] },
  )
  return toward(view, wanted, 'in the window')
}
