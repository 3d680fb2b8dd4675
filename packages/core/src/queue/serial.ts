/**
 * The reference's strategy: everybody is tested once, in merge-priority order, while there are free places; the merge
 * candidate is re-tested on the current head, in its turn, whether there is a free place or not.
 */
import { isSome } from 'fp-ts/lib/Option.js'
import { takeWhere } from '../collections/iterate.js'
import { byPriority, type PriorityKey } from '../model/priority.js'
import type { QueueView, Strategy, WantedRun } from './view.js'

/** The merge candidate, unless it has passed or is being tested on this head. */
const candidateToTest = (view: QueueView): PriorityKey | undefined => {
  const [candidate] = takeWhere(view.candidates, () => true, 1)
  const pr = candidate === undefined ? undefined : view.pullRequest(candidate.number)
  if (pr === undefined) return undefined
  const passedHere =
    isSome(pr.result) && pr.result.value._tag === 'Passed' && pr.result.value.evidence.base === view.head
  const runsHere = view.running.some(
    (run) => run.base === view.head && run.members.some((m) => m.pr === pr.snapshot.number),
  )
  return passedHere || runsHere ? undefined : candidate
}

const candidateRun = (view: QueueView, { number }: PriorityKey): WantedRun => {
  const result = view.pullRequest(number)?.result
  const again = result !== undefined && isSome(result)
  return {
    members: [number],
    reason: again ? 'merge candidate on a new head' : 'merge candidate',
    mayExceedCap: true,
  }
}

const firstRun = ({ number }: PriorityKey): WantedRun => ({
  members: [number],
  reason: 'not tested yet',
  mayExceedCap: false,
})

const wanted = (view: QueueView): ReadonlyArray<WantedRun> => {
  const candidate = candidateToTest(view)
  // The candidate's run on an older head is about to be replaced: it takes no place of its own.
  const staying = view.running.filter((run) => !run.members.some((m) => m.pr === candidate?.number))
  const free = Math.max(0, view.maxTestRuns - staying.length)
  const others = [...takeWhere(view.untested, (key) => key.number !== candidate?.number, free)]
  if (candidate === undefined) return others.map(firstRun)
  const before = others.filter((key) => byPriority.compare(key, candidate) < 0)
  const after = others.slice(before.length, Math.max(before.length, free - 1))
  return [...before.map(firstRun), candidateRun(view, candidate), ...after.map(firstRun)]
}

export const serial: Strategy = (view) => ({ start: wanted(view), stop: [] })
