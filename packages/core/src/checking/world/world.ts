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
  type Member,
  type Policy,
  type PrNumber,
  type RunId,
  type Sha,
  type StatusState,
  type StrategyPolicy,
} from '../../index.js'
import { noBudget, type Budget } from './budget.js'
import { contents } from './commits.js'

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
  /** Whose it is: the head's, a deploy's, or the numbers of the pull requests that it tests. */
  readonly owner: string
  /** How many batches that decisions compare it with came before: those that test one of the same. */
  readonly rank: number
  readonly run: RunId
  /** What it tests, in this order, on the target; nothing for a test of the head or a deploy. */
  readonly members: ReadonlyArray<Member>
  readonly target: Sha
  /** The commits after each member; the last of them is tested. */
  readonly chain: ReadonlyArray<Sha>
  readonly commit: Sha
  readonly tree: Sha | undefined
  readonly state: 'running' | 'success' | 'failure' | 'cancelled'
}

export const deployOwner = 'deploy'
export const headOwner = 'head'

/** A commit that is or was the head. */
export interface Landed {
  readonly sha: Sha
  readonly parent: Sha | undefined
  readonly tree: Sha
  /** It is what a passing gate batch tested, or it was there first. */
  readonly gated: boolean
}

/** What is wrong with changes, whatever anybody knows of it. */
export interface Faults {
  /** Every test of it fails. */
  readonly bad: ReadonlyArray<Sha>
  /** The second can't be put on the first. */
  readonly clashing: ReadonlyArray<readonly [Sha, Sha]>
  /** No test of it ever ends. */
  readonly endless: ReadonlyArray<Sha>
  /** Every test of the two together fails. */
  readonly quarrelling: ReadonlyArray<readonly [Sha, Sha]>
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
  readonly faults: Faults
  /** The policy in force, and those that an operator will put in its place, in this order. */
  readonly policy: Policy
  readonly policies: ReadonlyArray<Policy>
  /** Orders are carried out in the order in which they were given. */
  readonly inOrder: boolean
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
    /** Its first commit fails every test that it is in; a push mends it. */
    readonly bad?: boolean
    /** No test that its first commit is in ever ends by itself. */
    readonly endless?: boolean
    /** Its first commit can't be put on the first commit of that one. */
    readonly clashesWith?: number
    /** The first commits of both fail together. */
    readonly quarrelsWith?: number
  }>
  /** Strategies that an operator may change to, in this order, each at any time. */
  readonly switches?: ReadonlyArray<StrategyPolicy>
  readonly inOrder?: boolean
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

const firstSources = (
  { prs }: Setting,
  other: (pr: Setting['prs'][number]) => number | undefined,
): ReadonlyArray<readonly [Sha, Sha]> =>
  prs.flatMap((pr, i) => {
    const number = other(pr)
    return number === undefined ? [] : [[sourceOf(number, 0), sourceOf(i + 1, 0)] as const]
  })

const faultsIn = (setting: Setting): Faults => ({
  bad: setting.prs.flatMap((pr, i) => (pr.bad === true ? [sourceOf(i + 1, 0)] : [])),
  endless: setting.prs.flatMap((pr, i) => (pr.endless === true ? [sourceOf(i + 1, 0)] : [])),
  clashing: firstSources(setting, (pr) => pr.clashesWith),
  quarrelling: firstSources(setting, (pr) => pr.quarrelsWith),
})

export const newWorld = (setting: Setting, policy: Policy): World => ({
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
  faults: faultsIn(setting),
  policy,
  policies: (setting.switches ?? []).map((strategy) => ({ ...policy, strategy })),
  inOrder: setting.inOrder ?? false,
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

/** It tests this source of this pull request, alone or with others. */
export const isTestOf = ({ members }: WorldBatch, pr: number, source: Sha): boolean =>
  members.some((member) => member.pr === pr && member.source === source)

const inside = ({ tree, members }: WorldBatch): ReadonlyArray<string> =>
  tree === undefined || members.length === 0 ? [] : contents(tree)

/** It ends only by being cancelled. */
export const isEndless = ({ faults }: World, batch: WorldBatch): boolean =>
  faults.endless.some((source) => inside(batch).includes(source))

/** What a batch tests can't pass. */
export const isDoomed = ({ faults }: World, batch: WorldBatch): boolean => {
  const sources = inside(batch)
  return (
    faults.bad.some((source) => sources.includes(source)) ||
    faults.quarrelling.some((pair) => pair.every((source) => sources.includes(source)))
  )
}

const isComparable = (
  a: Pick<WorldBatch, 'owner' | 'members'>,
  b: Pick<WorldBatch, 'owner' | 'members'>,
): boolean => a.owner === b.owner || a.members.some(({ pr }) => b.members.some((member) => member.pr === pr))

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
    rank: world.batches.filter((other) => isComparable(other, made)).length,
    state: 'running',
  }
  return [{ ...world, batches: [...world.batches, batch] }, batch]
}

export const statusOf = (world: World, source: Sha): StatusState | undefined =>
  world.statuses.find((status) => status.sha === source)?.state
