/** Which unfinished runs the policy lets be stopped for others. */
import * as M from '../collections/sortedMap.js'
import type { Sha } from '../ids.js'
import { isUrgent } from '../landing/dependencies.js'
import type { TestRun } from '../model/run.js'
import type { PullRequest } from '../model/state.js'
import type { Work } from '../work/work.js'

/** A strategy does not want this run any more; on an older head it could not land anyway. */
export const mayStop = (work: Work, head: Sha, run: TestRun | undefined): boolean =>
  work.policy.preemption !== 'obsolete' || run?.base !== head

const holdsUrgent = (work: Work, { members }: TestRun): boolean =>
  members.some(({ pr: number }) => {
    const pr = M.get(work.pullRequests, number)
    return pr !== undefined && isUrgent(work, pr.snapshot)
  })

/** The run that makes room for a run of these: the youngest that holds nobody of high priority, where these all are. */
export const makesRoom = (
  work: Work,
  prs: ReadonlyArray<PullRequest>,
  runs: ReadonlyArray<TestRun>,
): TestRun | undefined =>
  work.policy.preemption === 'priority' && prs.every((pr) => isUrgent(work, pr.snapshot))
    ? [...runs].sort((a, b) => b.startedAt - a.startedAt).find((run) => !holdsUrgent(work, run))
    : undefined
