/** The life of a deploy. */
import { isNone, isSome, none, some, type Option } from 'fp-ts/lib/Option.js'
import type { BatchId, EpochMs, Sha } from '../ids.js'
import type { DeployOutcome } from '../model/state.js'
import { rememberDeploy } from './memory.js'
import { after, forgetReads, nextRunId, order, settle, type Work } from './work.js'

/** When a deploy that started at `startedAt` is looked at next: at the next poll of its batch, or when it has run too long. */
export const deployLookAt = (work: Work, startedAt: EpochMs): EpochMs => {
  const poll = after(work.now, work.policy.durations.batchPollSeconds)
  const limit = after(startedAt, work.policy.durations.testTimeoutSeconds)
  return work.now < limit && limit < poll ? limit : poll
}

export const startDeploy = (before: Work, sha: Sha): Work => {
  const [work, run] = nextRunId(before)
  const lookAt = deployLookAt(work, work.now)
  const current = some({ run, sha, batchId: none, startedAt: work.now, lookAt })
  return order({ ...work, deploy: { ...work.deploy, current } }, { _tag: 'SubmitDeployBatch', run, sha })
}

export const deployStarted = (work: Work, batchId: BatchId): Work =>
  isNone(work.deploy.current)
    ? work
    : {
        ...settle(work, `SubmitDeployBatch/${work.deploy.current.value.run}`),
        deploy: { ...work.deploy, current: some({ ...work.deploy.current.value, batchId: some(batchId) }) },
      }

/** The deploy in flight ended; the gate opens, unless the policy holds after a failure. */
export const endDeploy = (work: Work, outcome: DeployOutcome, text: string): Work => {
  if (isNone(work.deploy.current)) return work
  const { sha, batchId } = work.deploy.current.value
  return {
    ...settleRead(work, batchId),
    deploy: {
      ...rememberDeploy(work.deploy, { sha, batchId, outcome }),
      current: none,
      last: some({ sha, batchId, outcome, text }),
    },
  }
}

const settleRead = (work: Work, batchId: Option<BatchId>): Work =>
  isNone(batchId) ? work : forgetReads(work, batchId.value)

/** The deploy in flight is forgotten as if it had never been, and so runs again. */
export const forgetDeploy = (work: Work): Work => ({
  ...work,
  deploy: { ...work.deploy, current: none, last: none },
})

/** People know of this failure. If a later deploy has ended meanwhile, what they know of that one is kept. */
export const announced = (work: Work, sha: Sha): Work => {
  const { last } = work.deploy
  return isSome(last) && last.value.sha === sha
    ? { ...work, deploy: { ...work.deploy, announced: some(sha) } }
    : work
}
