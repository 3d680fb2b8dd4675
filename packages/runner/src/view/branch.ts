/** A branch as people and programs look at it: plain values, ready to be shown. */
import { pipe } from 'fp-ts/lib/function.js'
import { groupBy } from 'fp-ts/lib/NonEmptyArray.js'
import { isSome, map, toNullable, toUndefined } from 'fp-ts/lib/Option.js'
import {
  BranchExplanation,
  explain,
  explainBranch,
  isQuiet,
  nextFor,
  queueOf,
  Reason,
  SortedMap,
  Wait,
  type BranchState,
  type LandingRecord,
  type PullRequest,
} from '@headgate/core'
import type { OutputOf } from 'io-ts'
import { testOf, type TestView } from './test.js'

/** A hold with its words, as JSON. */
export type ReasonView = OutputOf<typeof Reason>
/** What is awaited and until when, as JSON. */
export type WaitView = OutputOf<typeof Wait>

export interface PullRequestView extends TestView {
  readonly number: number
  readonly title: string
  readonly author: string
  readonly source: string
  readonly labels: ReadonlyArray<string>
  /** Place in the merge queue, counted from 1; null for one that is not in it. */
  readonly position: number | null
  readonly reasons: ReadonlyArray<ReasonView>
  /** What happens next to it. */
  readonly next: WaitView | null
}

export interface DeployView {
  readonly sha: string
  readonly batchId: number | null
  readonly state: string
}

export interface BranchView {
  readonly repository: string
  readonly branch: string
  readonly head: { readonly sha: string; readonly standing: string } | null
  readonly frozen: { readonly by: string; readonly reason: string } | null
  /** What holds it back from landing and deploying, what is under way, the queue, what happens next. */
  readonly explanation: OutputOf<typeof BranchExplanation>
  readonly open: ReadonlyArray<PullRequestView>
  readonly landed: ReadonlyArray<LandedView>
  readonly deploys: ReadonlyArray<DeployView>
  readonly quiet: boolean
}

export interface LandedView {
  readonly number: number
  readonly title: string
  readonly sourceSha: string
  readonly targetSha: string
  readonly testedSha: string | null
  readonly landedSha: string
  readonly batchId: number
  /** Others that landed with it, as one chain of commits. */
  readonly with: ReadonlyArray<number>
}

/** One open pull request. `positions` are those of the whole queue. */
const pullRequestView = (
  state: BranchState,
  pr: PullRequest,
  positions: ReadonlyMap<number, number>,
): PullRequestView => ({
  number: pr.snapshot.number,
  title: pr.snapshot.title,
  author: pr.snapshot.author,
  source: pr.snapshot.source,
  labels: pr.snapshot.labels,
  ...testOf(state, pr),
  position: positions.get(pr.snapshot.number) ?? null,
  reasons: explain(state, pr.snapshot.number).map(Reason.encode),
  next: pipe(nextFor(state, pr.snapshot.number), map(Wait.encode), toNullable),
})

const landedView = (record: LandingRecord, together: ReadonlyArray<LandingRecord>): LandedView => ({
  number: record.pr,
  title: record.title,
  sourceSha: record.source,
  targetSha: record.base,
  testedSha: toUndefined(record.tested) ?? null,
  landedSha: record.landed,
  batchId: record.batchId,
  with: together.flatMap(({ pr }) => (pr === record.pr ? [] : [pr])),
})

/** In the order in which they landed. */
export const landedOf = (state: BranchState): ReadonlyArray<LandedView> => {
  const records = SortedMap.valuesArray(state.landings)
  const moves = groupBy((record: LandingRecord) => record.landed)([...records])
  // A landing's base is where the one before it put the branch; the clock decides between chains.
  return [...records]
    .sort((a, b) => a.at - b.at || order(a, b))
    .map((record) => landedView(record, moves[record.landed] ?? []))
}

const order = (a: LandingRecord, b: LandingRecord): number =>
  a.landed === b.base ? -1 : b.landed === a.base ? 1 : a.pr - b.pr

/** Every deploy, oldest first; the one that runs is last. */
export const deploysOf = (state: BranchState): ReadonlyArray<DeployView> => [
  ...state.deploy.history.map(({ sha, batchId, outcome }) => ({
    sha,
    batchId: toUndefined(batchId) ?? null,
    state: outcome,
  })),
  ...(isSome(state.deploy.current)
    ? [
        {
          sha: state.deploy.current.value.sha,
          batchId: toUndefined(state.deploy.current.value.batchId) ?? null,
          state: 'running',
        },
      ]
    : []),
]

const place = (pr: PullRequestView): number => pr.position ?? Number.MAX_SAFE_INTEGER

/** Open pull requests: the queue in its order, then the others by number. */
export const openOf = (state: BranchState): ReadonlyArray<PullRequestView> => {
  const positions = new Map(queueOf(state).map((number, index) => [number as number, index + 1]))
  return SortedMap.valuesArray(state.pullRequests)
    .map((pr) => pullRequestView(state, pr, positions))
    .sort((a, b) => place(a) - place(b) || a.number - b.number)
}

export const branchView = (state: BranchState): BranchView => ({
  repository: state.name.repository,
  branch: state.name.branch,
  head: isSome(state.head) ? { sha: state.head.value.sha, standing: state.head.value.standing._tag } : null,
  frozen: isSome(state.frozen) ? { by: state.frozen.value.by, reason: state.frozen.value.reason } : null,
  explanation: BranchExplanation.encode(explainBranch(state)),
  open: openOf(state),
  landed: landedOf(state),
  deploys: deploysOf(state),
  quiet: isQuiet(state),
})
