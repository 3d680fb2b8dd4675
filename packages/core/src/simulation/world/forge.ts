/** The forge: pull requests, the branch, and what is shown when they are read. */
/* eslint-disable functional/immutable-data -- one world's own store; nothing of it is handed out to be changed */
import { none, some } from 'fp-ts/lib/Option.js'
import {
  prNumber,
  sha,
  type PullRequestFate,
  type PullRequestSnapshot,
  type Sha,
  type StatusState,
} from '../../index.js'
import { AUTHOR } from '../assumptions.js'
import { isBad, type Fate } from '../fate.js'
import type { Change, Commit, Commits } from './commits.js'

export interface PullRequest {
  readonly pr: number
  readonly version: number
  readonly approved: boolean
  /** When its present version came: what landed before is in it. */
  readonly since: number
  readonly status: StatusState | undefined
}

/** How a pull request came to its end. */
interface Ends {
  readonly landed: Array<number | undefined>
  /** How high the branch was with it. */
  readonly heights: Array<number | undefined>
  readonly ejected: Array<number | undefined>
}

export interface Forge {
  readonly open: Map<number, PullRequest>
  readonly ends: Ends
  readonly commits: Commits
  readonly branch: { head: Commit; height: number; readonly heights: Map<Sha, number> }
}

const HEIGHTS = 2000

export const sourceOf = ({ pr, version }: Change): Sha => sha(`s${pr}.${version}`)

/** What a source's name says. */
export const changeOf = (source: Sha): Change => {
  const [pr, version] = source.slice(1).split('.')
  return { pr: Number(pr), version: Number(version) }
}

export const newForge = (commits: Commits): Forge => {
  const head = commits.foreign(undefined, 0)
  return {
    open: new Map(),
    ends: { landed: [], heights: [], ejected: [] },
    commits,
    branch: { head, height: 0, heights: new Map([[head.name, 0]]) },
  }
}

/** The branch stands at this commit now. Of heads of long ago nothing is kept: nobody tests on them any more. */
export const moveBranch = ({ branch }: Forge, head: Commit, by: number): void => {
  branch.head = head
  branch.height += by
  branch.heights.set(head.name, branch.height)
  if (branch.heights.size > HEIGHTS)
    for (const old of [...branch.heights.keys()].slice(0, HEIGHTS / 2)) branch.heights.delete(old)
}

/** Two that overlap change one path that nobody else changes. */
const pathsOf = ({ overlaps }: Fate, pr: number): ReadonlyArray<string> =>
  (overlaps[pr] ?? []).map((other) => `shared/${Math.min(pr, other)}-${Math.max(pr, other)}`)

const snapshotOf = (fate: Fate, pr: PullRequest): PullRequestSnapshot => {
  const source = sourceOf(pr)
  return {
    number: prNumber(pr.pr + 1),
    title: `change ${pr.pr + 1}`,
    author: AUTHOR,
    source,
    sourceBranch: `change-${pr.pr + 1}`,
    draft: false,
    labels: [],
    reviewDecision: pr.approved ? 'APPROVED' : 'REVIEW_REQUIRED',
    approvedShas: pr.approved ? [source] : [],
    checks:
      pr.status === undefined
        ? []
        : [{ name: 'headgate', state: some(pr.status.toUpperCase()), reporter: some('headgate') }],
    paths: pathsOf(fate, pr.pr),
    dependsOn: [],
  }
}

export const fateShown = (forge: Forge, fate: Fate, pr: number): PullRequestFate => {
  const open = forge.open.get(pr)
  if (open !== undefined) return { _tag: 'Open', snapshot: snapshotOf(fate, open) }
  return forge.ends.landed[pr] === undefined ? { _tag: 'Closed' } : { _tag: 'Merged', commit: none }
}

export const openShown = (forge: Forge, fate: Fate): ReadonlyArray<PullRequestSnapshot> =>
  [...forge.open.values()].map((pr) => snapshotOf(fate, pr))

/** Would this change fail on any head that holds what landed since it came? */
const clashes = ({ ends, open }: Forge, fate: Fate, pr: number, height: number): boolean => {
  const since = open.get(pr)?.since ?? fate.openings[pr] ?? 0
  return (fate.conflicts[pr] ?? []).some(
    (other) => (ends.heights[other] ?? Infinity) <= height && (ends.landed[other] ?? 0) > since,
  )
}

/** The truth about a list of changes on a head of this height, but for flakes: bad alone, or two that can't be together. */
export const isRotten = (
  forge: Forge,
  fate: Fate,
  changes: ReadonlyArray<Change>,
  height: number,
): boolean => {
  const together = new Set(changes.map((change) => change.pr))
  return changes.some(
    ({ pr, version }) =>
      isBad(fate, pr, version) ||
      (fate.conflicts[pr] ?? []).some((other) => together.has(other)) ||
      clashes(forge, fate, pr, height),
  )
}

/** The author takes it back as failed. True: it would have passed. */
export const eject = (forge: Forge, fate: Fate, pr: number, now: number): boolean => {
  const open = forge.open.get(pr)
  if (open === undefined) return false
  const innocent = !isBad(fate, pr, open.version) && !clashes(forge, fate, pr, forge.branch.height)
  forge.open.delete(pr)
  forge.ends.ejected[pr] = now
  return innocent
}
