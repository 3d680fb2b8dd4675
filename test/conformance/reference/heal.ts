/** The acting half of an update, but for merging: deploy, statuses, tests, orphans. */
import { cancelBatch, submitDeploy } from '../world.js'
import { pullRequestsOf, type Book } from './book.js'
import { chooseCandidate } from './candidate.js'
import type { PrMemory } from './memory.js'
import { inMergeOrder } from './rank.js'
import { postIfNeeded } from './statuses.js'
import { aboutToStart, healTest, startingCount } from './tests.js'

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

const cancelOrphans = (book: Book): void => {
  const { world } = book
  const wanted = new Set(pullRequestsOf(book).flatMap((pr) => (pr.batch?.id == null ? [] : [pr.batch.id])))
  const running = world.batches.flatMap((b) => (b.kind === 'test' && !b.complete ? [b] : []))
  for (const batch of running.sort((a, b) => b.id - a.id)) {
    if (!wanted.has(batch.id)) cancelBatch(world, batch.id)
  }
}

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
const overtaken = (starting: ReadonlySet<PrMemory>): ReadonlySet<string> =>
  new Set([...starting].filter((pr) => pr.buildState !== null).map((pr) => pr.sha))

/** Repaired: what has passed lands first, and nothing is tested on a head that is about to move. True: it has moved. */
const healLandingFirst = (book: Book, candidate: PrMemory | undefined, gate: Gate): boolean => {
  const starting = gate.isNear() ? new Set<PrMemory>() : aboutToStart(book, candidate)
  const silent = overtaken(starting)
  for (const pr of inMergeOrder(book)) if (!silent.has(pr.sha)) postIfNeeded(book, pr)
  if (gate.land()) return true
  const count = startingCount(book)
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
