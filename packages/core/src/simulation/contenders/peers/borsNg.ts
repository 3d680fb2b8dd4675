/**
 * A model of bors-ng: one batch at a time, of everything that waits; one that fails is halved, and its halves come before
 * anything else. What fails alone is tried once more, alone. Source: bors-ng's documentation.
 */
import type { QueueView, Strategy } from '../../../index.js'
import { failed, failedHere, front, hasFailedAlone, listOf, toward, waits, type List } from './lists.js'

/** More than ever wait. */
const ALL = 1000

const halves = (list: List): ReadonlyArray<List> => {
  const middle = Math.ceil(list.length / 2)
  return [list.slice(0, middle), list.slice(middle)]
}

/** The halves of what failed last come first; a half that failed itself is there with halves of its own. */
const nextHalf = (view: QueueView): List | undefined =>
  [...view.tried]
    .reverse()
    .filter((run) => run.base === view.head && run.members.length > 1 && failed(run) && waits(view, run))
    .flatMap((run) => halves(listOf(run)))
    .find((half) => !failedHere(view, half))

const nextBatch = (view: QueueView): List => {
  const half = nextHalf(view)
  if (half !== undefined) return half
  const waiting = front(view, ALL)
  const again = waiting.find((number) => hasFailedAlone(view, number))
  return again === undefined ? waiting : [again]
}

export const borsNg: Strategy = (view) => {
  const running = view.running.find((run) => run.base === view.head && waits(view, run))
  const batch = running === undefined ? nextBatch(view) : listOf(running)
  return toward(view, batch.length === 0 ? [] : [batch], 'batch')
}
