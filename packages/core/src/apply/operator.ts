/** What people decide. */
import { isNone, isSome, none, some, type Option } from 'fp-ts/lib/Option.js'
import * as M from '../collections/sortedMap.js'
import type { BatchId } from '../ids.js'
import type { EventOf } from '../model/event.js'
import { invalidationKey, type PullRequest } from '../model/state.js'
import { setStanding } from '../work/head.js'
import { putPullRequest, putSource, replace } from '../work/pullRequests.js'
import { abandonRun, releaseResult } from '../work/runs.js'
import type { Work } from '../work/work.js'

/** Authorizes one SHA, for every pull request whose head it is. A new push needs a new authorization. */
export const shaAuthorized = (work: Work, event: EventOf<'ShaAuthorized'>): Work => {
  if (M.has(work.authorizations, event.sha)) return work
  const authorizations = M.set(work.authorizations, event.sha, { by: event.by, at: event.at })
  return replace({ ...work, authorizations }, M.get(work.sources, event.sha)?.prs ?? [])
}

export const branchFrozen = (work: Work, event: EventOf<'BranchFrozen'>): Work => ({
  ...work,
  frozen: some({ by: event.by, reason: event.reason, at: event.at }),
})

const currentBatch = (work: Work, pr: PullRequest): BatchId | undefined => {
  const run = isSome(pr.run) ? M.get(work.runs, pr.run.value) : undefined
  if (run?.stage._tag === 'Running') return run.stage.batchId
  return isSome(pr.result) && pr.result.value._tag !== 'Errored'
    ? pr.result.value.evidence.batchId
    : undefined
}

const max = (a: BatchId | undefined, b: BatchId | undefined): BatchId | undefined =>
  a === undefined || (b !== undefined && b > a) ? b : a

/** Is something newer than the named batch under way, or known? */
const isOutdated = (pr: PullRequest, named: Option<BatchId>, current: BatchId | undefined): boolean =>
  isSome(named) && (current === undefined ? isSome(pr.run) : current > named.value)

/**
 * Hides the named batch and all older ones of this source, for ever, and starts again. A newer one still counts, and so
 * does any to come: a number beyond the current batch hides no more than the current batch.
 */
export const testRetried = (work: Work, event: EventOf<'TestRetried'>): Work => {
  const pr = M.get(work.pullRequests, event.pr)
  if (pr === undefined) return work
  const current = currentBatch(work, pr)
  const outdated = isOutdated(pr, event.batchId, current)
  const upTo = outdated && current !== undefined && isSome(event.batchId) ? event.batchId.value : current
  const { source } = pr.snapshot
  const key = invalidationKey(event.pr, source)
  const marked = max(M.get(work.invalidated, key), upTo)
  const noted = marked === undefined ? work : { ...work, invalidated: M.set(work.invalidated, key, marked) }
  if (outdated) return noted
  const cleared = isSome(pr.run)
    ? abandonRun(noted, pr.run.value, `${event.by} asked for another test`)
    : noted
  const released = putSource(releaseResult(cleared, pr), source, { refused: none })
  return putPullRequest(released, { ...pr, run: none, result: none, refusal: none })
}

export const headTestRetried = (work: Work): Work =>
  isSome(work.head) && work.head.value.standing._tag === 'Broken'
    ? setStanding(work, { _tag: 'Unverified', why: 'It is tested again on request.' })
    : work

const newest = (a: Option<BatchId>, b: Option<BatchId>): Option<BatchId> =>
  isNone(b) || (isSome(a) && a.value > b.value) ? a : b

/** The most recent deploy counts no longer, so the head is deployed again. */
export const deployRetried = (work: Work): Work =>
  isSome(work.deploy.last)
    ? {
        ...work,
        deploy: {
          ...work.deploy,
          invalidated: newest(work.deploy.invalidated, work.deploy.last.value.batchId),
          last: none,
          announced: none,
        },
      }
    : work

/** Every pull request's place may change with the policy. */
export const policyChanged = (work: Work, event: EventOf<'PolicyChanged'>): Work =>
  replace({ ...work, policy: event.policy }, M.keysArray(work.pullRequests))
