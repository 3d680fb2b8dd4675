/**
 * Up to `size` candidates are tested as one chain. One that fails is halved, both halves at once, until what fails alone is
 * found; what passes lands, and what is left of a failed chain is then known to fail without another test. So a change is
 * blamed only for failing on a head that it would land on.
 */
import { clashes, hasFailed, hasPassed, isCurrent, numbersOf, readyOf, sameList, type List } from './lists.js'
import { toward } from './lists.js'
import type { QueueView, Strategy } from './view.js'

const halves = (list: List): ReadonlyArray<List> => {
  const middle = Math.ceil(list.length / 2)
  return [list.slice(0, middle), list.slice(middle)]
}

/** Lists that failed and whose members are all still here, on whatever head. */
const failedLists = (view: QueueView): ReadonlyArray<List> =>
  view.tried
    .filter((run) => run.members.length > 1 && hasFailed(run) && isCurrent(view, run.members))
    .map((run) => numbersOf(run.members))

const isRunning = (view: QueueView, list: List): boolean =>
  view.running.some((run) => run.base === view.head && sameList(numbersOf(run.members), list))

/** It is tested, has passed and waits to land, or may be tested: who ran too long alone on this head may not, and is not waited for. */
const isAlive = (view: QueueView, list: List): boolean =>
  isRunning(view, list) || hasPassed(view, list) || view.mayTest(list)

/** The halves of what failed, but for those that are known to fail themselves: their halves are here as well. */
const split = (view: QueueView): ReadonlyArray<List> => {
  const failed = failedLists(view)
  const isKnown = (list: List): boolean => failed.some((known) => sameList(known, list))
  return failed
    .flatMap(halves)
    .filter((list, i, all) => !isKnown(list) && all.findIndex((other) => sameList(other, list)) === i)
}

/** The first candidates that can be put on one another. */
const group = (view: QueueView, size: number): List => {
  return readyOf(view, 4 * size).reduce<List>(
    (list, number) => (list.length < size && !clashes(view, list, number) ? [...list, number] : list),
    [],
  )
}

/** A chain that is under test is let finish, whoever arrives meanwhile. */
const underTest = (view: QueueView): List | undefined =>
  view.running
    .filter((run) => run.base === view.head && isCurrent(view, run.members))
    .map((run) => numbersOf(run.members))[0]

export const batch =
  (size: number): Strategy =>
  (view) => {
    const parts = split(view).filter((list) => isAlive(view, list))
    if (parts.length > 0)
      return toward(
        view,
        parts.map((list) => ({ list, reason: 'part of a chain that failed' })),
      )
    const list = underTest(view) ?? group(view, size)
    const reason = list.length === 1 ? 'merge candidate' : `chain of ${list.length}`
    // What has passed lands first.
    const waits =
      list.length === 0 || hasPassed(view, list) || view.chains.some((c) => isCurrent(view, c.members))
    return toward(view, waits ? [] : [{ list, reason }])
  }
