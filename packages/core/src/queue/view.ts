/** What a queue strategy sees and what it may ask for. */
import type { PrNumber, Sha } from '../ids.js'
import type { PriorityKey } from '../model/priority.js'
import type { TestRun } from '../model/run.js'
import type { PullRequest } from '../model/state.js'

/** What a strategy may look at. Lists are in merge-priority order and are read lazily, so a long queue costs nothing. */
export interface QueueView {
  readonly head: Sha
  /** Pull requests that could be merge candidate. */
  readonly candidates: Iterable<PriorityKey>
  /** Pull requests that want a first test, approved or not. */
  readonly untested: Iterable<PriorityKey>
  /** Unfinished gate runs, the abandoned ones left out. */
  readonly running: ReadonlyArray<TestRun>
  readonly maxTestRuns: number
  readonly pullRequest: (number: PrNumber) => PullRequest | undefined
}

export interface WantedRun {
  readonly pr: PrNumber
  readonly reason: string
  /** The merge candidate's run may exceed the cap by one. */
  readonly mayExceedCap: boolean
}

export type Strategy = (view: QueueView) => ReadonlyArray<WantedRun>
