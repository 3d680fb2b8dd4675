/**
 * The state as JSON and back. Only facts are written; the queue's indexes are rebuilt from them, by the same functions
 * that maintain them, so `decode(encode(s))` equals `s` (a law, tested).
 */
import * as E from 'fp-ts/lib/Either.js'
import * as S from 'fp-ts/lib/string.js'
import * as t from 'io-ts'
import * as M from '../collections/sortedMap.js'
import * as Set from '../collections/sortedSet.js'
import {
  BatchId,
  EpochMs,
  Natural,
  PrNumber,
  RunId,
  Sha,
  byBatchId,
  byNumber,
  byRunId,
  bySha,
} from '../ids.js'
import { Effect, StatusState } from '../model/effect.js'
import { Policy, Retries } from '../model/policy.js'
import { RunEvidence, RunResult, TestRun, TriedRun } from '../model/run.js'
import { PullRequestSnapshot } from '../model/snapshot.js'
import { initialState, type BranchState } from '../model/state.js'
import { LandingTicket } from '../model/ticket.js'
import { putPullRequest } from '../work/pullRequests.js'
import { end, restoreInFlight, type Work } from '../work/work.js'
import { optional, record, tagged, variant } from '../model/record.js'
import { journalVersion } from './migrations.js'

const Standing = tagged('Standing', {
  Verified: variant('Verified', { how: t.keyof({ landed: null, tested: null, trusted: null }) }),
  Inspecting: variant('Inspecting', { ticket: LandingTicket }),
  Unverified: variant('Unverified', { why: t.string }),
  Broken: variant('Broken', { batchId: optional(BatchId), text: t.string }),
})

const Head = record('Head', {
  sha: Sha,
  standing: Standing,
  seq: Natural,
  doubted: t.boolean,
  landedFrom: optional(record('LandedFrom', { sha: Sha, at: EpochMs })),
})

const DependencyFate = t.keyof({ merged: null, closed: null, elsewhere: null }, 'DependencyFate')

const Refusal = record('Refusal', {
  run: RunId,
  text: t.string,
  attempts: Natural,
  phase: t.keyof({ paused: null, over: null, final: null }),
  retryAt: EpochMs,
})

const PullRequest = record('PullRequest', {
  snapshot: PullRequestSnapshot,
  seq: Natural,
  result: optional(RunResult),
  run: optional(RunId),
  refusal: optional(Refusal),
  tries: Retries,
  overtaken: Natural,
  queued: optional(record('Queued', { turn: Natural, at: EpochMs })),
})

const Source = record('Source', {
  sha: Sha,
  posted: optional(StatusState),
  renewed: t.boolean,
  seq: Natural,
  refused: optional(record('RefusedStatus', { state: StatusState, text: t.string })),
})

const LandingRecord = record('LandingRecord', {
  pr: PrNumber,
  title: t.string,
  source: Sha,
  base: Sha,
  tested: optional(Sha),
  landed: Sha,
  run: RunId,
  batchId: BatchId,
  at: EpochMs,
  closed: t.boolean,
})

const DeployOutcome = t.keyof({ success: null, failure: null, cancelled: null, rejected: null })
const Deploy = record('Deploy', {
  current: optional(
    record('DeployRun', {
      run: RunId,
      sha: Sha,
      batchId: optional(BatchId),
      startedAt: EpochMs,
      lookAt: EpochMs,
    }),
  ),
  last: optional(
    record('LastDeploy', { sha: Sha, batchId: optional(BatchId), outcome: DeployOutcome, text: t.string }),
  ),
  invalidated: optional(BatchId),
  announced: optional(Sha),
  ended: Natural,
  history: t.readonlyArray(
    record('PastDeploy', { sha: Sha, batchId: optional(BatchId), outcome: DeployOutcome }),
  ),
})

const InFlight = record('InFlight', {
  effect: Effect,
  seq: Natural,
  attempt: Natural,
  waiting: t.keyof({ answer: null, retry: null, look: null }),
  due: EpochMs,
})

const pairs = <K extends t.Mixed, V extends t.Mixed>(key: K, value: V) =>
  t.readonlyArray(t.tuple([key, value]))

const StateFacts = record('BranchState', {
  version: t.literal(journalVersion),
  name: record('BranchName', { repository: t.string, branch: t.string }),
  policy: Policy,
  epoch: t.string,
  now: EpochMs,
  seq: Natural,
  nextId: Natural,
  head: optional(Head),
  requiredChecks: t.readonlyArray(t.string),
  pullRequests: t.readonlyArray(PullRequest),
  gone: pairs(PrNumber, Natural),
  fates: pairs(PrNumber, DependencyFate),
  sources: t.readonlyArray(Source),
  authorizations: pairs(Sha, record('Authorization', { by: t.string, at: EpochMs })),
  invalidated: pairs(t.string, BatchId),
  invalidatedUpTo: optional(BatchId),
  runs: t.readonlyArray(TestRun),
  chains: t.readonlyArray(RunEvidence),
  tried: t.readonlyArray(TriedRun),
  lately: t.readonlyArray(record('Landed', { pr: PrNumber, paths: t.readonlyArray(t.string), at: EpochMs })),
  turns: Natural,
  cancelling: pairs(BatchId, record('Cancelling', { reason: t.string, acknowledged: t.boolean })),
  landing: optional(LandingTicket),
  landings: t.readonlyArray(LandingRecord),
  landedBefore: t.readonlyArray(PrNumber),
  frozen: optional(record('Frozen', { by: t.string, reason: t.string, at: EpochMs })),
  deploy: Deploy,
  stale: record('Stale', {
    branch: t.boolean,
    head: t.boolean,
    pullRequests: t.readonlyArray(PrNumber),
    batches: t.boolean,
    batch: t.readonlyArray(BatchId),
  }),
  listed: t.boolean,
  pollAt: EpochMs,
  inFlight: t.readonlyArray(InFlight),
})
type StateFacts = t.TypeOf<typeof StateFacts>
/** The JSON form of a state. */
export type StateJson = t.OutputOf<typeof StateFacts>

const factsOf = (state: BranchState): StateFacts => {
  const { book: _, ...facts } = state
  return {
    ...facts,
    version: journalVersion,
    pullRequests: M.valuesArray(state.pullRequests).map(({ place: _place, ...pr }) => pr),
    gone: M.toArray(state.gone).map(([k, v]) => [k, v]),
    fates: M.toArray(state.fates).map(([k, v]) => [k, v]),
    sources: M.toArray(state.sources).map(([sha, { posted, renewed, seq, refused }]) => ({
      sha,
      posted,
      renewed,
      seq,
      refused,
    })),
    authorizations: M.toArray(state.authorizations).map(([k, v]) => [k, v]),
    invalidated: M.toArray(state.invalidated).map(([k, v]) => [k, v]),
    runs: M.valuesArray(state.runs),
    chains: M.valuesArray(state.chains),
    cancelling: M.toArray(state.cancelling).map(([k, v]) => [k, v]),
    landings: M.valuesArray(state.landings),
    landedBefore: Set.toArray(state.landedBefore),
    stale: {
      ...state.stale,
      pullRequests: Set.toArray(state.stale.pullRequests),
      batch: Set.toArray(state.stale.batch),
    },
    inFlight: M.valuesArray(state.inFlight),
  }
}

/** Facts first, then the pull requests one by one, so that each finds all that its place depends on. */
const stateOf = (facts: StateFacts): BranchState => {
  const { version: _, pullRequests, sources, inFlight, ...plain } = facts
  const bare: Work = {
    ...initialState(plain.name, plain.policy),
    ...plain,
    gone: M.fromEntries(byNumber, plain.gone),
    fates: M.fromEntries(byNumber, plain.fates),
    authorizations: M.fromEntries(bySha, plain.authorizations),
    invalidated: M.fromEntries(S.Ord, plain.invalidated),
    runs: M.fromEntries(
      byRunId,
      plain.runs.map((run) => [run.id, run] as const),
    ),
    chains: M.fromEntries(
      byRunId,
      plain.chains.map((evidence) => [evidence.run, evidence] as const),
    ),
    cancelling: M.fromEntries(byBatchId, plain.cancelling),
    landings: M.fromEntries(
      byNumber,
      plain.landings.map((landing) => [landing.pr, landing] as const),
    ),
    landedBefore: Set.fromArray(byNumber, plain.landedBefore),
    stale: {
      ...plain.stale,
      pullRequests: Set.fromArray(byNumber, plain.stale.pullRequests),
      batch: Set.fromArray(byBatchId, plain.stale.batch),
    },
    sources: M.fromEntries(
      bySha,
      sources.map(
        ({ sha, posted, renewed, seq, refused }) =>
          [sha, { prs: [], posted, renewed, seq, refused }] as const,
      ),
    ),
    outbox: undefined,
    attention: undefined,
  }
  return end(restoreInFlight(pullRequests.reduce(putPullRequest, bare), inFlight))[0]
}

/** Codec of the whole state. Unknown fields, tags and versions are a `Left` that says where. */
export const BranchStateCodec = new t.Type<BranchState, StateJson>(
  'BranchState',
  (u): u is BranchState => typeof u === 'object' && u !== null && 'book' in u && 'epoch' in u,
  (u, context) => E.map(stateOf)(StateFacts.validate(u, context)),
  (state) => StateFacts.encode(factsOf(state)),
)
