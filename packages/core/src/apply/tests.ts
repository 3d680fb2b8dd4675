/** The course of a test run, as answers and reads report it. */
import { isSome, none, some } from 'fp-ts/lib/Option.js'
import * as M from '../collections/sortedMap.js'
import type { BatchId, RunId } from '../ids.js'
import { hasDoNotTest, isAuthorized } from '../landing/pullRequestHolds.js'
import type { EventOf } from '../model/event.js'
import type { RunResult, TestRun } from '../model/run.js'
import type { InFlight, PullRequest } from '../model/state.js'
import { endDeploy, forgetDeploy } from '../work/deploy.js'
import { abandonedRunStarted, finishRun } from '../work/results.js'
import { cancelBatch, evidenceOf, releaseCommit, runStarted, submitRun } from '../work/runs.js'
import type { Work } from '../work/work.js'

const runOf = (flight: InFlight): RunId | undefined =>
  'run' in flight.effect ? flight.effect.run : undefined

const withRun = (work: Work, flight: InFlight, f: (run: TestRun) => Work): Work => {
  const id = runOf(flight)
  const run = id === undefined ? undefined : M.get(work.runs, id)
  return run === undefined ? work : f(run)
}

export const commitPrepared = (work: Work, event: EventOf<'CommitPrepared'>, flight: InFlight): Work =>
  withRun(work, flight, (run) => {
    if (run.stage._tag !== 'Preparing') return work
    const prepared = { ...run, chain: event.chain }
    return mayRun(work, run)
      ? submitRun(work, prepared, event.commit, some(event.tree))
      : releaseCommit(finishRun(work, run, undefined), run.id)
  })

/** Authorization may have been withdrawn, or tests stopped by label, since the run was started. */
export const mayRun = (work: Work, run: TestRun): boolean =>
  run.members.every((member) => {
    const pr = M.get(work.pullRequests, member.pr)
    return pr !== undefined && isAuthorized(work, pr.snapshot) && !hasDoNotTest(work, pr.snapshot)
  })

/** An answer about a preparation that nobody waits for: what it made on the forge is deleted, unless it was of use. */
export const strayCommitPrepared = (work: Work, run: RunId): Work =>
  M.has(work.runs, run) ||
  M.has(work.chains, run) ||
  M.valuesArray(work.pullRequests).some((pr) => passedBy(pr, run))
    ? work
    : releaseCommit(work, run)

/** A doubled answer may come long after the first one: by then the commit may be what is to land. */
const passedBy = ({ result }: PullRequest, run: RunId): boolean =>
  isSome(result) && result.value._tag === 'Passed' && result.value.evidence.run === run

export const runErrored = (
  work: Work,
  event: EventOf<'PreparationFailed'> | EventOf<'TestBatchRejected'>,
  flight: InFlight,
): Work =>
  withRun(work, flight, (run) =>
    finishRun(
      work,
      run,
      { _tag: 'Errored', base: run.base, code: event.code, text: event.text },
      event._tag === 'PreparationFailed' ? event.culprit : none,
    ),
  )

export const testBatchSubmitted = (
  work: Work,
  event: EventOf<'TestBatchSubmitted'>,
  flight: InFlight,
): Work =>
  withRun(work, flight, (run) =>
    run.abandoned
      ? cancelBatch(
          abandonedRunStarted(work, run, event.batchId),
          event.batchId,
          'nobody waits for it any more',
        )
      : runStarted(work, run, event.batchId),
  )

/** A batch counts when it is complete; one that was cancelled from outside says nothing, and is not waited for. */
export const observeRun = (work: Work, run: TestRun, state: string, complete: boolean): Work => {
  const evidence = evidenceOf(run)
  if (evidence === undefined || !(complete || state === 'cancelled')) return work
  const verdict: RunResult | undefined =
    state === 'success'
      ? { _tag: 'Passed', evidence }
      : state === 'failure'
        ? { _tag: 'Failed', evidence }
        : undefined
  return finishRun(work, run, verdict)
}

const runOfBatch = (work: Work, batchId: BatchId): TestRun | undefined =>
  M.valuesArray(work.runs).find((run) => run.stage._tag === 'Running' && run.stage.batchId === batchId)

export const observeDeploy = (work: Work, state: string, complete: boolean): Work => {
  if (!complete) return work
  switch (state) {
    case 'success':
      return endDeploy(work, 'success', 'The deploy succeeded.')
    case 'failure':
      return endDeploy(work, 'failure', 'The deploy failed.')
    default:
      return stoppedByUs(work)
        ? endDeploy(work, 'failure', 'The deploy ran too long and was cancelled.')
        : endDeploy(work, 'cancelled', 'The deploy was cancelled.')
  }
}

/** We asked for its end, because it ran too long: that is a failure, and people are told. */
const stoppedByUs = (work: Work): boolean => {
  const { current } = work.deploy
  return (
    isSome(current) && isSome(current.value.batchId) && M.has(work.cancelling, current.value.batchId.value)
  )
}

/** A batch that is gone was deleted: a test is done again, and so is a deploy. */
export const batchObserved = (work: Work, event: EventOf<'BatchObserved'>, flight: InFlight): Work => {
  if (flight.effect._tag !== 'ReadBatch') return work
  const { batchId } = flight.effect
  const { current } = work.deploy
  const isDeploy = isSome(current) && isSome(current.value.batchId) && current.value.batchId.value === batchId
  const run = runOfBatch(work, batchId)
  switch (event.fate._tag) {
    case 'Gone':
      return isDeploy ? forgetDeploy(work) : run === undefined ? work : finishRun(work, run, undefined)
    case 'Known':
      if (isDeploy) return observeDeploy(work, event.fate.state, event.fate.complete)
      return run === undefined ? work : observeRun(work, run, event.fate.state, event.fate.complete)
  }
}

export const batchCancelled = (work: Work, flight: InFlight): Work =>
  flight.effect._tag === 'CancelBatch'
    ? {
        ...work,
        cancelling: M.set(work.cancelling, flight.effect.batchId, {
          reason: flight.effect.reason,
          acknowledged: true,
        }),
      }
    : work
