/** The service started; time passed. */
import { isSome, some } from 'fp-ts/lib/Option.js'
import { takeWhile } from '../collections/iterate.js'
import * as M from '../collections/sortedMap.js'
import * as Set from '../collections/sortedSet.js'
import { prNumber } from '../ids.js'
import type { RunErrorCode, TestRun } from '../model/run.js'
import { giveAgain } from './again.js'
import { failed } from './effectFailed.js'
import { refusalIsOver } from '../work/landing.js'
import { finishRun } from '../work/results.js'
import { cancelBatch, lookLater } from '../work/runs.js'
import { deployLookAt } from '../work/deploy.js'
import { after, markStale, type Work } from '../work/work.js'

/** After a (re)start nothing that was seen before is taken for fresh. */
export const serviceStarted = (work: Work): Work => pollNow(work)

const pollNow = (work: Work): Work => ({
  ...markStale(work, { branch: true, batches: true }),
  pollAt: after(work.now, work.policy.durations.pollSeconds),
})

const ring = (work: Work, name: string): Work => {
  if (name.startsWith('refusal/')) return refusalIsOver(work, prNumber(Number(name.slice('refusal/'.length))))
  const flight = M.get(work.inFlight, name)
  if (flight === undefined) return work
  return flight.waiting === 'retry'
    ? giveAgain(work, name)
    : failed(work, flight, { kind: 'unknown', code: 'NoAnswer', text: 'No answer came in time.' })
}

/** Rings each due alarm once; what that arms again lies in the future, so the loop is bounded by the alarms now due. */
const ringDue = (work: Work): Work => {
  const due = [...takeWhile(Set.iterate(work.book.alarms), (alarm) => alarm.at <= work.now)]
  return due.map((alarm) => alarm.name).reduce(ring, work)
}

const timeout: RunErrorCode = 'Timeout'
const ranTooLong = 'it ran too long'

const watchRun = (work: Work, run: TestRun): Work => {
  if (run.stage._tag !== 'Running') return work
  const { batchId, since, lookAt } = run.stage
  const limit = work.policy.durations.testTimeoutSeconds
  if (work.now >= after(since, limit)) {
    const text = `Batch ${batchId} was still running after ${limit} seconds and was cancelled.`
    return finishRun(cancelBatch(work, batchId, ranTooLong), run, {
      _tag: 'Errored',
      base: run.base,
      code: timeout,
      text,
    })
  }
  return work.now >= lookAt
    ? lookLater(markStale(work, { batch: Set.add(work.stale.batch, batchId) }), run)
    : work
}

const watchDeploy = (work: Work): Work => {
  const { current } = work.deploy
  if (!isSome(current) || !isSome(current.value.batchId)) return work
  const { batchId, startedAt, lookAt } = current.value
  if (work.now < lookAt) return work
  // The gate stays shut until it has been seen to have stopped: a second deploy beside it is what must not be.
  const tooLong = work.now >= after(startedAt, work.policy.durations.testTimeoutSeconds)
  const watched = tooLong ? cancelBatch(work, batchId.value, ranTooLong) : work
  const next = { ...current.value, lookAt: deployLookAt(work, startedAt) }
  const marked = markStale(watched, { batch: Set.add(watched.stale.batch, batchId.value) })
  return { ...marked, deploy: { ...marked.deploy, current: some(next) } }
}

export const timeAdvanced = (work: Work): Work => {
  const rung = ringDue(work)
  const watched = watchDeploy(M.valuesArray(rung.runs).reduce(watchRun, rung))
  return watched.now >= watched.pollAt ? pollNow(watched) : watched
}
