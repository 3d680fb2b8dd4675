/**
 * An arbitrary for every variant of every union. The tables are typed by the unions themselves: a new variant, or a new
 * field, without an arbitrary does not compile.
 */
import * as fc from 'fast-check'
import { none, some, type Option } from 'fp-ts/lib/Option.js'
import {
  type Assumptions,
  batchId,
  effectId,
  epochMs,
  prNumber,
  runId,
  sha,
  type BatchFate,
  type BatchState,
  type CheckSnapshot,
  type DeployBatchSnapshot,
  type Effect,
  type EffectOf,
  type Event,
  type EventOf,
  type Failure,
  type GithubConcern,
  type LandingTicket,
  type Member,
  type Policy,
  type PullRequestFate,
  type PullRequestSnapshot,
  type RefusalCode,
  type RunErrorCode,
  type TestBatchSnapshot,
} from '@headgate/core'

type Tagged = { readonly _tag: string }
type Variant<U extends Tagged, T extends U['_tag']> = Extract<U, { readonly _tag: T }>
/** What a variant holds besides its tag, each as an arbitrary. */
type Fields<A> = { [K in Exclude<keyof A, '_tag'>]: fc.Arbitrary<A[K]> }
type Table<U extends Tagged> = { [T in U['_tag']]: Fields<Variant<U, T>> }

const record = <A>(fields: { [K in keyof A]: fc.Arbitrary<A[K]> }): fc.Arbitrary<A> =>
  fc.record(fields as never) as fc.Arbitrary<A>

const variants = <U extends Tagged>(table: Table<U>): { [T in U['_tag']]: fc.Arbitrary<Variant<U, T>> } =>
  Object.fromEntries(
    Object.entries(table).map(([tag, fields]) => [
      tag,
      fc.record({ _tag: fc.constant(tag), ...(fields as object) } as never),
    ]),
  ) as { [T in U['_tag']]: fc.Arbitrary<Variant<U, T>> }

const union = <U extends Tagged>(table: Table<U>): fc.Arbitrary<U> =>
  fc.oneof(...(Object.values(variants(table)) as ReadonlyArray<fc.Arbitrary<U>>))

/** Each key of the record is one of the words: a forgotten word does not compile. */
const oneOf = <W extends string>(words: Readonly<Record<W, true>>): fc.Arbitrary<W> =>
  fc.constantFrom(...(Object.keys(words) as W[]))

/** Any string, lone surrogates, quotes and control characters included. */
const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constantFrom('\ud800', '__proto__', ''))
const word = fc.oneof(
  fc.stringMatching(/^\S{1,12}$/),
  fc.constantFrom('\udfff', 'constructor', '__proto__', '#', '💥'),
)
const count = fc.oneof(fc.nat(), fc.maxSafeNat())
const option = <A>(value: fc.Arbitrary<A>): fc.Arbitrary<Option<A>> =>
  fc.oneof(fc.constant(none), value.map(some))
const list = <A>(item: fc.Arbitrary<A>): fc.Arbitrary<ReadonlyArray<A>> => fc.array(item, { maxLength: 4 })

const aSha = word.map(sha)
const aRun = word.map(runId)
const anEffectId = word.map(effectId)
const aPr = count.map(prNumber)
const aBatch = count.map(batchId)
const aTime = count.map(epochMs)

const member = record<Member>({ pr: aPr, source: aSha })
const check = record<CheckSnapshot>({ name: text, state: option(text), reporter: option(text) })
const batchState = oneOf<BatchState>({ running: true, success: true, failure: true, cancelled: true })
const purpose = oneOf<TestBatchSnapshot['purpose']>({ gate: true, head: true })
const runErrorCode = oneOf<RunErrorCode>({
  MergeConflict: true,
  BuildFileMissing: true,
  BuildFileInvalid: true,
  Timeout: true,
  Infrastructure: true,
})
const refusalCode = oneOf<RefusalCode>({ HeadMoved: true, SourceMoved: true, Refused: true })

const pullRequest = record<PullRequestSnapshot>({
  number: aPr,
  title: text,
  author: text,
  source: aSha,
  sourceBranch: text,
  draft: fc.boolean(),
  labels: list(text),
  reviewDecision: oneOf<PullRequestSnapshot['reviewDecision']>({
    APPROVED: true,
    CHANGES_REQUESTED: true,
    REVIEW_REQUIRED: true,
    NONE: true,
  }),
  approvedShas: list(aSha),
  checks: list(check),
  paths: list(text),
  dependsOn: list(aPr),
})

const testBatch = record<TestBatchSnapshot>({
  batchId: aBatch,
  run: aRun,
  purpose,
  pr: option(aPr),
  source: aSha,
  target: aSha,
  commit: option(aSha),
  tree: option(aSha),
  state: batchState,
  complete: fc.boolean(),
})
const deployBatch = record<DeployBatchSnapshot>({
  batchId: aBatch,
  run: aRun,
  sha: aSha,
  state: batchState,
  complete: fc.boolean(),
})

const seconds = fc.double({ min: 1e-3, max: 1e9, noNaN: true })
const atLeastOne = fc.integer({ min: 1 })
const probability = fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true })
const mergeMethod = oneOf<Policy['mergeMethod']>({ merge: true, squash: true, rebase: true })
const landing = oneOf<Policy['landing']>({ 'fast-forward': true, 'forge-merge': true })
export const policy = record<Policy>({
  mergeable: fc.boolean(),
  deployable: fc.boolean(),
  statusContext: text,
  landing,
  mergeMethod,
  strategy: union<Policy['strategy']>({
    serial: {},
    batch: { size: atLeastOne },
    speculative: {
      depth: atLeastOne,
      window: oneOf<'fixed' | 'growing'>({ fixed: true, growing: true }),
    },
    adaptive: {
      horizon: atLeastOne,
      assume: record<Assumptions>({ failing: probability, conflicting: probability, flaking: probability }),
    },
  }),
  order: union<Policy['order']>({ checks: {}, arrival: { headStart: fc.nat() } }),
  retries: record<Policy['retries']>({ failed: fc.nat(), infrastructure: fc.nat(), timeout: fc.nat() }),
  maxOvertaken: atLeastOne,
  preemption: oneOf<Policy['preemption']>({ obsolete: true, unwanted: true, priority: true }),
  maxTestRuns: atLeastOne,
  labels: record({ blocking: list(text), highPriority: text, doNotTest: text, rerunAll: text }),
  trustedAuthors: list(text),
  approvals: oneOf<Policy['approvals']>({ 'of-this-sha': true, 'of-the-pull-request': true }),
  requiredChecks: list(text),
  checkReporters: fc.dictionary(text, text, { maxKeys: 3 }),
  onDeployFailure: oneOf<Policy['onDeployFailure']>({ continue: true, hold: true }),
  unverifiedHead: oneOf<Policy['unverifiedHead']>({ test: true, trust: true }),
  landingAttempts: atLeastOne,
  effectAttempts: atLeastOne,
  durations: record<Policy['durations']>({
    pollSeconds: seconds,
    batchPollSeconds: seconds,
    testTimeoutSeconds: seconds,
    answerSeconds: seconds,
    retrySeconds: seconds,
    retryMaxSeconds: seconds,
    forgeLagSeconds: seconds,
  }),
})

const failure = record<Failure>({
  kind: oneOf<Failure['kind']>({ transient: true, permanent: true, unknown: true }),
  code: text,
  text,
})
const concern = union<GithubConcern>({
  Everything: {},
  Head: {},
  PullRequest: { pr: aPr },
  Checks: { sha: aSha },
})
const fate = union<PullRequestFate>({
  Open: { snapshot: pullRequest },
  Merged: { commit: option(aSha) },
  Closed: {},
  Elsewhere: {},
})
const batchFate = union<BatchFate>({ Known: { state: batchState, complete: fc.boolean() }, Gone: {} })

const at = { at: aTime }
const answer = { at: aTime, answers: anEffectId }
const operator = { at: aTime, by: text }

export const events: { [T in Event['_tag']]: fc.Arbitrary<EventOf<T>> } = variants<Event>({
  ServiceStarted: at,
  TimeAdvanced: at,
  GithubHinted: { ...at, concern },
  BatchHinted: { ...at, batchId: option(aBatch) },
  BranchObserved: { ...answer, head: aSha, requiredChecks: list(text), pullRequests: list(pullRequest) },
  HeadObserved: { ...answer, head: aSha },
  PullRequestObserved: { ...answer, fate },
  CommitInspected: { ...answer, parents: list(aSha), tree: aSha },
  CommitPrepared: { ...answer, commit: aSha, tree: aSha, chain: list(aSha) },
  PreparationFailed: { ...answer, code: runErrorCode, text, culprit: option(aPr) },
  PreparedCommitDeleted: answer,
  StatusPosted: answer,
  BranchLanded: { ...answer, landed: aSha },
  LandingRefused: { ...answer, code: refusalCode, text },
  PullRequestClosed: answer,
  TestBatchSubmitted: { ...answer, batchId: aBatch },
  TestBatchRejected: { ...answer, code: runErrorCode, text },
  BatchObserved: { ...answer, fate: batchFate },
  BatchesObserved: { ...answer, tests: list(testBatch), deploys: list(deployBatch) },
  BatchCancelled: answer,
  DeployBatchSubmitted: { ...answer, batchId: aBatch },
  DeployBatchRejected: { ...answer, text },
  DeployFailureAnnounced: answer,
  EffectFailed: { ...answer, failure },
  ShaAuthorized: { ...operator, sha: aSha },
  BranchFrozen: { ...operator, reason: text },
  BranchUnfrozen: operator,
  TestRetried: { ...operator, pr: aPr, batchId: option(aBatch) },
  HeadTestRetried: operator,
  DeployRetried: operator,
  PolicyChanged: { ...operator, policy },
})

const ticket = record<Omit<LandingTicket, symbol>>({
  landing,
  method: mergeMethod,
  base: aSha,
  commit: option(aSha),
  tree: option(aSha),
  members: list(member),
  run: aRun,
  batchId: aBatch,
  title: text,
}) as fc.Arbitrary<LandingTicket>

const id = { id: anEffectId }
export const effects: { [T in Effect['_tag']]: fc.Arbitrary<EffectOf<T>> } = variants<Effect>({
  ReadBranch: id,
  ReadHead: id,
  ReadPullRequest: { ...id, pr: aPr },
  PrepareCommit: {
    ...id,
    run: aRun,
    base: aSha,
    members: list(member),
    method: mergeMethod,
    titles: list(text),
  },
  DeletePreparedCommit: { ...id, run: aRun },
  SubmitTestBatch: {
    ...id,
    run: aRun,
    purpose,
    commit: aSha,
    tree: option(aSha),
    base: aSha,
    members: list(member),
    sourceBranch: option(text),
    labels: list(text),
    reason: text,
  },
  ReadBatch: { ...id, batchId: aBatch },
  ReadBatches: id,
  CancelBatch: { ...id, batchId: aBatch, reason: text },
  PostStatus: {
    ...id,
    sha: aSha,
    context: text,
    state: oneOf<EffectOf<'PostStatus'>['state']>({ pending: true, success: true, failure: true }),
    description: text,
    pr: option(aPr),
  },
  LandBranch: { ...id, ticket },
  InspectCommit: { ...id, commit: aSha },
  ClosePullRequest: { ...id, pr: aPr, landed: aSha },
  SubmitDeployBatch: { ...id, run: aRun, sha: aSha },
  AnnounceDeployFailure: { ...id, sha: aSha, batchId: option(aBatch), text },
})
