/** Changes of pull requests, with every index over them kept in step. */
import { isNone, isSome, none, some, type Option, type Some } from 'fp-ts/lib/Option.js'
import { append } from '../collections/chain.js'
import * as M from '../collections/sortedMap.js'
import * as Set from '../collections/sortedSet.js'
import { byNumber, type PrNumber, type Sha } from '../ids.js'
import { relativesOf } from '../landing/dependencies.js'
import { byPriority, type PriorityKey } from '../model/priority.js'
import type { PullRequestSnapshot } from '../model/snapshot.js'
import type { Alarm, Book, BranchState, Place, PullRequest, Refusal, Source, Turn } from '../model/state.js'
import { placeOf } from '../queue/place.js'
import { foldInvalidation } from './memory.js'
import type { Work } from './work.js'

type Facts = Omit<PullRequest, 'place'>
type ByBase = M.SortedMap<Sha, Set.SortedSet<PriorityKey>>

const insertAt = (index: ByBase, base: Option<Sha>, key: PriorityKey): ByBase =>
  isNone(base)
    ? index
    : M.set(index, base.value, Set.add(M.get(index, base.value) ?? Set.empty(byPriority), key))

const deleteAt = (index: ByBase, base: Option<Sha>, key: PriorityKey): ByBase => {
  const keys = isNone(base) ? undefined : M.get(index, base.value)
  if (isNone(base) || keys === undefined) return index
  const left = Set.remove(keys, key)
  return Set.isEmpty(left) ? M.remove(index, base.value) : M.set(index, base.value, left)
}

const isSettledOn = (place: Place, head: Sha | undefined): boolean =>
  isSome(place.settledOn) && place.settledOn.value === head

const isOverdue = (place: Place): place is Place & { readonly waiting: Some<Turn> } => place.overdue

const enter = (book: Book, place: Place, head: Sha | undefined): Book => {
  const open = !isSettledOn(place, head)
  return {
    ...book,
    candidates: place.candidate && open ? Set.add(book.candidates, place.key) : book.candidates,
    untested: place.untested && open ? Set.add(book.untested, place.key) : book.untested,
    settled: insertAt(book.settled, place.settledOn, place.key),
    landable: insertAt(book.landable, place.landableOn, place.key),
    waiting: isSome(place.waiting) ? Set.add(book.waiting, place.waiting.value) : book.waiting,
    overdue: isOverdue(place) ? Set.add(book.overdue, place.waiting.value) : book.overdue,
  }
}

const leave = (book: Book, place: Place): Book => ({
  ...book,
  candidates: Set.remove(book.candidates, place.key),
  untested: Set.remove(book.untested, place.key),
  settled: deleteAt(book.settled, place.settledOn, place.key),
  landable: deleteAt(book.landable, place.landableOn, place.key),
  waiting: isSome(place.waiting) ? Set.remove(book.waiting, place.waiting.value) : book.waiting,
  overdue: isOverdue(place) ? Set.remove(book.overdue, place.waiting.value) : book.overdue,
})

const headOf = (state: BranchState): Sha | undefined =>
  isSome(state.head) ? state.head.value.sha : undefined

const alarmOf = (number: PrNumber, refusal: Option<Refusal>): Alarm | undefined =>
  isSome(refusal) && refusal.value.phase === 'paused'
    ? { at: refusal.value.retryAt, name: `refusal/${number}` }
    : undefined

const withAlarm = (book: Book, old: Alarm | undefined, next: Alarm | undefined): Book => {
  const cleared = old === undefined ? book.alarms : Set.remove(book.alarms, old)
  const alarms = next === undefined ? cleared : Set.add(cleared, next)
  return alarms === book.alarms ? book : { ...book, alarms }
}

const samePlace = (a: Place, b: Place): boolean =>
  byPriority.equals(a.key, b.key) &&
  a.candidate === b.candidate &&
  a.ready === b.ready &&
  a.untested === b.untested &&
  sameBase(a.settledOn, b.settledOn) &&
  sameBase(a.landableOn, b.landableOn) &&
  sameTurn(a.waiting, b.waiting) &&
  a.overdue === b.overdue

const sameTurn = (a: Option<Turn>, b: Option<Turn>): boolean =>
  isSome(a) ? isSome(b) && a.value.turn === b.value.turn : isNone(b)

const sameBase = (a: Option<Sha>, b: Option<Sha>): boolean =>
  isSome(a) ? isSome(b) && a.value === b.value : isNone(b)

/** A source takes its turn when it first could be merge candidate, and keeps it whatever becomes of it. */
const placed = (work: Work, facts: Facts): readonly [Work, Facts, Place] => {
  const place = placeOf(work, facts)
  if (!place.candidate || isSome(facts.queued)) return [work, facts, place]
  const turn = work.turns + 1
  const queued = { ...facts, queued: some({ turn, at: work.now }) }
  return [{ ...work, turns: turn }, queued, placeOf(work, queued)]
}

type Dependents = Book['dependents']

const dependOn = (index: Dependents, number: PrNumber, dependency: PrNumber): Dependents =>
  M.set(index, dependency, Set.add(M.get(index, dependency) ?? Set.empty(byNumber), number))

const dependNoMore = (index: Dependents, number: PrNumber, dependency: PrNumber): Dependents => {
  const left = Set.remove(M.get(index, dependency) ?? Set.empty(byNumber), number)
  return Set.isEmpty(left) ? M.remove(index, dependency) : M.set(index, dependency, left)
}

type Dependencies = ReadonlyArray<PrNumber>
const sameDependencies = (a: Dependencies, b: Dependencies): boolean =>
  a.length === b.length && a.every((number, i) => number === b[i])

/** What is open, or what nobody depends on any more, has no fate to be kept. */
const forgetFates = (work: Work, numbers: Dependencies): Work => ({
  ...work,
  fates: numbers
    .filter((n) => M.has(work.pullRequests, n) || !M.has(work.book.dependents, n))
    .reduce((map, n) => M.remove(map, n), work.fates),
})

const linkDependencies = (work: Work, number: PrNumber, from: Dependencies, to: Dependencies): Work => {
  if (sameDependencies(from, to)) return work
  const left = from.reduce((index, n) => dependNoMore(index, number, n), work.book.dependents)
  const dependents = to.reduce((index, n) => dependOn(index, number, n), left)
  return forgetFates({ ...work, book: { ...work.book, dependents } }, from)
}

/** Whether those that it depends on, or that depend on it, stand elsewhere because of this change. */
const concernsOthers = (work: Work, number: PrNumber, was: Snapshot, is: Snapshot): boolean => {
  const dependsOn = [was?.dependsOn ?? [], is?.dependsOn ?? []] as const
  const isHigh = (s: Snapshot): boolean => s?.labels.includes(work.policy.labels.highPriority) === true
  return was === undefined || is === undefined
    ? M.has(work.book.dependents, number) || dependsOn.some((list) => list.length > 0)
    : !sameDependencies(...dependsOn) || (is.dependsOn.length > 0 && isHigh(was) !== isHigh(is))
}
type Snapshot = PullRequestSnapshot | undefined

const replaceRelatives = (work: Work, number: PrNumber, was: Snapshot, is: Snapshot): Work =>
  concernsOthers(work, number, was, is)
    ? relativesOf(work, number, [...(was?.dependsOn ?? []), ...(is?.dependsOn ?? [])]).reduce(putAgain, work)
    : work

/**
 * Records the pull request and moves it to where it now stands in the queue, and with it those that depend on it or that it
 * depends on; its status is looked at before the step ends.
 */
export const putPullRequest = (before: Work, found: Facts): Work => {
  const { number } = found.snapshot
  const was = M.get(before.pullRequests, number)?.snapshot
  const put = putAlone(before, found)
  const known = was === undefined && M.has(put.fates, number) ? forgetFates(put, [number]) : put
  return replaceRelatives(known, number, was, found.snapshot)
}

const putAgain = (work: Work, number: PrNumber): Work => {
  const pr = M.get(work.pullRequests, number)
  return pr === undefined ? work : putAlone(work, pr)
}

const putAlone = (before: Work, found: Facts): Work => {
  const number = found.snapshot.number
  const old = M.get(before.pullRequests, number)
  const source = found.snapshot.source
  const sourced = linkSource(before, number, old?.snapshot.source, source)
  const known = linkDependencies(sourced, number, old?.snapshot.dependsOn ?? [], found.snapshot.dependsOn)
  const [linked, facts, place] = placed(known, found)
  const moved =
    old !== undefined && samePlace(old.place, place)
      ? linked.book
      : enter(old === undefined ? linked.book : leave(linked.book, old.place), place, headOf(linked))
  const book = withAlarm(moved, old && alarmOf(number, old.refusal), alarmOf(number, facts.refusal))
  return {
    ...linked,
    pullRequests: M.set(linked.pullRequests, number, { ...facts, place }),
    book,
    attention: append(linked.attention, source),
  }
}

/** Forgets a pull request that is no longer open here. Its run is the caller's business. */
export const dropPullRequest = (work: Work, number: PrNumber): Work => {
  const old = M.get(work.pullRequests, number)
  if (old === undefined) return work
  const linked = linkDependencies(
    linkSource(work, number, old.snapshot.source, undefined),
    number,
    old.snapshot.dependsOn,
    [],
  )
  const dropped: Work = {
    ...linked,
    attention: append(linked.attention, old.snapshot.source),
    pullRequests: M.remove(linked.pullRequests, number),
    book: withAlarm(leave(linked.book, old.place), alarmOf(number, old.refusal), undefined),
  }
  return replaceRelatives(dropped, number, old.snapshot, undefined)
}

const linkSource = (work: Work, number: PrNumber, from: Sha | undefined, to: Sha | undefined): Work => {
  if (from === to) return work
  const left = from === undefined ? work : foldInvalidation(work, number, from)
  const unlinked = from === undefined ? left.sources : unlink(left.sources, number, from)
  if (to === undefined) return { ...left, sources: unlinked }
  const known: Source = M.get(unlinked, to) ?? {
    prs: [],
    posted: none,
    renewed: false,
    seq: 0,
    refused: none,
  }
  const prs = [...known.prs, number].sort((a, b) => a - b)
  return { ...left, sources: M.set(unlinked, to, { ...known, prs }) }
}

const unlink = (sources: BranchState['sources'], number: PrNumber, sha: Sha): BranchState['sources'] => {
  const known = M.get(sources, sha)
  if (known === undefined) return sources
  const prs = known.prs.filter((n) => n !== number)
  // Who leaves takes its result along; what is left to say may be that a run of another is under way.
  return prs.length === 0 ? M.remove(sources, sha) : M.set(sources, sha, { ...known, prs, renewed: true })
}

/** Computes these pull requests' places anew, after something they depend on changed. */
export const replace = (work: Work, numbers: ReadonlyArray<PrNumber>): Work => numbers.reduce(putAgain, work)

/** Records what is known of our status on a source, and moves the pull requests that have it. */
export const putSource = (work: Work, sha: Sha, change: Partial<Omit<Source, 'prs'>>): Work => {
  const known = M.get(work.sources, sha)
  if (known === undefined) return work
  return replace({ ...work, sources: M.set(work.sources, sha, { ...known, ...change }) }, known.prs)
}

/** A run of this source has begun, or its result was taken back. */
export const renewSource = (work: Work, sha: Sha): Work => {
  const known = M.get(work.sources, sha)
  return known === undefined
    ? work
    : { ...work, sources: M.set(work.sources, sha, { ...known, renewed: true }) }
}

/** The head moved: what was settled on the old one is open again, what is settled on the new one is not. */
export const turnBook = (work: Work, from: Sha | undefined, to: Sha): Work => {
  const keysOn = (base: Sha | undefined): ReadonlyArray<PriorityKey> =>
    base === undefined ? [] : Set.toArray(M.get(work.book.settled, base) ?? Set.empty(byPriority))
  const placeAt = (key: PriorityKey): Place | undefined => M.get(work.pullRequests, key.number)?.place
  const close = (book: Book, key: PriorityKey): Book => ({
    ...book,
    candidates: Set.remove(book.candidates, key),
    untested: Set.remove(book.untested, key),
  })
  const reopen = (book: Book, key: PriorityKey): Book => {
    const place = placeAt(key)
    return {
      ...book,
      candidates: place?.candidate === true ? Set.add(book.candidates, key) : book.candidates,
      untested: place?.untested === true ? Set.add(book.untested, key) : book.untested,
    }
  }
  return { ...work, book: keysOn(to).reduce(close, keysOn(from).reduce(reopen, work.book)) }
}
