/** The end of a test run: what it proves, and for whom. */
import { isNone, isSome, none, some } from 'fp-ts/lib/Option.js'
import * as M from '../collections/sortedMap.js'
import type { BatchId, PrNumber } from '../ids.js'
import type { Retries } from '../model/policy.js'
import type { Member, RunErrorCode, RunResult, TestRun, TriedRun } from '../model/run.js'
import type { PullRequest } from '../model/state.js'
import { remember } from './memory.js'
import { putPullRequest } from './pullRequests.js'
import { dropRun, releaseCommit, releaseResult, voidRetried } from './runs.js'
import { forgetReads, headSha, notice, settle, type Work } from './work.js'

/** The member of a chain that could not be put on those before it. */
type Culprit = TriedRun['culprit']

/** Ends a run with its result (none: it was cancelled from outside and says nothing). */
export const finishRun = (
  work: Work,
  run: TestRun,
  result: RunResult | undefined,
  culprit: Culprit = none,
): Work => {
  const dropped = dropRun(settleRun(work, run), run.id)
  const useless = run.abandoned || result === undefined || result._tag !== 'Passed'
  const released =
    useless && run.stage._tag !== 'Preparing' ? releaseCommit(dropped, run.id, run.purpose) : dropped
  if (run.abandoned) return released
  if (run.purpose === 'head') return finishHeadRun(released, run, result)
  const noted = result === undefined ? released : remember(released, triedRun(run, result, culprit))
  const [member, ...others] = run.members
  if (member === undefined) return noted
  if (others.length === 0) return finishOwn(noted, run, member.pr, result)
  return clashesWithHead(member, result, culprit)
    ? concludeConflict(noted, member, result)
    : finishChain(noted, run, result)
}

type Errored = Extract<RunResult, { readonly _tag: 'Errored' }>

/** The first of a chain can't be put on the head: that is its own affair, whoever was to follow. */
const clashesWithHead = (first: Member, result: RunResult | undefined, culprit: Culprit): result is Errored =>
  result?._tag === 'Errored' &&
  result.code === 'MergeConflict' &&
  isSome(culprit) &&
  culprit.value === first.pr

const concludeConflict = (work: Work, { pr: number, source }: Member, result: Errored): Work => {
  const pr = M.get(work.pullRequests, number)
  return pr === undefined || pr.snapshot.source !== source || isSome(pr.run)
    ? work
    : conclude(releaseResult(work, pr), pr, result)
}

const triedRun = (
  { id, base, members, chain, startedAt }: TestRun,
  result: RunResult,
  culprit: Culprit,
): TriedRun => ({
  run: id,
  base,
  members,
  chain,
  startedAt,
  result,
  culprit,
})

/** A run that nobody wants any more turned out to be this batch. */
export const abandonedRunStarted = (work: Work, run: TestRun, batchId: BatchId): Work =>
  finishRun(settle(voidRetried(work, run, batchId), `SubmitTestBatch/${run.id}`), run, undefined)

const settleRun = (work: Work, run: TestRun): Work =>
  run.stage._tag === 'Running' ? forgetReads(work, run.stage.batchId) : work

const finishOwn = (work: Work, run: TestRun, number: PrNumber, result: RunResult | undefined): Work => {
  const pr = M.get(work.pullRequests, number)
  if (pr === undefined || isNone(pr.run) || pr.run.value !== run.id) return work
  return conclude(releaseResult(work, pr), { ...pr, run: none, refusal: none }, result)
}

const classes: Readonly<Partial<Record<RunErrorCode, keyof Retries>>> = {
  Infrastructure: 'infrastructure',
  Timeout: 'timeout',
}

const classOf = (result: RunResult): keyof Retries | undefined => {
  switch (result._tag) {
    case 'Passed':
      return undefined
    case 'Failed':
      return 'failed'
    case 'Errored':
      return classes[result.code]
  }
}

/** What this pull request's own test came to. A failure is final when its class has been tried as often as the policy says. */
export const conclude = (work: Work, pr: PullRequest, result: RunResult | undefined): Work => {
  const kind = result === undefined ? undefined : classOf(result)
  const again = kind !== undefined && pr.tries[kind] < work.policy.retries[kind]
  const tries = kind === undefined ? pr.tries : { ...pr.tries, [kind]: pr.tries[kind] + 1 }
  const final = result !== undefined && !again
  return putPullRequest(work, {
    ...pr,
    tries,
    // It has had its trial, and comes to the next one when it has been overtaken as often again.
    overtaken: final && result._tag !== 'Passed' ? 0 : pr.overtaken,
    result: final ? some(result) : none,
  })
}

/** A chain proves what it says of all its members together; of any one alone it proves nothing. */
const finishChain = (work: Work, run: TestRun, result: RunResult | undefined): Work => {
  const noticed = run.members.reduce((w, { source }) => notice(w, source), work)
  if (result?._tag !== 'Passed') return noticed
  return run.base === headSha(work)
    ? { ...noticed, chains: M.set(noticed.chains, run.id, result.evidence) }
    : releaseCommit(noticed, run.id)
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
