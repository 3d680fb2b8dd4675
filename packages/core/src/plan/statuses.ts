/** Our status on each source says what its test says; it is posted when it changed, on the SHA it speaks of. */
import { isSome } from 'fp-ts/lib/Option.js'
import { toArray } from '../collections/chain.js'
import * as M from '../collections/sortedMap.js'
import type { Sha } from '../ids.js'
import type { StatusState } from '../model/effect.js'
import type { PullRequest } from '../model/state.js'
import { order, type Step, type Work } from '../work/work.js'

interface Intent {
  readonly state: StatusState
  readonly description: string
}

const intentOf = (work: Work, pr: PullRequest): Intent => {
  const run = isSome(pr.run) ? M.get(work.runs, pr.run.value) : undefined
  // While the commit of a further test is only being prepared, what is known stays shown: a conflict that is tried again
  // at every new head does not flap.
  const begun = run !== undefined && !(run.stage._tag === 'Preparing' && isSome(pr.result))
  if (begun) return { state: 'pending', description: `Testing: ${run.reason}` }
  if (!isSome(pr.result)) return { state: 'pending', description: 'Waiting to be tested' }
  switch (pr.result.value._tag) {
    case 'Passed':
      return { state: 'success', description: `Passed in batch ${pr.result.value.evidence.batchId}` }
    case 'Failed':
      return { state: 'failure', description: `Failed in batch ${pr.result.value.evidence.batchId}` }
    case 'Errored':
      return { state: 'failure', description: pr.result.value.text }
  }
}

const strength: Readonly<Record<StatusState, number>> = { success: 2, failure: 1, pending: 0 }

/** Two pull requests may share a head; the status speaks of the SHA, so the best that is known of it counts. */
const intentOfSource = (work: Work, sha: Sha): Intent | undefined =>
  (M.get(work.sources, sha)?.prs ?? [])
    .map((number) => M.get(work.pullRequests, number))
    .filter((pr): pr is PullRequest => pr !== undefined)
    .map((pr) => intentOf(work, pr))
    .reduce<Intent | undefined>(
      (a, b) => (a === undefined || strength[b.state] > strength[a.state] ? b : a),
      undefined,
    )

const report = (work: Work, sha: Sha): Work => {
  const source = M.get(work.sources, sha)
  const intent = intentOfSource(work, sha)
  if (source === undefined || intent === undefined) return work
  const said = isSome(source.posted) && source.posted.value === intent.state
  const hopeless = isSome(source.refused) && source.refused.value.state === intent.state
  if (said || hopeless) return work
  const [pr] = source.prs
  return order(work, {
    _tag: 'PostStatus',
    sha,
    context: work.policy.statusContext,
    state: intent.state,
    description: intent.description,
    pr: pr === undefined ? { _tag: 'None' } : { _tag: 'Some', value: pr },
  })
}

export const planStatuses: Step = (work) =>
  work.attention === undefined ? work : [...new Set(toArray(work.attention))].reduce(report, work)
