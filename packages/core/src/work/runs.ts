/** The life of a test run: start, settle, abandon. */
import { isSome, none, some } from 'fp-ts/lib/Option.js'
import * as M from '../collections/sortedMap.js'
import { batchId as makeBatchId, type BatchId, type RunId, type Sha } from '../ids.js'
import type { RunEvidence, RunStage, TestRun } from '../model/run.js'
import { invalidationKey, type PullRequest } from '../model/state.js'
import { putPullRequest, renewSource } from './pullRequests.js'
import { after, forgetReads, nextRunId, notice, order, settle, type Work } from './work.js'

/** Unfinished runs of pull requests that somebody still wants: what the cap counts. */
export const gateRuns = (work: Pick<Work, 'runs'>): ReadonlyArray<TestRun> =>
  M.valuesArray(work.runs).filter((run) => run.purpose === 'gate' && !run.abandoned)

export const headRun = (work: Pick<Work, 'runs'>): TestRun | undefined =>
  M.valuesArray(work.runs).find((run) => run.purpose === 'head' && !run.abandoned)

export const putRun = (work: Work, run: TestRun): Work => ({ ...work, runs: M.set(work.runs, run.id, run) })

const titleOf = ({ snapshot: { title, number } }: PullRequest): string => `${title} (#${number})`

/**
 * Starts a gate run of these pull requests, in this order, on the head. A run of a single one is its own: an unfinished
 * one that it had is abandoned.
 */
export const startGateRun = (
  before: Work,
  prs: ReadonlyArray<PullRequest>,
  base: Sha,
  reason: string,
): Work => {
  const own = prs.length === 1 ? prs[0] : undefined
  const cleared =
    own !== undefined && isSome(own.run)
      ? abandonRun(before, own.run.value, 'replaced by a test on the new head')
      : before
  const [work, id] = nextRunId(cleared)
  const members = prs.map(({ snapshot: { number, source } }) => ({ pr: number, source }))
  const run: TestRun = {
    id,
    purpose: 'gate',
    base,
    members,
    chain: [],
    stage: { _tag: 'Preparing' },
    reason,
    startedAt: work.now,
    abandoned: false,
  }
  const noted = putRun(work, run)
  const owned = own === undefined ? noted : putPullRequest(noted, { ...own, run: some(id) })
  const { mergeMethod: method } = work.policy
  return order(owned, { _tag: 'PrepareCommit', run: id, base, members, method, titles: prs.map(titleOf) })
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
    chain: [],
    stage,
    reason,
    startedAt: work.now,
    abandoned: false,
  }
  return submitRun(putRun(work, run), run, head)
}

/** Moves a run to `Submitting` and orders its batch. */
export const submitRun = (work: Work, run: TestRun, commit: Sha, tree: TestTree = none): Work => {
  const prs = run.members.flatMap((member) => M.get(work.pullRequests, member.pr) ?? [])
  const [pr] = prs
  const submitting = run.members.reduce(
    (w, member) => notice(renewSource(w, member.source), member.source),
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
    sourceBranch: pr === undefined || prs.length > 1 ? none : some(pr.snapshot.sourceBranch),
    labels: [...new Set(prs.flatMap(({ snapshot }) => snapshot.labels))],
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
export const voidRetried = (work: Work, run: TestRun, batchId: BatchId): Work =>
  (run.members.length === 1 ? run.members : []).reduce((w, { pr: number, source }) => {
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
  return run.members.reduce((before, member) => {
    const w = renewSource(before, member.source)
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

export const dropRun = (work: Work, id: RunId): Work => ({ ...work, runs: M.remove(work.runs, id) })

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

/** Nobody wants this run, though the pull request that it is the run of stays. */
export const stopRun = (work: Work, id: RunId, reason: string): Work =>
  (M.get(work.runs, id)?.members ?? []).reduce(
    (w, { pr: number }) => {
      const pr = M.get(w.pullRequests, number)
      return pr !== undefined && isSome(pr.run) && pr.run.value === id
        ? putPullRequest(w, { ...pr, run: none })
        : w
    },
    abandonRun(work, id, reason),
  )

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
        chain: run.chain,
        commit: run.stage.commit,
        tree: run.stage.tree,
        batchId: run.stage.batchId,
      }
    : undefined
