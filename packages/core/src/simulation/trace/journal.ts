/** A service's own past as a trace: a pull request came when headgate first saw it approved. */
import type { Event, PrNumber, PullRequestSnapshot } from '../../index.js'
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
  readonly number: PrNumber
  readonly at: number
}

const firstApprovals = (events: ReadonlyArray<Event>): ReadonlyArray<Sighting> => {
  const seen = events.flatMap((event) =>
    shownBy(event)
      .filter(({ reviewDecision }) => reviewDecision === 'APPROVED')
      .map(({ number }): Sighting => ({ number, at: event.at / 1000 })),
  )
  // The last entry of a number counts, so the oldest come last.
  return [...new Map([...seen].reverse().map((sighting) => [sighting.number, sighting])).values()]
}

/** The traffic of a branch as its journal shows it; the events in their order. */
export const traceOfEvents = (name: string, events: ReadonlyArray<Event>): Trace =>
  traceOf(
    name,
    firstApprovals(events).map(({ at }): Arrival => ({ at, overlaps: [] })),
  )
