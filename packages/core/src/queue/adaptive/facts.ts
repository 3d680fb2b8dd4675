/** What `adaptive` reasons about: pull requests as small numbers, who overlaps whom, and what each test held. */
import { isSome } from 'fp-ts/lib/Option.js'
import type { PrNumber } from '../../ids.js'
import type { Member, TriedRun } from '../../model/run.js'
import { isConflict, readyOf } from '../lists.js'
import type { QueueView } from '../view.js'

/** An index into `Facts.names`. */
export type Index = number

/** Something that may be wrong: one pull request alone, or two that overlap together. A name for each. */
export type Suspicion = number

/** How far down the queue culprits are looked for, in horizons: nobody farther down has been tested with others. */
const LOOK = 4
/** Pairs are numbered from here. */
const PAIRS = 2 ** 12

interface Test {
  readonly suspicions: ReadonlyArray<Suspicion>
  readonly passed: boolean
}

export interface Facts {
  /** Those in the queue first, in their order, then those that landed. */
  readonly names: ReadonlyArray<PrNumber>
  readonly queued: number
  readonly indexOf: (number: PrNumber) => Index | undefined
  readonly arrived: (i: Index) => number
  readonly overlaps: (i: Index) => ReadonlyArray<Index>
  /** Landed after this one had arrived, and overlaps it: its author can't have known. */
  readonly surprises: (i: Index) => ReadonlyArray<Index>
  readonly tests: ReadonlyArray<Test>
}

export const pairOf = (i: Index, j: Index): Suspicion => PAIRS * (1 + Math.min(i, j)) + Math.max(i, j)
export const isPair = (s: Suspicion): boolean => s >= PAIRS
/** What a suspicion is about, by names that stay. */
export const namesOf = ({ names }: Facts, s: Suspicion): readonly [number, number] =>
  isPair(s) ? [names[Math.floor(s / PAIRS) - 1] ?? 0, names[s % PAIRS] ?? 0] : [names[s] ?? 0, 0]

const byPath = (paths: ReadonlyArray<ReadonlyArray<string>>): ReadonlyMap<string, ReadonlyArray<Index>> =>
  paths.reduce((map, own, i) => {
    // A list that is being made, and that nobody else has seen yet.
    // eslint-disable-next-line functional/immutable-data
    own.forEach((path) => map.set(path, [...(map.get(path) ?? []), i]))
    return map
  }, new Map<string, ReadonlyArray<Index>>())

interface Landing {
  readonly pr: PrNumber
  readonly at: number
}

/** A member of a test as an index; `gone` for one that left or was pushed to since: what that explains is explained. */
const memberIndex = (
  view: QueueView,
  indexOf: Facts['indexOf'],
  landed: ReadonlyMap<PrNumber, Landing>,
  { pr: number, source }: Member,
): Index | 'gone' => {
  const i = indexOf(number)
  if (i === undefined) return 'gone'
  return landed.has(number) || view.pullRequest(number)?.snapshot.source === source ? i : 'gone'
}

export const factsOf = (view: QueueView, horizon: number): Facts => {
  const queue = readyOf(view, LOOK * horizon)
  const inQueue = new Set(queue)
  const past = view.lately.filter(({ pr }) => !inQueue.has(pr))
  const names = [...queue, ...past.map(({ pr }) => pr)]
  const index = new Map(names.map((number, i) => [number, i]))
  const indexOf = (number: PrNumber): Index | undefined => index.get(number)
  const queued = queue.length
  const prs = queue.map((number) => view.pullRequest(number))
  const paths = [...prs.map((pr) => pr?.snapshot.paths ?? []), ...past.map((landing) => landing.paths)]
  const sharers = byPath(paths)
  const overlaps = paths.map((own, i) => [
    ...new Set(own.flatMap((path) => sharers.get(path) ?? []).filter((j) => j !== i)),
  ])
  const arrivals = prs.map((pr) => (pr !== undefined && isSome(pr.queued) ? pr.queued.value.at : 0))
  const arrived = (i: Index): number => arrivals[i] ?? 0
  const landedAt = (j: Index): number => past[j - queued]?.at ?? 0
  const surprisesBefore = (i: Index, until: number): ReadonlyArray<Index> =>
    (overlaps[i] ?? []).filter((j) => j >= queued && landedAt(j) > arrived(i) && landedAt(j) <= until)
  const landed = new Map(past.map((landing) => [landing.pr, landing]))

  const testOf = (run: TriedRun): ReadonlyArray<Test> => {
    const members = run.members.map((member) => memberIndex(view, indexOf, landed, member))
    if (members.some((member) => member === 'gone') || isConflict(run)) return []
    const list = members.filter((member) => member !== 'gone')
    const inList = new Set(list)
    const suspicions = list.flatMap((i) => [
      ...(i < queued ? [i] : []),
      ...(overlaps[i] ?? []).flatMap((j) => (inList.has(j) && j < i && j < queued ? [pairOf(i, j)] : [])),
      ...(i < queued
        ? surprisesBefore(i, run.startedAt).flatMap((j) => (inList.has(j) ? [] : [pairOf(i, j)]))
        : []),
    ])
    return suspicions.length === 0 ? [] : [{ suspicions, passed: run.result._tag === 'Passed' }]
  }
  return {
    names,
    queued,
    indexOf,
    arrived,
    overlaps: (i) => overlaps[i] ?? [],
    surprises: (i) => surprisesBefore(i, view.now),
    tests: view.tried.flatMap(testOf),
  }
}
