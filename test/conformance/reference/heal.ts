/** The acting half of an update, but for merging: deploy, statuses, tests, orphans. */
import { trusted } from '../recording.js'
import {
  cancelBatch,
  conflicts,
  ownContext,
  postStatus,
  submitDeploy,
  submitTest,
  type StatusWord,
} from '../world.js'
import { pullRequestsOf, type Book } from './book.js'
import { verdictNow } from './experience.js'
import type { PrMemory } from './memory.js'
import { blockingLabels, hasBatch, hasFailed, inMergeOrder } from './rank.js'
import { isRefusedForGood } from './refusals.js'
import { setBuildState } from './refresh.js'

/** Starts the deploy that is due. True: it, or a service that has forgotten what became of it, tried. */
const healDeploy = ({ memory, world, experience }: Book): boolean => {
  if (!world.params.deployable || memory.sha === undefined || world.snapshot.frozen) return false
  if (experience.unknown.size > 0) return false
  const ended = memory.deployState !== null
  if (memory.deploy !== null && !(ended && memory.deploy.sha !== memory.sha))
    return ended && experience.forgotten.delete(memory.sha)
  const id = submitDeploy(world, memory.sha)
  memory.deploy = { id: id ?? null, sha: memory.sha }
  memory.deployState = id === undefined ? 'checkout_failure' : null
  return true
}

export const isAuthorized = (book: Book, pr: PrMemory): boolean =>
  trusted.includes(pr.author) || book.world.snapshot.authorized.includes(pr.sha)

const mustNotTest = (pr: PrMemory): boolean => pr.labels.includes('do-not-test')

export const isBlocked = (pr: PrMemory): boolean => pr.labels.some((label) => blockingLabels.includes(label))

export const isUpToDate = (book: Book, pr: PrMemory): boolean =>
  pr.batch !== null && pr.batch.target === book.memory.sha

/** Repaired: it has passed on the head, and what it waits for no test can bring. */
const waitsForOthers = (book: Book, pr: PrMemory): boolean =>
  pr.buildState === 'success' &&
  isUpToDate(book, pr) &&
  ([...pr.known].some(([name, v]) => name !== ownContext && v !== 'success') || isRefusedForGood(book, pr))

const chooseCandidate = (book: Book): PrMemory | undefined =>
  inMergeOrder(book).find(
    (pr) =>
      pr.approved &&
      !hasFailed(book, pr) &&
      isAuthorized(book, pr) &&
      !(book.fixed('blocked-candidate') && isBlocked(pr)) &&
      !(book.fixed('do-not-test-candidate') && mustNotTest(pr)) &&
      !(book.fixed('waiting-candidate') && waitsForOthers(book, pr)) &&
      book.experience.unknown.size === 0,
  )

const strength: Readonly<Record<StatusWord, number>> = { success: 2, failure: 1, pending: 0 }

/** The status speaks of the SHA. Repaired: the best that is known of it, whichever pull request has it as its head. */
const intendedOf = (book: Book, pr: PrMemory): StatusWord =>
  book.fixed('same-source')
    ? pullRequestsOf(book)
        .filter((other) => other.sha === pr.sha)
        .reduce(
          (best, other) => (strength[other.intended] > strength[best] ? other.intended : best),
          pr.intended,
        )
    : pr.intended

/** Repaired: what the forge did not take is given again after a pause, when everything else is done. */
export const mayPost = (book: Book, pr: PrMemory): boolean =>
  book.mayRetry || book.experience.unposted.get(pr.sha) !== intendedOf(book, pr)

const isRunning = (book: Book, pr: PrMemory): boolean =>
  book.world.batches.some((b) => b.id === pr.batch?.id && !b.complete)

/** Repaired: a final status makes way for pending only when a run has begun. */
const isTooEarly = (book: Book, pr: PrMemory, intended: StatusWord): boolean => {
  const shown = pr.known.get(ownContext)
  const sharing = pullRequestsOf(book).filter((other) => other.sha === pr.sha)
  return (
    book.fixed('pending-without-run') &&
    intended === 'pending' &&
    (shown === 'success' || shown === 'failure') &&
    !sharing.some((other) => isRunning(book, other))
  )
}

const postIfNeeded = (book: Book, pr: PrMemory): void => {
  const intended = intendedOf(book, pr)
  if (pr.known.get(ownContext) === intended || isTooEarly(book, pr, intended)) return
  if (!mayPost(book, pr)) return
  const ok = postStatus(book.world, pr.number, pr.sha, intended)
  if (!ok && book.fixed('failed-post')) return
  pr.known.set(ownContext, intended)
  if (book.fixed('same-source'))
    for (const other of pullRequestsOf(book)) if (other.sha === pr.sha) other.known.set(ownContext, intended)
}

/** What a service that remembers knows of a pull request while it is tested again. */
const keepVerdict = (book: Book, pr: PrMemory): void => {
  if (pr.buildState === null) return
  book.experience.verdicts.set(pr.number, verdictNow(pr, pr.buildState, book.world))
}

const startTest = (book: Book, pr: PrMemory): void => {
  const target = book.memory.sha ?? ''
  keepVerdict(book, pr)
  pr.batch = null
  setBuildState(book, pr, null)
  if (conflicts(book.world, pr.sha)) {
    book.world.actions.push({ t: 'build_error', sha: pr.sha, target_sha: target })
    pr.batch = { id: null, target }
    setBuildState(book, pr, 'error')
    book.memory.stateChanged = true
    return
  }
  pr.batch = { id: submitTest(book.world, pr.number, pr.sha, target), target }
}

const cap = 3

const othersRunning = (book: Book, pr: PrMemory): number =>
  pullRequestsOf(book).filter((other) => other !== pr && isRunning(book, other)).length

/** Within one pass. */
interface Count {
  running: number
  /** A conflict takes a place until it is known. */
  conflicts: number
}

const mayStart = (book: Book, pr: PrMemory, onDeck: boolean, count: Count): boolean => {
  const running = book.fixed('counted-twice') ? othersRunning(book, pr) + count.conflicts : count.running
  if (!onDeck) return running < cap
  return !book.fixed('cap-exceeded') || othersRunning(book, pr) + count.conflicts < cap + 1
}

const wantsTest = (book: Book, pr: PrMemory, onDeck: boolean, count: Count): boolean =>
  isAuthorized(book, pr) &&
  !mustNotTest(pr) &&
  (!hasBatch(book, pr) || (onDeck && !isUpToDate(book, pr))) &&
  mayStart(book, pr, onDeck, count)

const healTest = (book: Book, pr: PrMemory, onDeck: boolean, count: Count): void => {
  if (!wantsTest(book, pr, onDeck, count)) return
  count.running += 1
  startTest(book, pr)
  if (pr.batch?.id === null) count.conflicts += 1
  if (book.fixed('counted-twice')) book.memory.stateChanged = true
}

const cancelOrphans = (book: Book): void => {
  const { world } = book
  const wanted = new Set(pullRequestsOf(book).flatMap((pr) => (pr.batch?.id == null ? [] : [pr.batch.id])))
  const running = world.batches.flatMap((b) => (b.kind === 'test' && !b.complete ? [b] : []))
  for (const batch of running.sort((a, b) => b.id - a.id)) {
    if (!wanted.has(batch.id)) cancelBatch(world, batch.id)
  }
}

const startingCount = (book: Book): Count => ({
  running: pullRequestsOf(book).filter((pr) => pr.batch !== null && pr.buildState === null).length,
  conflicts: 0,
})

/** For each pull request in merge order: its status, then its test. */
const healEach = (book: Book, candidate: PrMemory | undefined): void => {
  const count = startingCount(book)
  for (const pr of inMergeOrder(book)) {
    postIfNeeded(book, pr)
    healTest(book, pr, pr === candidate, count)
  }
}

/** What healing asks about landing. */
export interface Gate {
  /** Something will land when the forge has taken its status. */
  readonly isNear: () => boolean
  readonly land: () => boolean
}

/** The sources whose verdict is about to be overtaken by another test: it is not shown. */
const overtaken = (book: Book, candidate: PrMemory | undefined, count: Count): ReadonlySet<string> =>
  new Set(
    inMergeOrder(book)
      .filter((pr) => pr.buildState !== null && wantsTest(book, pr, pr === candidate, count))
      .map((pr) => pr.sha),
  )

/** Repaired: what has passed lands first, and nothing is tested on a head that is about to move. True: it has moved. */
const healLandingFirst = (book: Book, candidate: PrMemory | undefined, gate: Gate): boolean => {
  const count = startingCount(book)
  const silent = gate.isNear() ? new Set<string>() : overtaken(book, candidate, count)
  for (const pr of inMergeOrder(book)) if (!silent.has(pr.sha)) postIfNeeded(book, pr)
  if (gate.land()) return true
  for (const pr of inMergeOrder(book)) healTest(book, pr, pr === candidate, count)
  return false
}

/** While a deploy is being started nothing lands, even if the start fails. */
const shut: Gate = { isNear: () => false, land: () => false }

export const heal = (book: Book, gate: Gate): void => {
  const { memory } = book
  const deploying = healDeploy(book)
  const candidate = chooseCandidate(book)
  memory.candidate = candidate?.number ?? null
  if (!book.fixed('land-first')) healEach(book, candidate)
  else if (healLandingFirst(book, candidate, deploying ? shut : gate)) return
  cancelOrphans(book)
}
