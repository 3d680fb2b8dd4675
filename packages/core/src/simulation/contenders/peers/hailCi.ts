/**
 * A model of Hail CI: what is approved is tested alone on the head, as many at a time as there are places; a landing makes
 * all of it out of date, and all is tested again (candidate drift). Source: this project's docs/reference/deviations.md.
 */
import type { Strategy } from '../../../index.js'
import { front, toward } from './lists.js'

export const hailCi: Strategy = (view) =>
  toward(
    view,
    front(view, view.maxTestRuns).map((number) => [number]),
    'merge candidate',
  )
