/** Which unfinished runs the policy lets be stopped for others. */
import * as M from '../collections/sortedMap.js'
import type { PrNumber, Sha } from '../ids.js'
import { takeWhere } from '../collections/iterate.js'
import { isUrgent } from '../landing/dependencies.js'
import type { TestRun } from '../model/run.js'
import type { PullRequest } from '../model/state.js'
import type { QueueView, Strategy } from '../queue/view.js'
import type { Work } from '../work/work.js'

/** A strategy does not want this run any more; on an older head it could not land anyway. */
export const mayStop = (work: Work, head: Sha, run: TestRun | undefined): boolean =>
  work.policy.preemption !== 'obsolete' || run?.base !== head

const isNamed = (work: Work, number: PrNumber): boolean => {
  const pr = M.get(work.pullRequests, number)
  return pr !== undefined && isUrgent(work, pr.snapshot)
}

const holdsUrgent = (work: Work, { members }: TestRun): boolean => members.some(({ pr }) => isNamed(work, pr))

/** The run that makes room for a run of these: the youngest that holds nobody of high priority, where these all are. */
export const makesRoom = (
  work: Work,
  prs: ReadonlyArray<PullRequest>,
  runs: ReadonlyArray<TestRun>,
): TestRun | undefined =>
  work.policy.preemption === 'priority' && prs.every((pr) => isUrgent(work, pr.snapshot))
    ? [...runs].sort((a, b) => b.startedAt - a.startedAt).find((run) => !holdsUrgent(work, run))
    : undefined

/** Strategies ask for as much as there are places for: what is to get somebody else's place is asked for besides. */
export const withUrgent =
  (work: Work) =>
  (strategy: Strategy): Strategy =>
  (view: QueueView) => {
    const { start, stop } = strategy(view)
    const busy = view.running.length - stop.length + start.length >= view.maxTestRuns
    if (work.policy.preemption !== 'priority' || !busy) return { start, stop }
    const asked = start.flatMap(({ members }) => members)
    const urgent = takeWhere(
      view.untested,
      ({ number }) => !asked.includes(number) && isNamed(work, number),
      1,
    )
    const runs = [...urgent].map(({ number }) => ({
      members: [number],
      reason: 'high priority',
      mayExceedCap: false,
    }))
    return { start: [...start, ...runs], stop }
  }
