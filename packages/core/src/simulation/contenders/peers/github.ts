/**
 * A model of the GitHub merge queue with groups of one and a build concurrency of all places: the n-th group is built on
 * the n - 1 before it. A group that fails holds up those behind it until it is at the front, fails there and is removed;
 * then they are built again without it. Source: GitHub's documentation of merge queues.
 */
import type { Strategy } from '../../../index.js'
import { failedHere, front, toward } from './lists.js'

export const github: Strategy = (view) => {
  const queue = front(view, view.maxTestRuns)
  const groups = queue.map((_, i) => queue.slice(0, i + 1))
  return toward(
    view,
    groups.filter((group) => group.length === 1 || !failedHere(view, group)),
    'merge group',
  )
}
