/**
 * The world around headgate as one immutable value: a forge, a Batch service, what is on its way to and from them, and
 * how many surprises are left. It keeps its own record of what is true; nothing in it is taken from headgate's state.
 */
import {
  batchId,
  prNumber,
  sha,
  type BatchId,
  type Effect,
  type EffectId,
  type Event,
  type PrNumber,
  type RunId,
  type Sha,
  type StatusState,
} from '../../index.js'
import { noBudget, type Budget } from './budget.js'

export interface WorldPr {
  readonly number: PrNumber
  readonly author: string
  readonly pushes: number
  readonly source: Sha
  readonly approved: boolean
  /** The sources that carry an approval now, and those that ever did. */
  readonly approvals: ReadonlyArray<Sha>
  readonly onceApproved: ReadonlyArray<Sha>
  readonly blocked: boolean
  readonly open: boolean
  readonly landed: Sha | undefined
}

export interface WorldBatch {
  readonly id: BatchId
  /** 0: a test of the head; -1: a deploy; otherwise the pull request it tests. */
  readonly owner: number
  /** How many batches of this owner came before. */
  readonly rank: number
  readonly run: RunId
  readonly source: Sha
  readonly target: Sha
  readonly commit: Sha
  readonly tree: Sha | undefined
  readonly state: 'running' | 'success' | 'failure' | 'cancelled'
}

export const deployOwner = -1
export const headOwner = 0

/** A commit that is or was the head. */
export interface Landed {
  readonly sha: Sha
  readonly parent: Sha | undefined
  readonly tree: Sha
  /** It is what a passing gate batch tested, or it was there first. */
  readonly gated: boolean
}

/** An order that was carried out, and the answer that is on its way back. */
export interface Answered {
  readonly effect: Effect
  readonly event: Event
}

export interface World {
  /** Every head of the branch, newest last. */
  readonly history: ReadonlyArray<Landed>
  readonly prs: ReadonlyArray<WorldPr>
  readonly batches: ReadonlyArray<WorldBatch>
  readonly statuses: ReadonlyArray<{ readonly sha: Sha; readonly state: StatusState }>
  readonly authorized: ReadonlyArray<Sha>
  /** What a retry made void: this batch of the pull request and all before it. */
  readonly void: ReadonlyArray<BatchId>
  readonly frozen: boolean
  /** Failed deploys that people were told of, and by which order. */
  readonly announced: ReadonlyArray<{ readonly sha: Sha; readonly order: EffectId }>
  /** Orders given and not carried out yet, oldest first. */
  readonly orders: ReadonlyArray<Effect>
  /** Answers on their way, oldest first. */
  readonly answers: ReadonlyArray<Answered>
  /** Somebody said no for good: a wait for a person is then a fair end. */
  readonly refused: boolean
  readonly budget: Budget
}

/** What a world begins with. */
export interface Setting {
  readonly prs: ReadonlyArray<{
    readonly author?: string
    readonly approved?: boolean
    readonly blocked?: boolean
    /** It has the same head as the pull request before it. */
    readonly twin?: boolean
  }>
  readonly budget: Partial<Budget>
}

/** The n-th commit that was pushed to a pull request. */
export const sourceOf = (pr: number, push: number): Sha => sha(`s${pr}.${push}`)

const prOf = (setting: Setting['prs'][number], index: number): WorldPr => {
  const number = prNumber(index + 1)
  const source = sourceOf(setting.twin === true ? index : number, 0)
  const approved = setting.approved ?? true
  return {
    number,
    author: setting.author ?? 'ada',
    pushes: 0,
    source,
    approved,
    approvals: approved ? [source] : [],
    onceApproved: approved ? [source] : [],
    blocked: setting.blocked ?? false,
    open: true,
    landed: undefined,
  }
}

export const newWorld = (setting: Setting): World => ({
  history: [{ sha: sha('base'), parent: undefined, tree: sha('T'), gated: false }],
  prs: setting.prs.map(prOf),
  batches: [],
  statuses: [],
  authorized: [],
  void: [],
  frozen: false,
  announced: [],
  orders: [],
  answers: [],
  refused: false,
  budget: { ...noBudget, ...setting.budget },
})

export const headOf = (world: World): Landed => {
  const head = world.history.at(-1)
  // A world is never made without a head.
  return head ?? { sha: sha('base'), parent: undefined, tree: sha('T'), gated: false }
}

export const prOfNumber = (world: World, number: number): WorldPr | undefined => world.prs[number - 1]

export const putPr = (world: World, pr: WorldPr): World => ({
  ...world,
  prs: world.prs.map((old) => (old.number === pr.number ? pr : old)),
})

export const batchOfId = (world: World, id: number): WorldBatch | undefined => world.batches[id - 1]

export const putBatch = (world: World, batch: WorldBatch): World => ({
  ...world,
  batches: world.batches.map((old) => (old.id === batch.id ? batch : old)),
})

export const isRunning = (batch: WorldBatch): boolean => batch.state === 'running'

/** Submitting is idempotent by the run that asks. */
export const submitBatch = (
  world: World,
  made: Omit<WorldBatch, 'id' | 'rank' | 'state'>,
): readonly [World, WorldBatch] => {
  const known = world.batches.find((batch) => batch.run === made.run)
  if (known !== undefined) return [world, known]
  const batch: WorldBatch = {
    ...made,
    id: batchId(world.batches.length + 1),
    rank: world.batches.filter((other) => other.owner === made.owner).length,
    state: 'running',
  }
  return [{ ...world, batches: [...world.batches, batch] }, batch]
}

export const statusOf = (world: World, source: Sha): StatusState | undefined =>
  world.statuses.find((status) => status.sha === source)?.state
