/**
 * The reference's strategy: the merge candidate is re-tested on the current head, everybody else is tested once, in
 * merge-priority order, while there are free places.
 */
import { isSome } from 'fp-ts/lib/Option.js'
import { takeWhere } from '../collections/iterate.js'
import type { QueueView, WantedRun } from './view.js'

const candidateRun = (view: QueueView): ReadonlyArray<WantedRun> => {
  const [candidate] = takeWhere(view.candidates, () => true, 1)
  const pr = candidate === undefined ? undefined : view.pullRequest(candidate.number)
  if (pr === undefined) return []
  const passedHere =
    isSome(pr.result) && pr.result.value._tag === 'Passed' && pr.result.value.evidence.base === view.head
  const runsHere = view.running.some(
    (run) => run.base === view.head && run.members.some((m) => m.pr === pr.snapshot.number),
  )
  const reason = isSome(pr.result) ? 'merge candidate on a new head' : 'merge candidate'
  return passedHere || runsHere ? [] : [{ pr: pr.snapshot.number, reason, mayExceedCap: true }]
}

export const serial = (view: QueueView): ReadonlyArray<WantedRun> => {
  const candidate = candidateRun(view)
  // The candidate's run on an older head is about to be replaced: it takes no place of its own.
  const staying = view.running.filter(
    (run) => !candidate.some(({ pr }) => run.members.some((m) => m.pr === pr)),
  )
  const free = Math.max(0, view.maxTestRuns - staying.length - candidate.length)
  const others = takeWhere(view.untested, (key) => !candidate.some((run) => run.pr === key.number), free)
  return [
    ...candidate,
    ...[...others].map((key) => ({ pr: key.number, reason: 'not tested yet', mayExceedCap: false })),
  ]
}
