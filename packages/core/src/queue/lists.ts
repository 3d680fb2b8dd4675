/** Lists of pull requests, as strategies talk about them. */
import { isSome } from 'fp-ts/lib/Option.js'
import { takeWhere } from '../collections/iterate.js'
import type { PrNumber, RunId } from '../ids.js'
import type { Member, TriedRun } from '../model/run.js'
import type { QueueView, WantedRun, Wants } from './view.js'

export type List = ReadonlyArray<PrNumber>

export const numbersOf = (members: ReadonlyArray<Member>): List => members.map(({ pr }) => pr)

export const sameList = (a: List, b: List): boolean => a.length === b.length && a.every((n, i) => n === b[i])

const isPart = (part: List, whole: List): boolean => part.every((n) => whole.includes(n))

/** Those of the first that are ready to land but for their tests, `most` at most. */
export const readyOf = (view: QueueView, most: number): ReadonlyArray<PrNumber> =>
  [...takeWhere(view.candidates, ({ number }) => view.pullRequest(number)?.place.ready === true, most)].map(
    ({ number }) => number,
  )

/** Everybody in it is open at the source that was tested, and could still land. */
export const isCurrent = (view: QueueView, members: ReadonlyArray<Member>): boolean =>
  members.every(({ pr: number, source }) => {
    const pr = view.pullRequest(number)
    return pr !== undefined && pr.snapshot.source === source && pr.place.ready
  })

export const isConflict = ({ result }: TriedRun): boolean =>
  result._tag === 'Errored' && result.code === 'MergeConflict'

/** Ended without a pass; that a chain could not be built is another matter. */
export const hasFailed = (run: TriedRun): boolean => run.result._tag !== 'Passed' && !isConflict(run)

/** This pull request could not be put on these, on this head; or it depends on something that is not among them. */
export const clashes = (view: QueueView, before: List, number: PrNumber): boolean =>
  !view.mayFollow(number, before) ||
  view.tried.some(
    (run) =>
      run.base === view.head &&
      isConflict(run) &&
      isSome(run.culprit) &&
      run.culprit.value === number &&
      isCurrent(view, run.members) &&
      isPart(numbersOf(run.members).slice(0, numbersOf(run.members).indexOf(number)), before),
  )

/** Passed alone on the head, and waits to land. */
const waitsToLand = (view: QueueView, [number, ...others]: List): boolean => {
  const pr = number === undefined || others.length > 0 ? undefined : view.pullRequest(number)
  return (
    pr !== undefined &&
    isSome(pr.result) &&
    pr.result.value._tag === 'Passed' &&
    pr.result.value.evidence.base === view.head
  )
}

/** How the last test of exactly this list on this head ended. */
export const endedOnHead = (view: QueueView, list: List): TriedRun | undefined =>
  view.tried
    .filter(
      (run) =>
        run.base === view.head && sameList(numbersOf(run.members), list) && isCurrent(view, run.members),
    )
    .at(-1)

/** It passed on the head: nothing is left to test about it. */
export const hasPassed = (view: QueueView, list: List): boolean =>
  waitsToLand(view, list) || view.chains.some((chain) => sameList(numbersOf(chain.members), list))

/** Runs of pull requests that could be candidate; first tests of others are nobody's business here. */
const isQueued = (view: QueueView, members: ReadonlyArray<Member>): boolean =>
  members.every(({ pr }) => view.pullRequest(pr)?.place.ready === true)

/** What must be started and stopped so that, of the queue, exactly these lists are under test on the head. */
export const toward = (
  view: QueueView,
  wanted: ReadonlyArray<{ readonly list: List; readonly reason: string }>,
): Wants => {
  const queued = view.running.filter((run) => isQueued(view, run.members))
  const isWanted = (list: List): boolean => wanted.some((w) => sameList(w.list, list))
  const stop: ReadonlyArray<RunId> = queued
    .filter((run) => run.base !== view.head || !isWanted(numbersOf(run.members)))
    .map((run) => run.id)
  const runs = queued.filter((run) => run.base === view.head).map((run) => numbersOf(run.members))
  const start: ReadonlyArray<WantedRun> = wanted
    .filter(({ list }) => !runs.some((running) => sameList(running, list)) && !hasPassed(view, list))
    .map(({ list, reason }) => ({ members: list, reason, mayExceedCap: false }))
  return { start, stop }
}
