/** What a queue strategy sees and what it may ask for. */
import type { EpochMs, PrNumber, RunId, Sha } from '../ids.js'
import type { PriorityKey } from '../model/priority.js'
import type { RunEvidence, TestRun, TriedRun } from '../model/run.js'
import type { Landed, PullRequest } from '../model/state.js'

/** What a strategy may look at. Lists are in merge-priority order and are read lazily, so a long queue costs nothing. */
export interface QueueView {
  readonly head: Sha
  readonly now: EpochMs
  /** Pull requests that could be merge candidate; nobody before what it depends on. */
  readonly candidates: Iterable<PriorityKey>
  /** Pull requests that want a first test, approved or not. */
  readonly untested: Iterable<PriorityKey>
  /** Unfinished gate runs, the abandoned ones left out. */
  readonly running: ReadonlyArray<TestRun>
  /** Finished gate runs, the newest last; also of members that have left or moved since. */
  readonly tried: ReadonlyArray<TriedRun>
  /** Chains that passed on the head and wait to land. */
  readonly chains: ReadonlyArray<RunEvidence>
  /** Whether a test of these, in this order on the head, would be started: not if it runs, or failed too often. */
  readonly mayTest: (members: ReadonlyArray<PrNumber>) => boolean
  /** Whether all that it depends on is in the head, or among those that are to be before it. */
  readonly mayFollow: (number: PrNumber, before: ReadonlyArray<PrNumber>) => boolean
  /** So many who came later may land before somebody; then it is the one that is overdue. */
  readonly maxOvertaken: number
  readonly overdue: PrNumber | undefined
  /** What landed last, the newest last. */
  readonly lately: ReadonlyArray<Landed>
  readonly maxTestRuns: number
  readonly pullRequest: (number: PrNumber) => PullRequest | undefined
}

/** A test of these pull requests, in this order, on the head. */
export interface WantedRun {
  readonly members: ReadonlyArray<PrNumber>
  readonly reason: string
  /** The merge candidate's run may exceed the cap by one. */
  readonly mayExceedCap: boolean
}

export interface Wants {
  /** In the order in which they are to get the free places. */
  readonly start: ReadonlyArray<WantedRun>
  /** Unfinished runs that are worth nothing any more. */
  readonly stop: ReadonlyArray<RunId>
}

export type Strategy = (view: QueueView) => Wants
