/** A listing of this branch's batches: adopts what an earlier life began, cancels what nobody wants. */
import { isNone, isSome, some } from 'fp-ts/lib/Option.js'
import * as M from '../collections/sortedMap.js'
import * as SortedSet from '../collections/sortedSet.js'
import { byNumber, type PrNumber } from '../ids.js'
import type { EventOf } from '../model/event.js'
import type { RunEvidence, TestRun } from '../model/run.js'
import type { DeployBatchSnapshot, TestBatchSnapshot } from '../model/snapshot.js'
import { invalidationKey, type PullRequest } from '../model/state.js'
import { deployLookAt, deployStarted } from '../work/deploy.js'
import { putPullRequest } from '../work/pullRequests.js'
import { abandonedRunStarted } from '../work/results.js'
import { adoptRun, cancelBatch, gateRuns, runStarted } from '../work/runs.js'
import { after, isOwnRun, notice, type Work } from '../work/work.js'
import { observeDeploy, observeRun } from './tests.js'

const isInvalid = (work: Work, batch: TestBatchSnapshot, pr: PullRequest): boolean => {
  const own = M.get(work.invalidated, invalidationKey(pr.snapshot.number, batch.source))
  const all = work.invalidatedUpTo
  return (own !== undefined && batch.batchId <= own) || (isSome(all) && batch.batchId <= all.value)
}

const wasRetried = (work: Work, { snapshot: { number, source } }: PullRequest): boolean =>
  M.has(work.invalidated, invalidationKey(number, source))

/** It has failed alone and is to be tried again: that failure, shown once more by a listing, is not another one. */
const hasFailedBefore = ({ tries }: PullRequest): boolean =>
  tries.failed + tries.infrastructure + tries.timeout > 0

const evidenceIn = (batch: TestBatchSnapshot, pr: PullRequest): RunEvidence => ({
  run: batch.run,
  base: batch.target,
  members: [{ pr: pr.snapshot.number, source: batch.source }],
  chain: [],
  commit: batch.commit,
  tree: batch.tree,
  batchId: batch.batchId,
})

/**
 * Newer than anything this pull request has on record: it is of an earlier life, or its source went and came back. A run
 * of this life that a retry stopped before its batch had a number is void, too: after a retry only earlier lives count.
 * And what a run of this life had to say has been heard before there was a result: the chain that it came from may have
 * an older batch, and be about a newer head.
 */
const isNews = (work: Work, batch: TestBatchSnapshot, pr: PullRequest): boolean =>
  !(isOwnRun(work, batch.run) && (isSome(pr.result) || wasRetried(work, pr) || hasFailedBefore(pr))) &&
  !isInvalid(work, batch, pr) &&
  isNone(pr.run) &&
  (isNone(pr.result) ||
    (pr.result.value._tag !== 'Errored' && pr.result.value.evidence.batchId < batch.batchId))

const adopt = (work: Work, batch: TestBatchSnapshot, pr: PullRequest): Work => {
  const evidence = evidenceIn(batch, pr)
  if (batch.complete)
    return putPullRequest(work, {
      ...pr,
      result: some(batch.state === 'success' ? { _tag: 'Passed', evidence } : { _tag: 'Failed', evidence }),
    })
  const run: TestRun = {
    id: batch.run,
    purpose: 'gate',
    base: batch.target,
    members: evidence.members,
    chain: [],
    reason: 'found running after a restart',
    startedAt: work.now,
    abandoned: false,
    stage: {
      _tag: 'Running',
      commit: batch.commit,
      tree: batch.tree,
      batchId: batch.batchId,
      since: work.now,
      lookAt: after(work.now, work.policy.durations.batchPollSeconds),
    },
  }
  return adoptRun(work, run)
}

const orphan = (work: Work, batch: TestBatchSnapshot): Work => {
  if (batch.complete) return { ...work, cancelling: M.remove(work.cancelling, batch.batchId) }
  return batch.state === 'cancelled'
    ? work
    : cancelBatch(work, batch.batchId, 'it belongs to nothing any more')
}

/** Batches of runs that we know: their answer may have been lost, or their end. */
const ofKnownRun = (work: Work, run: TestRun, batch: TestBatchSnapshot): Work => {
  if (run.stage._tag === 'Running')
    return run.stage.batchId === batch.batchId
      ? observeRun(work, run, batch.state, batch.complete)
      : orphan(work, batch)
  if (run.abandoned) return orphan(abandonedRunStarted(work, run, batch.batchId), batch)
  const started = runStarted(work, run, batch.batchId)
  const now = M.get(started.runs, run.id)
  return now === undefined ? started : observeRun(started, now, batch.state, batch.complete)
}

interface Fold {
  readonly work: Work
  /** Pull requests whose newest batch of their source has been looked at: older ones can't count any more. */
  readonly decided: SortedSet.SortedSet<PrNumber>
}

/** The open pull request whose present source this batch tests. */
const ownerOf = (work: Work, batch: TestBatchSnapshot): PullRequest | undefined => {
  const pr = isSome(batch.pr) ? M.get(work.pullRequests, batch.pr.value) : undefined
  return pr?.snapshot.source === batch.source ? pr : undefined
}

const seeTest = ({ work, decided }: Fold, batch: TestBatchSnapshot): Fold => {
  const run = M.get(work.runs, batch.run)
  const pr = ownerOf(work, batch)
  const next = pr === undefined ? decided : SortedSet.add(decided, pr.snapshot.number)
  if (run !== undefined) return { work: ofKnownRun(work, run, batch), decided: next }
  const adoptable =
    pr !== undefined &&
    !M.has(decided, pr.snapshot.number) &&
    batch.purpose === 'gate' &&
    batch.state !== 'cancelled' &&
    !M.has(work.cancelling, batch.batchId) &&
    (batch.complete || gateRuns(work).length <= work.policy.maxTestRuns) &&
    isNews(work, batch, pr)
  if (adoptable) return { work: adopt(work, batch, pr), decided: next }
  return { work: orphan(work, batch), decided: next }
}

/** A deploy of this life whose order was given up without an answer: it was begun all the same. */
const wasGivenUp = ({ deploy: { last } }: Work, { sha, complete }: DeployBatchSnapshot): boolean =>
  !complete && isSome(last) && isNone(last.value.batchId) && last.value.sha === sha

const seeDeploys = (work: Work, deploys: ReadonlyArray<DeployBatchSnapshot>): Work => {
  const { current, last, invalidated } = work.deploy
  if (isSome(current)) {
    const mine = deploys.find((d) => d.run === current.value.run)
    if (mine === undefined) return work
    const started = isSome(current.value.batchId) ? work : deployStarted(work, mine.batchId)
    return observeDeploy(started, mine.state, mine.complete)
  }
  const counts = deploys.filter(
    (d) =>
      (!isOwnRun(work, d.run) || wasGivenUp(work, d)) &&
      (isNone(invalidated) || d.batchId > invalidated.value),
  )
  const running = counts.find((d) => !d.complete)
  if (running !== undefined) return adoptDeploy(work, running)
  const done = counts.find((d) => isSome(work.head) && d.sha === work.head.value.sha)
  if (done === undefined || isSome(last)) return work
  return observeDeploy(adoptDeploy(work, done), done.state, true)
}

const adoptDeploy = (work: Work, deploy: DeployBatchSnapshot): Work => {
  const current = some({
    run: deploy.run,
    sha: deploy.sha,
    batchId: some(deploy.batchId),
    startedAt: work.now,
    lookAt: deployLookAt(work, work.now),
  })
  return { ...work, deploy: { ...work.deploy, current } }
}

const newestFirst = <A extends { readonly batchId: number }>(batches: ReadonlyArray<A>): ReadonlyArray<A> =>
  [...batches].sort((a, b) => b.batchId - a.batchId)

export const batchesObserved = (work: Work, event: EventOf<'BatchesObserved'>): Work => {
  const start: Fold = { work, decided: SortedSet.empty(byNumber) }
  const { work: seen } = newestFirst(event.tests).reduce(seeTest, start)
  return listed(forgetDrained(seeDeploys(seen, newestFirst(event.deploys)), event))
}

/** What was held back until it was known whether a batch is about it is looked at again. */
const listed = (work: Work): Work => M.keysArray(work.sources).reduce(notice, { ...work, listed: true })

/** A cancelled batch is kept in mind until a listing shows it complete, or no longer shows it. */
const forgetDrained = (work: Work, event: EventOf<'BatchesObserved'>): Work => {
  const draining = new Set(
    [...event.tests, ...event.deploys].filter((b) => !b.complete).map((b) => b.batchId),
  )
  const drained = M.toArray(work.cancelling).filter(([id, c]) => c.acknowledged && !draining.has(id))
  return { ...work, cancelling: drained.reduce((map, [id]) => M.remove(map, id), work.cancelling) }
}
