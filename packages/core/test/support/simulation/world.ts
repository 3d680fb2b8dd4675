/**
 * A simulated forge and batch service: the independent truth that the core is judged against. It is mutable and simple
 * on purpose. What it records (what a commit contains, what was tested on what, what landed) is not taken from the core.
 */
import type { CheckSnapshot } from '@headgate/core'

/** A pull request as the forge knows it. `source` is its head; `s3.2` is the second commit pushed to #3. */
export interface WorldPr {
  number: number
  source: string
  author: string
  open: boolean
  /** The commit that it landed as. */
  merged: string | null
  labels: Set<string>
  decision: 'APPROVED' | 'CHANGES_REQUESTED' | 'REVIEW_REQUIRED' | 'NONE'
  /** The sources that carry an approving review. */
  approved: Set<string>
  draft: boolean
  /** What its description says that it depends on. */
  dependsOn?: ReadonlyArray<number>
  /** It targets another branch now. */
  elsewhere?: boolean
  /** Checks of others on its head. */
  checks?: ReadonlyArray<CheckSnapshot>
  /** How many commits were pushed to it after the first. */
  pushes?: number
}

export interface WorldBatch {
  id: number
  kind: 'test' | 'deploy'
  token: string
  purpose: 'gate' | 'head'
  pr: number | null
  source: string
  /** All that it tests, in order; `pr` and `source` are the last. */
  members: ReadonlyArray<{ readonly pr: number; readonly source: string }>
  target: string
  commit: string
  tree: string | null
  state: 'running' | 'success' | 'failure' | 'cancelled'
  /** A job of it has failed while others still run. */
  failing?: boolean
  deleted?: boolean
}

interface WorldCheck {
  readonly source: string
  readonly name: string
  readonly state: string
  readonly reporter: string | null
}

/** A landing through the gate, with what was true in the world when it happened. */
interface WorldLanding {
  /** The commit that the branch moved to, with all that landed at once. */
  at: string
  pr: number
  source: string
  base: string
  landed: string
  /** The head that the ticket was issued for; a forge merge may land on another. */
  testedBase: string
  approved: boolean
  testedGreen: boolean
}

/** What a read of the forge can show. A lagging replica shows an old one. */
export interface Picture {
  readonly head: string
  readonly prs: ReadonlyArray<WorldPr>
  readonly at: number
}

export interface World {
  /** Milliseconds. Every command takes one. */
  now: number
  head: string
  history: Array<string>
  /** `tree` lists what a commit contains, joined by `+`. */
  commits: Map<string, { parents: ReadonlyArray<string>; tree: string }>
  /** Prepared commits by what they were made of: making one twice gives the same. */
  prepared: Map<string, string>
  prs: Map<number, WorldPr>
  batches: Array<WorldBatch>
  /** Our own status, by SHA. */
  statuses: Map<string, string>
  /** The check `lint`, by source. */
  foreignChecks: Map<string, string>
  /** All other checks. */
  checks: Array<WorldCheck>
  required: ReadonlyArray<string>
  /** `head|source`: what can't be merged. */
  conflicts: Set<string>
  brokenBuildFile: Set<string>
  /** Sources whose tests fail, alone or together (`a+b`): what a truthful test run finds out. */
  bad: Set<string>
  frozen: boolean
  landings: Array<WorldLanding>
  announced: Array<string>
  /** Whether the forge shows as merged what it was not asked to merge itself. */
  noticesLandings: boolean
  /** What a lagging read shows: the forge before the last landing. */
  lagging: Picture | null
  counter: number
}

export const newWorld = (): World => ({
  now: 1_000_000,
  head: 'base0',
  history: ['base0'],
  commits: new Map([['base0', { parents: [], tree: 'T' }]]),
  prepared: new Map(),
  prs: new Map(),
  batches: [],
  statuses: new Map(),
  foreignChecks: new Map(),
  checks: [],
  required: ['headgate'],
  conflicts: new Set(),
  brokenBuildFile: new Set(),
  bad: new Set(),
  frozen: false,
  landings: [],
  announced: [],
  noticesLandings: true,
  lagging: null,
  counter: 0,
})

export const treeOf = (world: World, commit: string): string =>
  world.commits.get(commit)?.tree ?? `tree-of-${commit}`

/** The tree of a merge, computed from nothing but the two sides. */
export const mergeTree = (world: World, base: string, source: string): string =>
  `${treeOf(world, base)}+${source}`

/** The commits that lead from this one back, each with its first parent; the oldest of `count` first. */
export const lineOf = (world: World, commit: string, count: number): ReadonlyArray<string> => {
  const parent = world.commits.get(commit)?.parents[0] ?? ''
  return count <= 0 ? [] : [...lineOf(world, parent, count - 1), commit]
}

/** What a truthful test of this commit says: it fails with a bad source in it, or with two that do not go together. */
export const isGood = (world: World, commit: string): boolean => {
  const contents = new Set(treeOf(world, commit).split('+'))
  return ![...world.bad].some((culprits) => culprits.split('+').every((source) => contents.has(source)))
}

export const openPrs = (world: World): ReadonlyArray<WorldPr> =>
  [...world.prs.values()].filter((pr) => pr.open && pr.elsewhere !== true)

export const pictureOf = (world: World): Picture => ({
  head: world.head,
  prs: [...world.prs.values()].map((pr) => ({
    ...pr,
    labels: new Set(pr.labels),
    approved: new Set(pr.approved),
  })),
  at: world.now,
})

export const moveHead = (world: World, commit: string): void => {
  world.head = commit
  world.history.push(commit)
}

/** Somebody pushes to the branch, past the gate. */
export const pushToBranch = (world: World): string => {
  const commit = `x${++world.counter}`
  world.commits.set(commit, { parents: [world.head], tree: `${treeOf(world, world.head)}+${commit}` })
  moveHead(world, commit)
  return commit
}
