/** An invented life of a branch with a steady number of open pull requests: a world that answers, and people. */
import { none, some } from 'fp-ts/lib/Option.js'
import {
  batchId,
  epochMs,
  prNumber,
  type BranchState,
  type Effect,
  type Event,
  type PullRequestSnapshot,
  type Sha,
} from '@headgate/core'
import { opened, shaOf, snapshot, START } from './lab.js'

export const SEED = 20_260_101

export interface Life {
  readonly state: BranchState
  /** What happens next. */
  readonly next: () => Event
  /** What was ordered because of it. */
  readonly take: (effects: ReadonlyArray<Effect>) => void
}

/** Mulberry32: a small generator of numbers in [0, 1) that a seed determines. */
const random = (seed: number) => {
  let a = seed
  return (): number => {
    a = (a + 0x6d2b79f5) | 0
    let t = Math.imul(a ^ (a >>> 15), 1 | a)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

interface World {
  readonly rng: () => number
  readonly open: Map<number, PullRequestSnapshot>
  /** The numbers of `open`, so that one can be drawn. */
  readonly numbers: number[]
  readonly out: Effect[]
  readonly hints: Event[]
  head: Sha
  clock: number
  newest: number
  batches: number
  moves: number
}

const draw = <A>({ rng }: World, items: ReadonlyArray<A>): A => items[Math.floor(rng() * items.length)] as A

const takeOut = <A>(world: World, items: A[]): A => {
  const at = Math.floor(world.rng() * items.length)
  const item = items[at] as A
  items[at] = items.at(-1) as A
  items.pop()
  return item
}

const open = (world: World): number => {
  world.newest += 1
  world.open.set(world.newest, snapshot(world.newest))
  world.numbers.push(world.newest)
  return world.newest
}

const close = (world: World, number: number): void => {
  world.open.delete(number)
  world.numbers.splice(world.numbers.indexOf(number), 1)
  open(world)
}

const hint = (world: World, pr: number): Event => ({
  _tag: 'GithubHinted',
  at: epochMs(world.clock),
  concern: { _tag: 'PullRequest', pr: prNumber(pr) },
})

/** An operator authorizes a commit, or wants a test done again. */
const operatorActs = (world: World): Event => {
  const number = draw(world, world.numbers)
  const operator = { at: epochMs(world.clock), by: 'ada' }
  const { source } = world.open.get(number) as PullRequestSnapshot
  return world.rng() < 0.5
    ? { _tag: 'ShaAuthorized', ...operator, sha: source }
    : { _tag: 'TestRetried', ...operator, pr: prNumber(number), batchId: none }
}

/** A person does something to a pull request; GitHub says so. */
const somebodyActs = (world: World): Event => {
  const number = draw(world, world.numbers)
  const pr = world.open.get(number) as PullRequestSnapshot
  world.moves += 1
  const dice = world.rng()
  if (dice < 0.3) {
    const source = shaOf(`${number} ${world.moves}`)
    world.open.set(number, { ...pr, source, approvedShas: world.rng() < 0.6 ? [source] : pr.approvedShas })
  } else if (dice < 0.6) {
    const label = draw(world, ['prio:high', 'WIP', 'do-not-test', 'documentation'])
    world.open.set(number, { ...pr, labels: world.rng() < 0.5 ? ['bug'] : ['bug', label] })
  } else if (dice < 0.8) {
    world.open.set(number, { ...pr, reviewDecision: 'APPROVED', approvedShas: [pr.source] })
  } else if (dice < 0.9) {
    close(world, number)
    world.hints.push(hint(world, world.newest))
  }
  return hint(world, number)
}

const shown = (world: World, pr: number): Extract<Event, { _tag: 'PullRequestObserved' }>['fate'] => {
  const known = world.open.get(pr)
  return known === undefined ? { _tag: 'Closed' } : { _tag: 'Open', snapshot: known }
}

const landed = (world: World, effect: Extract<Effect, { _tag: 'LandBranch' }>): Event => {
  const { ticket } = effect
  const answer = { at: epochMs(world.clock), answers: effect.id }
  const stale = ticket.members.some((m) => world.open.get(m.pr)?.source !== m.source)
  if (stale || ticket.base !== world.head)
    return { _tag: 'LandingRefused', ...answer, code: stale ? 'SourceMoved' : 'HeadMoved', text: 'It moved.' }
  world.head = ticket.commit._tag === 'Some' ? ticket.commit.value : world.head
  for (const member of ticket.members) close(world, member.pr)
  return { _tag: 'BranchLanded', ...answer, landed: world.head }
}

const observed = (world: World, effect: Extract<Effect, { _tag: 'ReadBatch' }>): Event => {
  const dice = world.rng()
  const state = dice < 0.4 ? 'running' : dice < 0.9 ? 'success' : 'failure'
  return {
    _tag: 'BatchObserved',
    at: epochMs(world.clock),
    answers: effect.id,
    fate: { _tag: 'Known', state, complete: state !== 'running' },
  }
}

const submitted = (world: World, effect: Effect): Event => {
  world.batches += 1
  const id = batchId(world.batches)
  world.hints.push({ _tag: 'BatchHinted', at: epochMs(world.clock), batchId: some(id) })
  return { _tag: 'TestBatchSubmitted', at: epochMs(world.clock), answers: effect.id, batchId: id }
}

const reply = (world: World, effect: Effect): Event => {
  const answer = { at: epochMs(world.clock), answers: effect.id }
  if (world.rng() < 0.01)
    return {
      _tag: 'EffectFailed',
      ...answer,
      failure: { kind: 'transient', code: 'Http502', text: 'Bad gateway.' },
    }
  switch (effect._tag) {
    case 'ReadBranch':
      return {
        _tag: 'BranchObserved',
        ...answer,
        head: world.head,
        requiredChecks: ['headgate', 'lint', 'build'],
        pullRequests: [...world.open.values()],
      }
    case 'ReadHead':
      return { _tag: 'HeadObserved', ...answer, head: world.head }
    case 'ReadPullRequest':
      return { _tag: 'PullRequestObserved', ...answer, fate: shown(world, effect.pr) }
    case 'PrepareCommit':
      return world.rng() < 0.05
        ? {
            _tag: 'PreparationFailed',
            ...answer,
            code: 'MergeConflict',
            text: 'It conflicts.',
            culprit: none,
          }
        : {
            _tag: 'CommitPrepared',
            ...answer,
            commit: shaOf(effect.run),
            tree: shaOf(`${effect.run} tree`),
            chain: [shaOf(effect.run)],
          }
    case 'SubmitTestBatch':
      return submitted(world, effect)
    case 'ReadBatch':
      return observed(world, effect)
    case 'ReadBatches':
      return { _tag: 'BatchesObserved', ...answer, tests: [], deploys: [] }
    case 'CancelBatch':
      return { _tag: 'BatchCancelled', ...answer }
    case 'PostStatus':
      return { _tag: 'StatusPosted', ...answer }
    case 'LandBranch':
      return landed(world, effect)
    case 'DeletePreparedCommit':
      return { _tag: 'PreparedCommitDeleted', ...answer }
    case 'ClosePullRequest':
      return { _tag: 'PullRequestClosed', ...answer }
    case 'InspectCommit':
      return { _tag: 'CommitInspected', ...answer, parents: [], tree: shaOf('tree') }
    case 'SubmitDeployBatch':
      return { _tag: 'DeployBatchRejected', ...answer, text: 'Nothing is deployed here.' }
    case 'AnnounceDeployFailure':
      return { _tag: 'DeployFailureAnnounced', ...answer }
  }
}

/** A branch with `openPrs` pull requests, now and ever after; the same seed gives the same life. */
export const makeLife = (openPrs: number, seed: number): Life => {
  const lab = opened(openPrs)
  const numbers = Array.from({ length: openPrs }, (_, i) => i + 1)
  const world: World = {
    rng: random(seed),
    open: new Map(numbers.map((n) => [n, snapshot(n)])),
    numbers,
    out: [...lab.out.values()],
    hints: [],
    head: shaOf('head'),
    clock: START,
    newest: openPrs,
    batches: 0,
    moves: 0,
  }
  return {
    state: lab.state,
    next: () => {
      world.clock += 200
      const dice = world.rng()
      if (world.out.length > 0 && dice < 0.7) return reply(world, takeOut(world, world.out))
      if (world.hints.length > 0 && dice < 0.85) return world.hints.shift() as Event
      if (dice < 0.91) return somebodyActs(world)
      if (dice < 0.92) return operatorActs(world)
      return dice < 0.96
        ? { _tag: 'TimeAdvanced', at: epochMs(world.clock) }
        : { _tag: 'BatchHinted', at: epochMs(world.clock), batchId: lastBatch(world) }
    },
    take: (effects) => {
      world.out.push(...effects)
    },
  }
}

const lastBatch = ({ batches }: World) => (batches === 0 ? none : some(batchId(batches)))
