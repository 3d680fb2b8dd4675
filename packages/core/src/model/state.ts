/** Everything the core knows about one watched branch. Immutable; changed only by `reduce`. */
import { none, type Option } from 'fp-ts/lib/Option.js'
import * as Ord from 'fp-ts/lib/Ord.js'
import * as N from 'fp-ts/lib/number.js'
import * as S from 'fp-ts/lib/string.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as M from '../collections/sortedMap.js'
import * as Set from '../collections/sortedSet.js'
import {
  byBatchId,
  byNumber,
  byRunId,
  bySha,
  epochMs,
  type BatchId,
  type EpochMs,
  type PrNumber,
  type RunId,
  type Sha,
} from '../ids.js'
import { byPriority, type PriorityKey } from './priority.js'
import type { Effect, StatusState } from './effect.js'
import type { Policy, Retries } from './policy.js'
import type { RunEvidence, RunResult, TestRun, TriedRun } from './run.js'
import type { PullRequestSnapshot } from './snapshot.js'
import type { LandingTicket } from './ticket.js'

/** The watched branch: `repository` is `owner/name`. */
export interface BranchName {
  readonly repository: string
  readonly branch: string
}

/** Whether the head is known to have passed the gate. */
export type Standing =
  | { readonly _tag: 'Verified'; readonly how: 'landed' | 'tested' | 'trusted' }
  /** A forge merge whose parent and tree are being compared with what was tested. */
  | { readonly _tag: 'Inspecting'; readonly ticket: LandingTicket }
  | { readonly _tag: 'Unverified'; readonly why: string }
  | { readonly _tag: 'Broken'; readonly batchId: Option<BatchId>; readonly text: string }

export interface Head {
  readonly sha: Sha
  readonly standing: Standing
  /** The event count when this became known; a read asked earlier can't override it. */
  readonly seq: number
  /** The forge said that the branch is elsewhere: nothing lands until a read has shown where. */
  readonly doubted: boolean
  /** For a head that we landed: where the branch was before, and when. */
  readonly landedFrom: Option<{ readonly sha: Sha; readonly at: EpochMs }>
}

/** The forge said no to a landing; it is asked again after a pause, at most as often as the policy says. */
export interface Refusal {
  readonly run: RunId
  readonly text: string
  readonly attempts: number
  /** `paused`: until `retryAt`. `over`: may be asked again now. `final`: until something changes. */
  readonly phase: 'paused' | 'over' | 'final'
  readonly retryAt: EpochMs
}

/** What became of a pull request that is not open here and did not land through this gate. */
export type DependencyFate = 'merged' | 'closed' | 'elsewhere'

/** When a pull request came, counted from the first that ever did. */
export interface Turn {
  readonly turn: number
  readonly number: PrNumber
}

/** Where a pull request stands in the queue's indexes; computed by `queue/place.ts` from the rest. */
export interface Place {
  readonly key: PriorityKey
  /** Could be merge candidate. */
  readonly candidate: boolean
  /** Nothing but tests and the branch itself keeps it from landing: what goes into chains. */
  readonly ready: boolean
  /** Wants its first test. */
  readonly untested: boolean
  /** A test on this base would teach nothing new: it errored there, or passed there and waits for something else. */
  readonly settledOn: Option<Sha>
  /** Everything holds for landing on this base, but for the branch's own conditions and the forge's taking our status. */
  readonly landableOn: Option<Sha>
  /** Its turn, while it waits for nothing but tests and the branch: then it is overtaken by who lands and came later. */
  readonly waiting: Option<Turn>
  /** It has been overtaken as often as the policy allows. */
  readonly overdue: boolean
}

export interface PullRequest {
  readonly snapshot: PullRequestSnapshot
  /** The event count when this became known; a read asked earlier can't override it. */
  readonly seq: number
  /** The last finished run of this source. */
  readonly result: Option<RunResult>
  /** The unfinished run of this source. */
  readonly run: Option<RunId>
  readonly refusal: Option<Refusal>
  /** How often this source has failed alone, by class. */
  readonly tries: Retries
  /** How many who came later have landed before this source, since its own test last failed. */
  readonly overtaken: number
  /** Since when this source is in the queue, and its turn, counted from the first that ever came. */
  readonly queued: Option<{ readonly turn: number; readonly at: EpochMs }>
  readonly place: Place
}

export const noTries: Retries = { failed: 0, infrastructure: 0, timeout: 0 }

/** An invalidation concerns one pull request at one source: another that shares the SHA has results of its own. */
export const invalidationKey = (pr: PrNumber, source: Sha): string => `${pr}@${source}`

/** What is known about our status on a source SHA, and the open pull requests that have it as their head. */
export interface Source {
  readonly prs: ReadonlyArray<PrNumber>
  readonly posted: Option<StatusState>
  /** A run of it has begun since a final status was ordered. Only then may what is final go back to pending. */
  readonly renewed: boolean
  /** The event count when `posted` was acknowledged. */
  readonly seq: number
  /** A state that the forge will never take for this SHA. */
  readonly refused: Option<{ readonly state: StatusState; readonly text: string }>
}

export interface InFlight {
  readonly effect: Effect
  /** The event count when it was ordered. */
  readonly seq: number
  readonly attempt: number
  /** `answer`: overdue at `due`. `retry`: given again at `due`. `look`: its outcome is unknown and is being read. */
  readonly waiting: 'answer' | 'retry' | 'look'
  readonly due: EpochMs
}

export interface LandingRecord {
  readonly pr: PrNumber
  readonly title: string
  readonly source: Sha
  readonly base: Sha
  readonly tested: Option<Sha>
  readonly landed: Sha
  readonly run: RunId
  readonly batchId: BatchId
  readonly at: EpochMs
  /** The forge has been seen to show it as no longer open. */
  readonly closed: boolean
}

/** What a strategy may want to know of a pull request that has landed. */
export interface Landed {
  readonly pr: PrNumber
  readonly paths: ReadonlyArray<string>
  readonly at: EpochMs
}

export type DeployOutcome = 'success' | 'failure' | 'cancelled' | 'rejected'

export interface DeployRun {
  readonly run: RunId
  readonly sha: Sha
  readonly batchId: Option<BatchId>
  readonly startedAt: EpochMs
  readonly lookAt: EpochMs
}

export interface Deploy {
  readonly current: Option<DeployRun>
  readonly last: Option<{
    readonly sha: Sha
    readonly batchId: Option<BatchId>
    readonly outcome: DeployOutcome
    readonly text: string
  }>
  /** A retry hides this batch and all older ones. */
  readonly invalidated: Option<BatchId>
  /** The SHA whose failure people have been told of. */
  readonly announced: Option<Sha>
  /** How many deploys have ended. */
  readonly ended: number
  /** The last of them, newest last. */
  readonly history: ReadonlyArray<{
    readonly sha: Sha
    readonly batchId: Option<BatchId>
    readonly outcome: DeployOutcome
  }>
}

/** What a hint or a poll marked as worth a fresh read: the reference's dirty flags, narrowed to what they concern. */
interface Stale {
  readonly branch: boolean
  readonly head: boolean
  readonly pullRequests: Set.SortedSet<PrNumber>
  readonly batches: boolean
  readonly batch: Set.SortedSet<BatchId>
}

/** When something that waits must be looked at again. `name` is an effect's subject or `refusal/<pr>`. */
export interface Alarm {
  readonly at: EpochMs
  readonly name: string
}

/** Indexes over `pullRequests`, kept in step by `work/pullRequests.ts`; a codec rebuilds them. */
export interface Book {
  readonly candidates: Set.SortedSet<PriorityKey>
  readonly untested: Set.SortedSet<PriorityKey>
  readonly settled: M.SortedMap<Sha, Set.SortedSet<PriorityKey>>
  readonly landable: M.SortedMap<Sha, Set.SortedSet<PriorityKey>>
  readonly alarms: Set.SortedSet<Alarm>
  readonly waiting: Set.SortedSet<Turn>
  readonly overdue: Set.SortedSet<Turn>
  /** By what they say that they depend on: the open pull requests that say so. */
  readonly dependents: M.SortedMap<PrNumber, Set.SortedSet<PrNumber>>
}

export interface BranchState {
  readonly name: BranchName
  readonly policy: Policy
  /** Distinguishes this life of the state from earlier ones in ids; taken from the first event's clock. */
  readonly epoch: string
  readonly now: EpochMs
  /** How many events were reduced. */
  readonly seq: number
  readonly nextId: number
  readonly head: Option<Head>
  readonly requiredChecks: ReadonlyArray<string>
  readonly pullRequests: M.SortedMap<PrNumber, PullRequest>
  /** No longer open here since this event count, and an older read that may still show it is out. */
  readonly gone: M.SortedMap<PrNumber, number>
  /** Of what open pull requests depend on and what is neither open nor landed here, as far as it was read. */
  readonly fates: M.SortedMap<PrNumber, DependencyFate>
  readonly sources: M.SortedMap<Sha, Source>
  readonly authorizations: M.SortedMap<Sha, { readonly by: string; readonly at: EpochMs }>
  /** By `invalidationKey`: this batch and all older ones never count again. */
  readonly invalidated: M.SortedMap<string, BatchId>
  /** What `invalidated` said of pull requests and sources that are gone, in one number. */
  readonly invalidatedUpTo: Option<BatchId>
  readonly runs: M.SortedMap<RunId, TestRun>
  /** Chains of several pull requests that passed on the head and have not landed. */
  readonly chains: M.SortedMap<RunId, RunEvidence>
  /** The newest finished runs, oldest first, for strategies that learn from them. */
  readonly tried: ReadonlyArray<TriedRun>
  /** What landed last, newest last. */
  readonly lately: ReadonlyArray<Landed>
  /** How many pull requests have ever entered the queue. */
  readonly turns: number
  /** Batches that nobody wants and that may still run; true once the cancel is acknowledged. */
  readonly cancelling: M.SortedMap<BatchId, { readonly reason: string; readonly acknowledged: boolean }>
  readonly landing: Option<LandingTicket>
  /** The newest landings. */
  readonly landings: M.SortedMap<PrNumber, LandingRecord>
  /** What landed longer ago. */
  readonly landedBefore: Set.SortedSet<PrNumber>
  readonly frozen: Option<{ readonly by: string; readonly reason: string; readonly at: EpochMs }>
  readonly deploy: Deploy
  readonly stale: Stale
  /** Whether the batches have ever been listed. Before that nothing is started or said: it may be under way already. */
  readonly listed: boolean
  readonly pollAt: EpochMs
  /** Unanswered effects by subject: at most one of each subject is out. */
  readonly inFlight: M.SortedMap<string, InFlight>
  readonly book: Book
}

const byAlarm: Ord.Ord<Alarm> = pipe(
  Ord.contramap((a: Alarm) => a.at as number)(N.Ord),
  (byTime): Ord.Ord<Alarm> => ({
    equals: (a, b) => a.at === b.at && a.name === b.name,
    compare: (a, b) => byTime.compare(a, b) || S.Ord.compare(a.name, b.name),
  }),
)

const byTurn: Ord.Ord<Turn> = Ord.getMonoid<Turn>().concat(
  Ord.contramap((t: Turn) => t.turn)(N.Ord),
  Ord.contramap((t: Turn) => t.number as number)(N.Ord),
)

const emptyBook: Book = {
  candidates: Set.empty(byPriority),
  untested: Set.empty(byPriority),
  settled: M.empty(bySha),
  landable: M.empty(bySha),
  alarms: Set.empty(byAlarm),
  waiting: Set.empty(byTurn),
  overdue: Set.empty(byTurn),
  dependents: M.empty(byNumber),
}

/**
 * The state before anything is known. It asks for its first read when `ServiceStarted` arrives.
 *
 * @example
 * const s0 = initialState({ repository: 'acme/app', branch: 'main' }, defaultPolicy)
 * const [s1, effects] = reduce(s0, { _tag: 'ServiceStarted', at: epochMs(0) })
 * // effects: ReadBranch; ReadBatches once the branch is known
 */
export const initialState = (name: BranchName, policy: Policy): BranchState => ({
  name,
  policy,
  epoch: '',
  now: epochMs(0),
  seq: 0,
  nextId: 1,
  head: none,
  requiredChecks: [],
  pullRequests: M.empty(byNumber),
  gone: M.empty(byNumber),
  fates: M.empty(byNumber),
  sources: M.empty(bySha),
  authorizations: M.empty(bySha),
  invalidated: M.empty(S.Ord),
  invalidatedUpTo: none,
  runs: M.empty(byRunId),
  chains: M.empty(byRunId),
  tried: [],
  lately: [],
  turns: 0,
  cancelling: M.empty(byBatchId),
  landing: none,
  landings: M.empty(byNumber),
  landedBefore: Set.empty(byNumber),
  frozen: none,
  deploy: { current: none, last: none, invalidated: none, announced: none, ended: 0, history: [] },
  stale: {
    branch: false,
    head: false,
    pullRequests: Set.empty(byNumber),
    batches: false,
    batch: Set.empty(byBatchId),
  },
  listed: false,
  pollAt: epochMs(0),
  inFlight: M.empty(S.Ord),
  book: emptyBook,
})
