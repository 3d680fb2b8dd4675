/** Orders that failed. Told at the first attempt only: the retries are in the log. */
import type { BranchState, Event } from '@headgate/core'
import { line, type Line } from './line.js'
import { cut, flightOf } from './words.js'

export const narrateTrouble = (before: BranchState, event: Event): ReadonlyArray<Line> => {
  if (event._tag !== 'EffectFailed') return []
  const flight = flightOf(before, event.answers)
  if (flight === undefined || flight.attempt > 1) return []
  const what = flight.effect._tag.replaceAll(/(?!^)([A-Z])/g, ' $1').toLowerCase()
  return [line('trouble', `Could not ${what}: ${cut(event.failure.text, 200)}`)]
}
