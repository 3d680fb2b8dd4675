/** What the models of peers have in common: lists of pull requests on the head, in the order of the queue. */
/* eslint-disable functional/immutable-data -- what is collected from a lazy queue is collected in lists of its own */
import { isSome } from 'fp-ts/lib/Option.js'
import type { PrNumber, QueueView, Wants } from '../../../index.js'

export type List = ReadonlyArray<PrNumber>

type Running = QueueView['running'][number]
type Tried = QueueView['tried'][number]

export const listOf = ({ members }: Pick<Running, 'members'>): List => members.map(({ pr }) => pr)

const same = (a: List, b: List): boolean => a.length === b.length && a.every((n, i) => n === b[i])

export const failed = ({ result }: Tried): boolean => result._tag === 'Failed'

/** Everybody in it still waits, at the source that was tested. */
export const waits = (view: QueueView, { members }: Pick<Running, 'members'>): boolean =>
  members.every(({ pr: number, source }) => {
    const pr = view.pullRequest(number)
    return pr !== undefined && pr.snapshot.source === source && pr.place.candidate
  })

export const hasFailedAlone = (view: QueueView, number: PrNumber): boolean =>
  (view.pullRequest(number)?.tries.failed ?? 0) > 0

/** When it came, or when the run began in which it last failed alone: a second try goes to the back of the queue. */
const turnOf = (view: QueueView, number: PrNumber): number => {
  const queued = view.pullRequest(number)?.queued
  const came = queued !== undefined && isSome(queued) ? queued.value.at : 0
  const again = [...view.tried].reverse().find((run) => failed(run) && same(listOf(run), [number]))
  return Math.max(came, again?.startedAt ?? 0)
}

/** The first so many of the queue. The queue is in the order of arrival, so that no more of it is read than is needed. */
export const front = (view: QueueView, count: number): List => {
  const fresh: PrNumber[] = []
  const again: PrNumber[] = []
  for (const { number } of view.candidates) {
    if (fresh.length >= count) break
    ;(hasFailedAlone(view, number) ? again : fresh).push(number)
  }
  if (again.length === 0) return fresh
  return [...fresh, ...again]
    .map((number) => ({ number, turn: turnOf(view, number) }))
    .sort((a, b) => a.turn - b.turn)
    .slice(0, count)
    .map(({ number }) => number)
}

const hasPassed = (view: QueueView, list: List): boolean => {
  const [only, ...others] = list
  const pr = only === undefined || others.length > 0 ? undefined : view.pullRequest(only)
  if (pr === undefined)
    return view.tried.some(
      (run) => run.base === view.head && run.result._tag === 'Passed' && same(listOf(run), list),
    )
  return isSome(pr.result) && pr.result.value._tag === 'Passed' && pr.result.value.evidence.base === view.head
}

/** Exactly this list has failed on this very head. */
export const failedHere = (view: QueueView, list: List): boolean =>
  view.tried.some(
    (run) => run.base === view.head && failed(run) && same(listOf(run), list) && waits(view, run),
  )

/** What to start and stop so that exactly these lists are under test on the head. */
export const toward = (view: QueueView, wanted: ReadonlyArray<List>, reason: string): Wants => {
  const isWanted = (run: Running): boolean =>
    run.base === view.head && wanted.some((list) => same(list, listOf(run)))
  const kept = view.running.filter(isWanted).map(listOf)
  return {
    stop: view.running.filter((run) => !isWanted(run)).map((run) => run.id),
    start: wanted
      .filter((list) => !kept.some((running) => same(running, list)) && !hasPassed(view, list))
      .map((members) => ({ members, reason, mayExceedCap: false })),
  }
}
