/** What is under way outside, and until when it is waited for. */
import { isNone, isSome, none, some, type Option } from 'fp-ts/lib/Option.js'
import * as M from '../collections/sortedMap.js'
import { epochMs, type EpochMs } from '../ids.js'
import type { Clearer } from '../landing/clearing.js'
import type { Event } from '../model/event.js'
import type { TestRun } from '../model/run.js'
import type { BranchState, InFlight } from '../model/state.js'
import { describeEffect } from '../print.js'
import { gateRuns } from '../work/runs.js'
import { after, isListing } from '../work/work.js'
import { answersTo, type Awaited, type Wait } from './awaited.js'
import { waitText } from './waitText.js'

const wait = (
  awaited: Awaited,
  events: ReadonlyArray<Event['_tag']>,
  nextLook: EpochMs,
  expires: Option<EpochMs> = none,
): Wait => ({ awaited, text: waitText(awaited), events, nextLook, expires })

const earlier = (a: EpochMs, b: EpochMs): EpochMs => (a < b ? a : b)

/** Nothing holds it: it happens in the very step that this state belongs to. */
export const nowWait = (state: BranchState): Wait => wait({ _tag: 'Nothing' }, ['BranchLanded'], state.now)

/** At the latest the next poll brings it. */
export const pollWait = (
  state: BranchState,
  events: ReadonlyArray<Event['_tag']> = ['BranchObserved'],
): Wait => wait({ _tag: 'Poll' }, events, state.pollAt)

/** Somebody outside is to act: nothing expires, and at the next poll it is looked at again. */
export const somebodyWait = (state: BranchState, who: Clearer, when: Event['_tag']): Wait =>
  wait({ _tag: 'Somebody', who }, [when], state.pollAt)

/** What the reads are about that settle a landing whose outcome is unknown. */
export const lookSubjects = (state: BranchState): ReadonlyArray<string> => [
  'ReadHead',
  'ReadBranch',
  ...landingMembers(state).map((pr) => `ReadPullRequest/${pr}`),
]

const looks = (state: BranchState): ReadonlyArray<InFlight> =>
  lookSubjects(state).flatMap((subject) => {
    const flight = M.get(state.inFlight, subject)
    return flight === undefined ? [] : [flight]
  })

const landingMembers = ({ landing }: BranchState): ReadonlyArray<number> =>
  isNone(landing) ? [] : landing.value.members.map((member) => member.pr)

const flightWait = (state: BranchState, subject: string, flight: InFlight): Wait => {
  const { effect, attempt, waiting, due } = flight
  const order = describeEffect(effect)
  const awaited: Awaited = { _tag: 'Order', effect: effect._tag, subject, order, attempt, waiting }
  switch (waiting) {
    case 'answer':
      return wait(awaited, [...answersTo[effect._tag], 'EffectFailed'], due)
    case 'retry':
      return wait(awaited, ['TimeAdvanced'], due)
    case 'look':
      return wait(
        awaited,
        ['HeadObserved', 'PullRequestObserved', 'BranchObserved'],
        looks(state).reduce((at, look) => earlier(at, look.due), state.pollAt),
      )
  }
}

/** The order about this subject, if one is out. */
export const orderWait = (state: BranchState, subject: string): Option<Wait> => {
  const flight = M.get(state.inFlight, subject)
  return flight === undefined ? none : some(flightWait(state, subject, flight))
}

/** The first of these orders that is out, otherwise the next poll. */
export const orderOrPoll = (state: BranchState, subjects: ReadonlyArray<string>): Wait => {
  const [first] = subjects.flatMap((subject) => {
    const found = orderWait(state, subject)
    return isSome(found) ? [found.value] : []
  })
  return first ?? pollWait(state)
}

export const landingWait = (state: BranchState): Wait => orderOrPoll(state, ['LandBranch'])

const batchWait = (
  awaited: Extract<Awaited, { _tag: 'Batch' }>,
  nextLook: EpochMs,
  limit: Option<EpochMs>,
): Wait => wait(awaited, ['BatchObserved', 'BatchesObserved'], nextLook, limit)

const limitOf = (state: BranchState, since: EpochMs): EpochMs =>
  after(since, state.policy.durations.testTimeoutSeconds)

/** The end of a test run, or of the stage before its batch runs. */
export const runWait = (state: BranchState, run: TestRun): Wait => {
  switch (run.stage._tag) {
    case 'Preparing':
      return orderOrPoll(state, [`PrepareCommit/${run.id}`])
    case 'Submitting':
      return orderOrPoll(state, [`SubmitTestBatch/${run.id}`])
    case 'Running': {
      const { batchId, since, lookAt } = run.stage
      const { purpose, members } = run
      const limit = limitOf(state, since)
      return batchWait({ _tag: 'Batch', batchId, purpose, members }, earlier(lookAt, limit), some(limit))
    }
  }
}

/** A deploy that ran too long is being cancelled; it is over when it has been seen to have stopped. */
export const deployWait = (state: BranchState): Wait => {
  const { current } = state.deploy
  if (isNone(current)) return pollWait(state)
  const { run, batchId, startedAt, lookAt } = current.value
  if (isNone(batchId)) return orderOrPoll(state, [`SubmitDeployBatch/${run}`])
  const limit = limitOf(state, startedAt)
  const awaited = { _tag: 'Batch', batchId: batchId.value, purpose: 'deploy', members: [] } as const
  return batchWait(awaited, lookAt, state.now < limit ? some(limit) : none)
}

/** The status of whoever lands next, which is being said. */
export const statusWait = (state: BranchState): Wait =>
  orderOrPoll(
    state,
    M.keysArray(state.inFlight).filter((subject) => subject.startsWith('PostStatus/')),
  )

/**
 * A free place: the run that is looked at first may end first. Nothing is tested on a head that is about to move, nor
 * while the batches are listed.
 */
export const placeWait = (state: BranchState): Wait => {
  if (isSome(state.landing)) return landingWait(state)
  if (isListing(state)) return orderOrPoll(state, ['ReadBatches', 'ReadBranch'])
  const runs = gateRuns(state)
  const waits = runs.map((run) => runWait(state, run))
  const [first] = [...waits].sort((a, b) => a.nextLook - b.nextLook)
  if (first === undefined) return statusWait(state)
  const limits = waits.flatMap((w) => (isSome(w.expires) ? [w.expires.value] : []))
  const expires = limits.length > 0 ? some(epochMs(Math.min(...limits))) : none
  const running = runs.flatMap((run) => run.members.map((member) => member.pr))
  return wait({ _tag: 'Place', running }, first.events, first.nextLook, expires)
}

/** The turn of a pull request comes after that of `first`, which waits for `itsWait`. */
export const turnWait = (first: Extract<Awaited, { _tag: 'Turn' }>['first'], itsWait: Wait): Wait =>
  wait({ _tag: 'Turn', first }, itsWait.events, itsWait.nextLook)

export const pauseWait = (pr: Extract<Awaited, { _tag: 'Pause' }>['pr'], until: EpochMs): Wait =>
  wait({ _tag: 'Pause', pr }, ['TimeAdvanced'], until, some(until))

/** A cancelled batch that still drains: the listing of the next poll shows whether it has. */
export const drainWait = (state: BranchState, subject: string): Wait => {
  const order = orderWait(state, subject)
  return isSome(order) ? order.value : pollWait(state, ['BatchesObserved'])
}
