/** What people decide. */
import { isNone, isSome, none, some, type Option } from 'fp-ts/lib/Option.js'
import * as M from '../collections/sortedMap.js'
import { batchId as makeBatchId, type BatchId } from '../ids.js'
import type { EventOf } from '../model/event.js'
import type { Member, TestRun } from '../model/run.js'
import { invalidationKey, noTries, type PullRequest } from '../model/state.js'
import { dropChain } from '../work/chains.js'
import { setStanding } from '../work/head.js'
import { rememberAuthorization } from '../work/memory.js'
import { putPullRequest, putSource, replace } from '../work/pullRequests.js'
import { abandonRun, releaseResult } from '../work/runs.js'
import type { Work } from '../work/work.js'

/** Authorizes one SHA, for every pull request whose head it is. A new push needs a new authorization. */
export const shaAuthorized = (work: Work, event: EventOf<'ShaAuthorized'>): Work => {
  if (M.has(work.authorizations, event.sha)) return work
  const noted = rememberAuthorization(work, event.sha, event.by, event.at)
  return replace(noted, M.get(work.sources, event.sha)?.prs ?? [])
}

export const branchFrozen = (work: Work, event: EventOf<'BranchFrozen'>): Work => ({
  ...work,
  frozen: some({ by: event.by, reason: event.reason, at: event.at }),
})

const batchOfRun = (run: TestRun | undefined): BatchId | undefined =>
  run?.stage._tag === 'Running' ? run.stage.batchId : undefined

const batchOfResult = ({ result }: PullRequest): BatchId | undefined =>
  isSome(result) && result.value._tag !== 'Errored' ? result.value.evidence.batchId : undefined

/** Hides this batch and all older ones of the pull request at this source, for ever. */
const invalidate = (work: Work, pr: PullRequest, upTo: BatchId): Work => {
  const key = invalidationKey(pr.snapshot.number, pr.snapshot.source)
  const marked = M.get(work.invalidated, key)
  return marked !== undefined && marked >= upTo
    ? work
    : { ...work, invalidated: M.set(work.invalidated, key, upTo) }
}

/** A run whose submission has not been answered may be the batch that is meant, unless something as new is known. */
const isNewer = (run: TestRun, pr: PullRequest, named: BatchId): boolean => {
  switch (run.stage._tag) {
    case 'Preparing':
      return true
    case 'Submitting':
      return (batchOfResult(pr) ?? -1) >= named
    case 'Running':
      return run.stage.batchId > named
  }
}

/** With its tests those of the chains that hold it are void; of a named batch and older ones only. */
const dropChainsOf = (work: Work, { snapshot }: PullRequest, named: BatchId | undefined): Work => {
  const isMeant = (batchId: BatchId | undefined): boolean =>
    named === undefined || (batchId !== undefined && batchId <= named)
  const holdsIt = ({ members }: { readonly members: ReadonlyArray<Member> }): boolean =>
    members.length > 1 && members.some((m) => m.pr === snapshot.number && m.source === snapshot.source)
  const passed = M.valuesArray(work.chains).filter((chain) => holdsIt(chain) && isMeant(chain.batchId))
  const running = M.valuesArray(work.runs).filter((run) => holdsIt(run) && isMeant(batchOfRun(run)))
  const tried = work.tried.filter((run) => !run.members.some((m) => m.pr === snapshot.number))
  const dropped = passed.reduce(dropChain, tried.length === work.tried.length ? work : { ...work, tried })
  return running.reduce(
    (w, run) => abandonRun(w, run.id, 'one of its members is to be tested again'),
    dropped,
  )
}

/** Hides the named batch (none: the current one) and all older ones of this source, and starts again. A newer one still counts. */
export const testRetried = (work: Work, event: EventOf<'TestRetried'>): Work => {
  const pr = M.get(work.pullRequests, event.pr)
  if (pr === undefined) return work
  const run = isSome(pr.run) ? M.get(work.runs, pr.run.value) : undefined
  const named = isSome(event.batchId) ? event.batchId.value : undefined
  const keepsRun = run !== undefined && named !== undefined && isNewer(run, pr, named)
  const keepsResult = named !== undefined && (batchOfResult(pr) ?? -1) > named
  // A run whose batch has no number yet is void as well: the mark says that there was a retry.
  const noted = invalidate(
    dropChainsOf(work, pr, named),
    pr,
    named ?? batchOfRun(run) ?? batchOfResult(pr) ?? makeBatchId(0),
  )
  const cleared =
    run === undefined || keepsRun ? noted : abandonRun(noted, run.id, `${event.by} asked for another test`)
  const kept = { ...pr, run: keepsRun ? pr.run : none }
  return keepsResult
    ? putPullRequest(cleared, kept)
    : putPullRequest(
        putSource(releaseResult(cleared, pr), pr.snapshot.source, { refused: none, renewed: true }),
        {
          ...kept,
          result: none,
          refusal: none,
          tries: noTries,
        },
      )
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

/** Every pull request's place may change with the policy; under a new name our status has not been said yet. */
export const policyChanged = (work: Work, event: EventOf<'PolicyChanged'>): Work => {
  const renamed = event.policy.statusContext !== work.policy.statusContext
  const sources = renamed
    ? M.toArray(work.sources).reduce(
        (map, [sha, source]) => M.set(map, sha, { ...source, posted: none, seq: work.seq, refused: none }),
        work.sources,
      )
    : work.sources
  return replace({ ...work, policy: event.policy, sources }, M.keysArray(work.pullRequests))
}
