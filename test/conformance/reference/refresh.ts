/** The reading half of an update: GitHub, then Batch. */
import type { RecordedPr, TestBatch } from '../recording.js'
import type { Book } from './book.js'
import type { BuildState, PrMemory } from './memory.js'
import { shownChecks } from './rank.js'

/** A pass counts whatever head it was against. */
const statusFor = (state: BuildState): PrMemory['intended'] =>
  state === 'success' ? 'success' : state === null ? 'pending' : 'failure'

export const setBuildState = (book: Book, pr: PrMemory, state: BuildState): void => {
  if (state === pr.buildState) return
  pr.buildState = state
  const intended = statusFor(state)
  if (intended === pr.intended) return
  pr.intended = intended
  book.memory.stateChanged = true
}

const newPullRequest = (number: number): PrMemory => ({
  number,
  sha: '',
  author: '',
  labels: [],
  approved: false,
  known: new Map(),
  batch: null,
  buildState: null,
  intended: 'pending',
})

const readPullRequest = (book: Book, seen: RecordedPr): PrMemory => {
  const { memory } = book
  const old = memory.prs.get(seen.n)
  const pr = old ?? newPullRequest(seen.n)
  if (pr.sha !== seen.sha) {
    pr.sha = seen.sha
    pr.batch = null
    if (old !== undefined) setBuildState(book, pr, null)
    memory.batchChanged = true
    memory.stateChanged = true
  }
  const labels = seen.labels ?? []
  const approved = seen.review === 'APPROVED'
  const known = shownChecks(book, seen)
  const news = [pr.author, pr.labels, pr.approved, [...pr.known]]
  if (JSON.stringify(news) !== JSON.stringify([seen.author, labels, approved, [...known]]))
    memory.stateChanged = true
  Object.assign(pr, { author: seen.author, labels, approved, known })
  return pr
}

export const refreshGithub = (book: Book): void => {
  const { memory, world } = book
  if (memory.sha !== world.target) {
    memory.sha = world.target
    memory.stateChanged = true
  }
  const newestFirst = [...world.prs].sort((a, b) => b.n - a.n)
  memory.prs = new Map(newestFirst.map((seen) => [seen.n, readPullRequest(book, seen)]))
}

const newestFirst = (batches: ReadonlyArray<TestBatch>): ReadonlyArray<TestBatch> =>
  [...batches].sort((a, b) => b.id - a.id)

/** Repaired: it does not come back. */
const isGivenUp = ({ fixed, experience: { left, stopped } }: Book, batch: TestBatch): boolean =>
  fixed('returning-source') && (left.has(batch.id) || stopped.has(batch.id))

/** The newest batch of the source that is not cancelled; an invalidated one hides itself and all older ones. */
const currentBatch = (book: Book, pr: PrMemory): TestBatch | undefined => {
  const mine = book.world.batches.filter(
    (b): b is TestBatch =>
      b.kind === 'test' && b.source === pr.sha && (b.pr === pr.number || !book.fixed('same-source')),
  )
  const batches = newestFirst(mine)
  const [newest] = batches
  if (newest !== undefined && isGivenUp(book, newest)) return undefined
  const hidden = batches.findIndex((b) => book.world.snapshot.invalidated.includes(b.id))
  const visible = batches.slice(0, hidden === -1 ? undefined : hidden)
  if (book.fixed('cancelled-falls-back')) return visible[0]?.state === 'cancelled' ? undefined : visible[0]
  return visible.find((b) => b.state !== 'cancelled')
}

/** The conflict that this life of the service has met, unless a batch has been made since. */
const knownConflict = (book: Book, pr: PrMemory, newest: number) => {
  const last = book.experience.verdicts.get(pr.number)
  const holds = last?.verdict === 'error' && last.source === pr.sha && newest <= last.upTo
  return holds && book.fixed('conflict-flapping') ? last : undefined
}

const refreshTest = (book: Book, pr: PrMemory): void => {
  const batch = currentBatch(book, pr)
  const conflict = knownConflict(book, pr, batch?.id ?? 0)
  if (conflict !== undefined) {
    pr.batch = conflict.target === book.memory.sha ? { id: null, target: conflict.target } : null
    setBuildState(book, pr, 'error')
    return
  }
  pr.batch = batch === undefined ? null : { id: batch.id, target: batch.target }
  if (batch === undefined) {
    setBuildState(book, pr, null)
    book.experience.verdicts.delete(pr.number)
  } else if (batch.complete) {
    setBuildState(book, pr, batch.state === 'success' ? 'success' : 'failure')
    book.memory.stateChanged = true
  } else if (book.fixed('same-source')) setBuildState(book, pr, null)
}

/** Follows the deploy in flight; without memory of one it adopts a running one, or the newest of the present head. */
const refreshDeploy = (book: Book): void => {
  const { memory, world } = book
  if (memory.deployState !== null) return
  const deploys = world.batches.flatMap((b) => (b.kind === 'deploy' ? [b] : [])).sort((a, b) => b.id - a.id)
  if (memory.deploy === null)
    memory.deploy = deploys.find((b) => !b.complete) ?? deploys.find((b) => b.sha === memory.sha) ?? null
  const { deploy } = memory
  if (deploy === null) return
  if (world.snapshot.deployUnreadable && !book.fixed('doubled-deploy')) {
    memory.deploy = null
    return
  }
  const now = deploys.find((b) => b.id === deploy.id)
  if (now === undefined || !now.complete) return
  memory.deployState = now.state === 'success' ? 'success' : 'failure'
  memory.stateChanged = true
}

const cap = 3

/** Repaired: of running tests that another life has begun no more are taken over than may run, the newest first. */
const takeOver = (book: Book): void => {
  const running = [...book.memory.prs.values()].flatMap((pr) => {
    const batch = book.world.batches.find((b) => b.id === pr.batch?.id && !b.complete)
    return batch === undefined ? [] : [{ pr, id: batch.id, own: book.experience.begun.has(batch.id) }]
  })
  const foreign = running.filter(({ own }) => !own).sort((a, b) => b.id - a.id)
  const places = cap + 1 - (running.length - foreign.length)
  for (const { pr, id } of foreign.slice(Math.max(0, places))) {
    pr.batch = null
    book.experience.stopped.add(id)
  }
}

export const refreshBatches = (book: Book): void => {
  if (book.world.params.deployable) refreshDeploy(book)
  for (const pr of book.memory.prs.values()) refreshTest(book, pr)
  if (book.fixed('cap-exceeded')) takeOver(book)
}
