/** The life of a test run: start, settle, abandon. */
import { isNone, isSome, none, some } from 'fp-ts/lib/Option.js'
import * as M from '../collections/sortedMap.js'
import { batchId as makeBatchId, type BatchId, type PrNumber, type RunId, type Sha } from '../ids.js'
import type { RunEvidence, RunResult, RunStage, TestRun } from '../model/run.js'
import { invalidationKey, type PullRequest } from '../model/state.js'
import { putPullRequest } from './pullRequests.js'
import { after, forgetReads, headSha, nextRunId, notice, order, settle, type Work } from './work.js'

/** Unfinished runs of pull requests that somebody still wants: what the cap counts. */
export const gateRuns = (work: Pick<Work, 'runs'>): ReadonlyArray<TestRun> =>
  M.valuesArray(work.runs).filter((run) => run.purpose === 'gate' && !run.abandoned)

export const headRun = (work: Pick<Work, 'runs'>): TestRun | undefined =>
  M.valuesArray(work.runs).find((run) => run.purpose === 'head' && !run.abandoned)

const putRun = (work: Work, run: TestRun): Work => ({ ...work, runs: M.set(work.runs, run.id, run) })

/** Starts a gate run of this pull request on the head; an unfinished one of it is abandoned. */
export const startGateRun = (before: Work, pr: PullRequest, base: Sha, reason: string): Work => {
  const cleared = isSome(pr.run)
    ? abandonRun(before, pr.run.value, 'replaced by a test on the new head')
    : before
  const [work, id] = nextRunId(cleared)
  const members = [{ pr: pr.snapshot.number, source: pr.snapshot.source }]
  const stage: RunStage = { _tag: 'Preparing' }
  const run: TestRun = {
    id,
    purpose: 'gate',
    base,
    members,
    stage,
    reason,
    startedAt: work.now,
    abandoned: false,
  }
  const noted = putPullRequest(putRun(work, run), { ...pr, run: some(id) })
  const { mergeMethod: method } = work.policy
  const title = `${pr.snapshot.title} (#${pr.snapshot.number})`
  return order(noted, { _tag: 'PrepareCommit', run: id, base, members, method, title, date: work.now })
}

/** Starts a test of the head itself, which came past the gate. */
export const startHeadRun = (before: Work, head: Sha, reason: string): Work => {
  const [work, id] = nextRunId(before)
  const stage: RunStage = { _tag: 'Submitting', commit: head, tree: none }
  const run: TestRun = {
    id,
    purpose: 'head',
    base: head,
    members: [],
    stage,
    reason,
    startedAt: work.now,
    abandoned: false,
  }
  return submitRun(putRun(work, run), run, head)
}

/** Moves a run to `Submitting` and orders its batch. */
export const submitRun = (work: Work, run: TestRun, commit: Sha, tree: TestTree = none): Work => {
  const pr = run.members[0] === undefined ? undefined : M.get(work.pullRequests, run.members[0].pr)
  const submitting = run.members.reduce(
    (w, member) => notice(w, member.source),
    putRun(work, { ...run, stage: { _tag: 'Submitting', commit, tree } }),
  )
  return order(submitting, {
    _tag: 'SubmitTestBatch',
    run: run.id,
    purpose: run.purpose,
    commit,
    tree,
    base: run.base,
    members: run.members,
    sourceBranch: pr === undefined ? none : some(pr.snapshot.sourceBranch),
    labels: pr === undefined ? [] : pr.snapshot.labels,
    reason: run.reason,
  })
}
type TestTree = Extract<RunStage, { _tag: 'Submitting' }>['tree']

/** A retry hides what was there when it was asked for, whatever number it named: never a run that was started after it. */
const spareFromRetry = (work: Work, run: TestRun, batchId: BatchId): Work =>
  run.members.reduce((w, { pr, source }) => {
    const key = invalidationKey(pr, source)
    const upTo = M.get(w.invalidated, key)
    return upTo === undefined || upTo < batchId
      ? w
      : { ...w, invalidated: M.set(w.invalidated, key, makeBatchId(Math.max(0, batchId - 1))) }
  }, work)

/** The run that takes the place of a stopped one may have got its batch first, and so a lower number. */
const startedBefore = (work: Work, pr: PullRequest | undefined, batchId: BatchId): boolean => {
  const run = pr !== undefined && isSome(pr.run) ? M.get(work.runs, pr.run.value) : undefined
  return run?.stage._tag === 'Running' && run.stage.batchId < batchId
}

/** The batch of a run that a retry stopped while it was being submitted: now that its number is known it is void by it. */
const voidRetried = (work: Work, run: TestRun, batchId: BatchId): Work =>
  run.members.reduce((w, { pr: number, source }) => {
    const key = invalidationKey(number, source)
    const upTo = M.get(w.invalidated, key)
    const pr = M.get(w.pullRequests, number)
    const spared = (pr !== undefined && isSome(pr.result)) || startedBefore(w, pr, batchId)
    const retried = upTo !== undefined && upTo < batchId && !spared
    return retried ? { ...w, invalidated: M.set(w.invalidated, key, batchId) } : w
  }, work)

export const runStarted = (work: Work, run: TestRun, batchId: BatchId): Work =>
  run.stage._tag === 'Submitting'
    ? putRun(spareFromRetry(settle(work, `SubmitTestBatch/${run.id}`), run, batchId), {
        ...run,
        stage: {
          _tag: 'Running',
          commit: some(run.stage.commit),
          tree: run.stage.tree,
          batchId,
          since: work.now,
          lookAt: after(work.now, work.policy.durations.batchPollSeconds),
        },
      })
    : work

/** Takes over a batch that an earlier life of this service submitted, or one whose submission was never answered. */
export const adoptRun = (work: Work, run: TestRun): Work => {
  const adopted = putRun(work, run)
  return run.members.reduce((w, member) => {
    const pr = M.get(w.pullRequests, member.pr)
    return pr === undefined ? w : putPullRequest(w, { ...pr, run: some(run.id) })
  }, adopted)
}

export const lookLater = (work: Work, run: TestRun): Work =>
  run.stage._tag === 'Running'
    ? putRun(work, {
        ...run,
        stage: { ...run.stage, lookAt: after(work.now, work.policy.durations.batchPollSeconds) },
      })
    : work

const dropRun = (work: Work, id: RunId): Work => ({ ...work, runs: M.remove(work.runs, id) })

/**
 * Nobody wants this run any more. What it has begun outside is undone: a running batch is cancelled, one that is
 * being submitted is kept in mind until its id is known.
 */
export const abandonRun = (work: Work, id: RunId, reason: string): Work => {
  const run = M.get(work.runs, id)
  if (run === undefined || run.abandoned) return work
  switch (run.stage._tag) {
    case 'Preparing':
      return dropRun(settle(work, `PrepareCommit/${id}`), id)
    case 'Submitting':
      return putRun(work, { ...run, abandoned: true })
    case 'Running':
      return cancelBatch(
        releaseCommit(dropRun(forgetReads(work, run.stage.batchId), id), id, run.purpose),
        run.stage.batchId,
        reason,
      )
  }
}

/** The forge's copy of a prepared commit is no longer needed. */
export const releaseCommit = (work: Work, run: RunId, purpose: TestRun['purpose'] = 'gate'): Work =>
  purpose === 'gate' ? order(work, { _tag: 'DeletePreparedCommit', run }) : work

/** Releases the commit of a result that counts no longer. */
export const releaseResult = (work: Work, pr: PullRequest): Work =>
  isSome(pr.result) && pr.result.value._tag !== 'Errored' && isSome(pr.result.value.evidence.commit)
    ? releaseCommit(work, pr.result.value.evidence.run)
    : work

/** Sees to it that this batch stops, once. */
export const cancelBatch = (work: Work, batchId: BatchId, reason: string): Work =>
  M.has(work.cancelling, batchId)
    ? work
    : order(
        { ...work, cancelling: M.set(work.cancelling, batchId, { reason, acknowledged: false }) },
        { _tag: 'CancelBatch', batchId, reason },
      )

/** The evidence of a running run, for when it ends with a verdict. */
export const evidenceOf = (run: TestRun): RunEvidence | undefined =>
  run.stage._tag === 'Running'
    ? {
        run: run.id,
        base: run.base,
        members: run.members,
        commit: run.stage.commit,
        tree: run.stage.tree,
        batchId: run.stage.batchId,
      }
    : undefined

/** Ends a run with its result (none: it was cancelled from outside and says nothing). */
export const finishRun = (work: Work, run: TestRun, result: RunResult | undefined): Work => {
  const dropped = dropRun(settleRun(work, run), run.id)
  const useless = run.abandoned || result === undefined || result._tag !== 'Passed'
  const released =
    useless && run.stage._tag !== 'Preparing' ? releaseCommit(dropped, run.id, run.purpose) : dropped
  if (run.abandoned) return released
  return run.purpose === 'head'
    ? finishHeadRun(released, run, result)
    : run.members.reduce((w, member) => finishMember(w, run.id, member.pr, result), released)
}

/** A run that nobody wants any more turned out to be this batch. */
export const abandonedRunStarted = (work: Work, run: TestRun, batchId: BatchId): Work =>
  finishRun(settle(voidRetried(work, run, batchId), `SubmitTestBatch/${run.id}`), run, undefined)

const settleRun = (work: Work, run: TestRun): Work =>
  run.stage._tag === 'Running' ? forgetReads(work, run.stage.batchId) : work

const finishMember = (work: Work, id: RunId, number: PrNumber, result: RunResult | undefined): Work => {
  const pr = M.get(work.pullRequests, number)
  if (pr === undefined || isNone(pr.run) || pr.run.value !== id) return work
  return putPullRequest(releaseResult(work, pr), {
    ...pr,
    run: none,
    refusal: none,
    result: result === undefined ? none : some(result),
  })
}

const finishHeadRun = (work: Work, run: TestRun, result: RunResult | undefined): Work => {
  if (headSha(work) !== run.base || isNone(work.head)) return work
  if (result === undefined) return work
  const standing =
    result._tag === 'Passed'
      ? ({ _tag: 'Verified', how: 'tested' } as const)
      : result._tag === 'Failed'
        ? ({
            _tag: 'Broken',
            batchId: some(result.evidence.batchId),
            text: `The head failed its own tests in batch ${result.evidence.batchId}.`,
          } as const)
        : ({ _tag: 'Broken', batchId: none, text: result.text } as const)
  return { ...work, head: some({ ...work.head.value, standing }) }
}
