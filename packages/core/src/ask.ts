/** What a host asks of a state: what to do again after a crash, when to wake, whether anything is under way. */
import { isSome, none, some, type Option } from 'fp-ts/lib/Option.js'
import * as M from './collections/sortedMap.js'
import * as Set from './collections/sortedSet.js'
import { epochMs, type EpochMs, type PrNumber, type Sha } from './ids.js'
import type { Effect } from './model/effect.js'
import type { BranchState } from './model/state.js'
import { queueInOrder } from './queue/order.js'
import { after } from './work/work.js'

/** Orders that have not been answered. After a crash the host carries them out again; each is idempotent by its id. */
export const inFlightEffects = (state: BranchState): ReadonlyArray<Effect> =>
  M.valuesArray(state.inFlight)
    .filter((flight) => flight.waiting === 'answer')
    .map((flight) => flight.effect)

/** When the host must send the next `TimeAdvanced`; later is safe, but slow. */
export const nextWakeAt = (state: BranchState): Option<EpochMs> => {
  if (state.seq === 0) return none
  const limit = state.policy.durations.testTimeoutSeconds
  const alarm = Set.first(state.book.alarms)?.at
  const looks = M.valuesArray(state.runs).flatMap(({ stage }) =>
    stage._tag === 'Running' ? [stage.lookAt, after(stage.since, limit)] : [],
  )
  const { current } = state.deploy
  const deploy = isSome(current) && isSome(current.value.batchId) ? [current.value.lookAt] : []
  return some(epochMs(Math.min(state.pollAt, ...(alarm === undefined ? [] : [alarm]), ...looks, ...deploy)))
}

/** Nothing is under way and nothing is known to be stale: without news from outside nothing will happen but polls. */
export const isQuiet = (state: BranchState): boolean =>
  state.seq > 0 &&
  M.isEmpty(state.inFlight) &&
  M.isEmpty(state.runs) &&
  Set.isEmpty(state.book.alarms) &&
  !isSome(state.landing) &&
  !isSome(state.deploy.current) &&
  !(state.stale.branch || state.stale.head || state.stale.batches) &&
  Set.isEmpty(state.stale.pullRequests) &&
  Set.isEmpty(state.stale.batch)

/**
 * The forge tells us of a status that we have just posted, or are posting: no news. Of whatever else is said under our name
 * the pull request must be read.
 */
export const isOwnEcho = (state: BranchState, sha: Sha, context: string, said: string): boolean => {
  const source = M.get(state.sources, sha)
  const flight = M.get(state.inFlight, `PostStatus/${sha}`)
  const posted = source !== undefined && isSome(source.posted) && source.posted.value === said
  const posting = flight?.effect._tag === 'PostStatus' && flight.effect.state === said
  return context === state.policy.statusContext && (posted || posting)
}

/** The merge queue: pull requests that may land, in merge priority, each behind what it depends on. The first is the merge candidate. */
export const queueOf = (state: BranchState): ReadonlyArray<PrNumber> =>
  [...queueInOrder(state)].map((key) => key.number)
