/** A test run: one attempt to learn whether exactly these sources, on exactly this base, pass. */
import * as t from 'io-ts'
import { optional, record, tagged, variant } from './record.js'
import { BatchId, EpochMs, PrNumber, RunId, Sha } from '../ids.js'
import { RunPurpose } from './snapshot.js'

/** A pull request at one exact source. */
export const Member = record('Member', { pr: PrNumber, source: Sha })
export type Member = t.TypeOf<typeof Member>

export const RunStage = tagged('RunStage', {
  /** The commit that would land is being made. */
  Preparing: variant('Preparing', {}),
  /** The commit exists; its batch is being submitted. */
  Submitting: variant('Submitting', { commit: Sha, tree: optional(Sha) }),
  /** The batch runs. */
  Running: variant('Running', {
    commit: optional(Sha),
    tree: optional(Sha),
    batchId: BatchId,
    since: EpochMs,
    /** When the batch is read next, should its callback be lost. */
    lookAt: EpochMs,
  }),
})
export type RunStage = t.TypeOf<typeof RunStage>

/** Unfinished work. A finished run becomes a `RunResult` and leaves this table. */
export const TestRun = record('TestRun', {
  id: RunId,
  purpose: RunPurpose,
  /** The head that the members are combined with; for purpose `head` the head itself. */
  base: Sha,
  members: t.readonlyArray(Member),
  /** The prepared commits, one after each member, the last of them the one that is tested; empty where they are not known. */
  chain: t.readonlyArray(Sha),
  stage: RunStage,
  reason: t.string,
  startedAt: EpochMs,
  /** Nobody wants it any more; it stays only until its batch can be named and cancelled. */
  abandoned: t.boolean,
})
export type TestRun = t.TypeOf<typeof TestRun>

/** What made a run end without a verdict of its tests. Final for this pair of SHAs. */
export const RunErrorCode = t.keyof(
  {
    MergeConflict: null,
    BuildFileMissing: null,
    BuildFileInvalid: null,
    Timeout: null,
    Infrastructure: null,
  },
  'RunErrorCode',
)
export type RunErrorCode = t.TypeOf<typeof RunErrorCode>

/** The evidence that a finished run leaves: which commit, on which base, made of which sources, by which batch. */
export const RunEvidence = record('RunEvidence', {
  run: RunId,
  base: Sha,
  members: t.readonlyArray(Member),
  chain: t.readonlyArray(Sha),
  commit: optional(Sha),
  tree: optional(Sha),
  batchId: BatchId,
})
export type RunEvidence = t.TypeOf<typeof RunEvidence>

export const RunResult = tagged('RunResult', {
  Passed: variant('Passed', { evidence: RunEvidence }),
  Failed: variant('Failed', { evidence: RunEvidence }),
  Errored: variant('Errored', { base: Sha, code: RunErrorCode, text: t.string }),
})
export type RunResult = t.TypeOf<typeof RunResult>

/** How a gate run ended, for strategies to learn from: exactly these sources, in this order, on this base. */
export const TriedRun = record('TriedRun', {
  run: RunId,
  base: Sha,
  members: t.readonlyArray(Member),
  chain: t.readonlyArray(Sha),
  /** What landed until then is in the base. */
  startedAt: EpochMs,
  result: RunResult,
  /** For a conflict: the member that could not be put on those before it. */
  culprit: optional(PrNumber),
})
export type TriedRun = t.TypeOf<typeof TriedRun>
