/** An order could not be carried out, or nobody knows whether it was. */
import { some } from 'fp-ts/lib/Option.js'
import * as M from '../collections/sortedMap.js'
import * as Set from '../collections/sortedSet.js'
import type { PrNumber, RunId } from '../ids.js'
import type { EffectOf } from '../model/effect.js'
import type { Failure } from '../model/event.js'
import type { InFlight } from '../model/state.js'
import { announced, endDeploy } from '../work/deploy.js'
import { setStanding } from '../work/head.js'
import { landingRefused } from '../work/landing.js'
import { putSource } from '../work/pullRequests.js'
import { finishRun } from '../work/results.js'
import { awaitLook, markStale, notice, retryLater, settle, subjectOf, type Work } from '../work/work.js'

/**
 * `transient`: given again after a pause. `unknown`: a landing is looked at before anything else is done about it;
 * everything else is idempotent by its id and simply given again. `permanent`, or failed too often: see `impossible`.
 */
export const failed = (work: Work, flight: InFlight, failure: Failure): Work => {
  const subject = subjectOf(flight.effect)
  // A doubled failure: what is to be done about it has been decided.
  if (flight.waiting !== 'answer') return work
  if (failure.kind === 'unknown' && flight.effect._tag === 'LandBranch')
    return lookAtLanding(work, flight.effect)
  // A listing is never given up: until one came nobody knows which deploys and tests an earlier life left running.
  // What was not said because of it is said then.
  if (flight.effect._tag === 'ReadBatches')
    return M.keysArray(work.sources).reduce(notice, retryLater(work, subject))
  return failure.kind === 'permanent' || flight.attempt >= work.policy.effectAttempts
    ? impossible(settle(work, subject), flight, failure.text)
    : sayAnew(retryLater(work, subject), flight)
}

/** What there is to say may have changed while the post was under way. */
const sayAnew = (work: Work, { effect }: InFlight): Work =>
  effect._tag === 'PostStatus' ? notice(work, effect.sha) : work

const lookAtLanding = (work: Work, { ticket }: EffectOf<'LandBranch'>): Work => {
  const waiting = awaitLook(work, 'LandBranch')
  return ticket.landing === 'fast-forward'
    ? markStale(waiting, { head: true })
    : markStale(waiting, {
        pullRequests: ticket.members.reduce(
          (set, member) => Set.add(set, member.pr),
          waiting.stale.pullRequests,
        ),
      })
}

const runFailed = (work: Work, id: RunId, text: string): Work => {
  const run = M.get(work.runs, id)
  return run === undefined
    ? work
    : finishRun(work, run, { _tag: 'Errored', base: run.base, code: 'Infrastructure', text })
}

/** Each order has an end of its own when it can't be carried out; reads are simply due again at the next poll. */
const impossible = (work: Work, { effect }: InFlight, text: string): Work => {
  switch (effect._tag) {
    case 'PrepareCommit':
    case 'SubmitTestBatch':
      return runFailed(work, effect.run, text)
    case 'CancelBatch':
      return { ...work, cancelling: M.remove(work.cancelling, effect.batchId) }
    case 'PostStatus':
      return putSource(work, effect.sha, { refused: some({ state: effect.state, text }) })
    case 'LandBranch':
      return landingRefused(work, effect.ticket, text)
    case 'InspectCommit':
      return setStanding(work, {
        _tag: 'Unverified',
        why: `What the forge merged could not be inspected: ${text}`,
      })
    case 'ClosePullRequest':
      return closed(work, effect.pr)
    case 'SubmitDeployBatch':
      return endDeploy(work, 'rejected', text)
    case 'AnnounceDeployFailure':
      return announced(work, effect.sha)
    case 'ReadBranch':
    case 'ReadHead':
    case 'ReadPullRequest':
    case 'ReadBatch':
    case 'ReadBatches':
    case 'DeletePreparedCommit':
      return work
  }
}

export const closed = (work: Work, pr: PrNumber): Work => {
  const record = M.get(work.landings, pr)
  return record === undefined
    ? work
    : { ...work, landings: M.set(work.landings, pr, { ...record, closed: true }) }
}
