/** Our status on each source says what its test says; it is posted when it changed, on the SHA it speaks of. */
import { isNone, isSome } from 'fp-ts/lib/Option.js'
import { head } from 'fp-ts/lib/ReadonlyArray.js'
import { toArray } from '../collections/chain.js'
import * as M from '../collections/sortedMap.js'
import type { Sha } from '../ids.js'
import type { StatusState } from '../model/effect.js'
import type { Member, RunEvidence, TestRun } from '../model/run.js'
import type { PullRequest, Source } from '../model/state.js'
import { headSha, isListing, order, settle, type Step, type Work } from '../work/work.js'

interface Intent {
  readonly state: StatusState
  readonly description: string
  /** Pending because a run has begun, not because one is awaited. */
  readonly begun: boolean
}

const waiting: Intent = { state: 'pending', description: 'Waiting to be tested', begun: false }

const verdict = (state: StatusState, description: string): Intent => ({ state, description, begun: false })

const holds = (
  { members }: { readonly members: ReadonlyArray<Member> },
  { snapshot }: PullRequest,
): boolean => members.some(({ pr, source }) => pr === snapshot.number && source === snapshot.source)

/** A chain with this one inside that has passed on the head. */
const passedChain = (work: Work, pr: PullRequest): RunEvidence | undefined =>
  M.size(work.chains) === 0 ? undefined : M.valuesArray(work.chains).find((chain) => holds(chain, pr))

const passedOnHead = (work: Work, { result }: PullRequest): boolean =>
  isSome(result) && result.value._tag === 'Passed' && result.value.evidence.base === headSha(work)

/** Its own run; or, where it has not passed alone on the head, that of a chain which has begun with it inside. */
const runOf = (work: Work, pr: PullRequest): TestRun | undefined => {
  if (isSome(pr.run)) return M.get(work.runs, pr.run.value)
  if (passedOnHead(work, pr)) return undefined
  return M.valuesArray(work.runs).find(
    (run) => run.members.length > 1 && !run.abandoned && run.stage._tag !== 'Preparing' && holds(run, pr),
  )
}

const intentOf = (work: Work, pr: PullRequest): Intent => {
  const chain = passedChain(work, pr)
  if (chain !== undefined) return verdict('success', `Passed with others in batch ${chain.batchId}`)
  const run = runOf(work, pr)
  if (run !== undefined) return { state: 'pending', description: `Testing: ${run.reason}`, begun: true }
  if (!isSome(pr.result)) return waiting
  switch (pr.result.value._tag) {
    case 'Passed':
      return verdict('success', `Passed in batch ${pr.result.value.evidence.batchId}`)
    case 'Failed':
      return verdict('failure', `Failed in batch ${pr.result.value.evidence.batchId}`)
    case 'Errored':
      return verdict('failure', pr.result.value.text)
  }
}

/** A list of the batches has been asked for, and what it shows may be about any of these. */
const isBeingListed = (work: Work): boolean =>
  !work.listed || M.get(work.inFlight, 'ReadBatches')?.waiting === 'answer'

const isFinal = ({ posted }: Source): boolean => isSome(posted) && posted.value !== 'pending'

/**
 * What is shown stays shown while the commit of a further test is only being prepared, so that a conflict that is tried
 * again at every new head does not flap; and what looks untested may have been tested before.
 */
const isUndecided = (work: Work, source: Source, pr: PullRequest): boolean => {
  if (passedChain(work, pr) !== undefined) return false
  const run = isSome(pr.run) ? M.get(work.runs, pr.run.value) : undefined
  return run === undefined
    ? isNone(pr.result) && isListing(work)
    : run.stage._tag === 'Preparing' && (isSome(pr.result) || isFinal(source))
}

const strengths: Readonly<Record<StatusState, number>> = { success: 3, failure: 2, pending: 0 }
const strength = ({ state, begun }: Intent): number => strengths[state] + (begun ? 1 : 0)

const better = (a: Intent, b: Intent): Intent => (strength(b) >= strength(a) ? b : a)

/** Two pull requests may share a head; the status speaks of the SHA, so the best that is known of it counts. */
const intentOfSource = (work: Work, source: Source): Intent | undefined => {
  const prs = source.prs.flatMap((number) => M.get(work.pullRequests, number) ?? [])
  return prs.some((pr) => isUndecided(work, source, pr))
    ? undefined
    : prs.map((pr) => intentOf(work, pr)).reduce(better, waiting)
}

const report = (work: Work, sha: Sha): Work => {
  const source = M.get(work.sources, sha)
  if (source === undefined) return withoutOutdated(work, sha)
  const intent = isBeingListed(work) ? undefined : intentOfSource(work, source)
  return intent === undefined ? work : post(withoutOutdated(work, sha, intent.state), sha, source, intent)
}

/** A post that waits to be given again is dropped when there is something else to say, or nobody to say it to. */
const withoutOutdated = (work: Work, sha: Sha, state?: StatusState): Work => {
  const subject = `PostStatus/${sha}`
  const flight = M.get(work.inFlight, subject)
  const outdated =
    flight?.waiting === 'retry' && flight.effect._tag === 'PostStatus' && flight.effect.state !== state
  return outdated ? settle(work, subject) : work
}

const post = (work: Work, sha: Sha, source: Source, { state, description, begun }: Intent): Work => {
  const said = isSome(source.posted) && source.posted.value === state
  const hopeless = isSome(source.refused) && source.refused.value.state === state
  // What is final stays shown until a run has begun since: with a chain that is void, with a shared SHA, after a retry, after a loss of memory.
  const tooEarly = state === 'pending' && isSome(source.posted) && !(begun && source.renewed)
  if (said || hopeless || tooEarly) return work
  const context = work.policy.statusContext
  const renewed = state === 'pending' && source.renewed
  const noted = { ...work, sources: M.set(work.sources, sha, { ...source, renewed }) }
  return order(noted, { _tag: 'PostStatus', sha, context, state, description, pr: head(source.prs) })
}

export const planStatuses: Step = (work) =>
  work.attention === undefined ? work : [...new Set(toArray(work.attention))].reduce(report, work)
