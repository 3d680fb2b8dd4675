/** Our status on each source says what its test says; it is posted when it changed, on the SHA it speaks of. */
import { isSome } from 'fp-ts/lib/Option.js'
import { head } from 'fp-ts/lib/ReadonlyArray.js'
import { toArray } from '../collections/chain.js'
import * as M from '../collections/sortedMap.js'
import type { PrNumber, Sha } from '../ids.js'
import type { StatusState } from '../model/effect.js'
import type { PullRequest } from '../model/state.js'
import { order, type Step, type Work } from '../work/work.js'

interface Intent {
  readonly state: StatusState
  readonly description: string
  /** Pending because a run has begun, not because one is awaited. */
  readonly begun: boolean
}

const waiting: Intent = { state: 'pending', description: 'Waiting to be tested', begun: false }

const intentOf = (work: Work, pr: PullRequest): Intent => {
  const run = isSome(pr.run) ? M.get(work.runs, pr.run.value) : undefined
  // While the commit of a further test is only being prepared, what is known stays shown: a conflict that is tried again
  // at every new head does not flap.
  const begun = run !== undefined && !(run.stage._tag === 'Preparing' && isSome(pr.result))
  if (begun) return { state: 'pending', description: `Testing: ${run.reason}`, begun }
  if (!isSome(pr.result)) return waiting
  switch (pr.result.value._tag) {
    case 'Passed':
      return { state: 'success', description: `Passed in batch ${pr.result.value.evidence.batchId}`, begun }
    case 'Failed':
      return { state: 'failure', description: `Failed in batch ${pr.result.value.evidence.batchId}`, begun }
    case 'Errored':
      return { state: 'failure', description: pr.result.value.text, begun }
  }
}

const strengths: Readonly<Record<StatusState, number>> = { success: 3, failure: 2, pending: 0 }
const strength = ({ state, begun }: Intent): number => strengths[state] + (begun ? 1 : 0)

const better = (a: Intent, b: Intent): Intent => (strength(b) >= strength(a) ? b : a)

/** Two pull requests may share a head; the status speaks of the SHA, so the best that is known of it counts. */
const intentOfSource = (work: Work, prs: ReadonlyArray<PrNumber>): Intent =>
  prs
    .flatMap((number) => {
      const pr = M.get(work.pullRequests, number)
      return pr === undefined ? [] : [intentOf(work, pr)]
    })
    .reduce(better, waiting)

const report = (work: Work, sha: Sha): Work => {
  const source = M.get(work.sources, sha)
  if (source === undefined) return work
  const { state, description, begun } = intentOfSource(work, source.prs)
  const said = isSome(source.posted) && source.posted.value === state
  const hopeless = isSome(source.refused) && source.refused.value.state === state
  // What is final stays shown until a run has begun: with a shared SHA, after a retry, after a loss of memory.
  const tooEarly = state === 'pending' && !begun && isSome(source.posted)
  if (said || hopeless || tooEarly) return work
  const context = work.policy.statusContext
  return order(work, { _tag: 'PostStatus', sha, context, state, description, pr: head(source.prs) })
}

export const planStatuses: Step = (work) =>
  work.attention === undefined ? work : [...new Set(toArray(work.attention))].reduce(report, work)
