/** Events through the core: what a turn of an actor comes to, before anything outside has changed. */
import { reduce, SortedMap, violations, type BranchState, type Effect, type Event } from '@headgate/core'
import { narrate } from '../narrate/narrate.js'
import type { Entry } from '../store/journal.js'
import type { Log } from './log.js'

/** The state after a group of events, what to write down, and what to do. */
export interface Reduced {
  readonly state: BranchState
  readonly entries: ReadonlyArray<Entry>
  readonly effects: ReadonlyArray<Effect>
}

/**
 * Looking at a whole state costs as much as is open in it; so the more is open, the more rarely it is done: at every event
 * up to a hundred pull requests, at every hundredth event with ten thousand. Per event it costs the same.
 */
const isLookedAt = (seq: number, state: BranchState): boolean =>
  seq % Math.max(1, Math.ceil(SortedMap.size(state.pullRequests) / 100)) === 0

/** Folds a group of events into the state that `seq` events led to. */
export const fold = (state: BranchState, seq: number, events: ReadonlyArray<Event>, log: Log): Reduced => {
  const entries: Entry[] = []
  const effects: Effect[] = []
  let current = state
  for (const event of events) {
    const [next, orders] = reduce(current, event)
    const decisions = narrate(current, next, event, orders)
    entries.push({ seq: seq + entries.length + 1, event, decisions })
    effects.push(...orders)
    current = next
    const broken = isLookedAt(seq + entries.length, current) ? violations(current) : []
    if (broken.length > 0) log.error({ violations: broken, event: event._tag }, 'an invariant is broken')
  }
  return { state: current, entries, effects }
}
