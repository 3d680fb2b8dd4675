/** A service's own past as a trace: a pull request came when headgate first saw it approved. */
/* eslint-disable functional/immutable-data -- an index is filled in place before anybody sees it */
import type { Event, PullRequestSnapshot } from '../../index.js'
import { traceOf, type Arrival, type Trace } from './trace.js'

const shownBy = (event: Event): ReadonlyArray<PullRequestSnapshot> => {
  switch (event._tag) {
    case 'BranchObserved':
      return event.pullRequests
    case 'PullRequestObserved':
      return event.fate._tag === 'Open' ? [event.fate.snapshot] : []
    default:
      return []
  }
}

interface Sighting {
  readonly at: number
  readonly paths: ReadonlyArray<string>
}

const firstApprovals = (events: ReadonlyArray<Event>): ReadonlyArray<Sighting> => {
  const first = new Map<number, Sighting>()
  for (const event of events)
    for (const { number, reviewDecision, paths } of shownBy(event))
      if (reviewDecision === 'APPROVED' && !first.has(number))
        first.set(number, { at: event.at / 1000, paths })
  return [...first.values()]
}

const DAY = 86_400

/** As in the recorded traces: those of the day before that change a common path. */
const withOverlaps = (sightings: ReadonlyArray<Sighting>): ReadonlyArray<Arrival> => {
  const changed = new Map<string, ReadonlyArray<number>>()
  return sightings.map(({ at, paths }, place) => {
    const others = paths.flatMap((path) => changed.get(path) ?? [])
    for (const path of paths) changed.set(path, [...(changed.get(path) ?? []), place])
    return { at, overlaps: others.filter((other) => at - (sightings[other]?.at ?? 0) < DAY) }
  })
}

/** The traffic of a branch as its journal shows it; the events in their order. */
export const traceOfEvents = (name: string, events: ReadonlyArray<Event>): Trace =>
  traceOf(name, withOverlaps(firstApprovals(events)))
