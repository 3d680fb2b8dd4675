/** Small pieces for tests of single rooms: a policy, a pull request, a check, what a test left behind. */
import { none, some, type Option } from 'fp-ts/lib/Option.js'
import {
  batchId,
  defaultPolicy,
  noTries,
  prNumber,
  runId,
  sha,
  type CheckSnapshot,
  type DeployBatchSnapshot,
  type Policy,
  type PullRequest,
  type PullRequestSnapshot,
  type RunEvidence,
  type RunResult,
  type TestBatchSnapshot,
} from '@headgate/core'

/** The default policy, simplified: ada is trusted, nothing deploys, every head is trusted. */
export const policyOf = (change: Partial<Policy> = {}): Policy => ({
  ...defaultPolicy,
  trustedAuthors: ['ada'],
  deployable: false,
  unverifiedHead: 'trust',
  ...change,
})

const option = (text: string | undefined): Option<string> => (text === undefined ? none : some(text))

/** One entry of a commit's check rollup. */
export const check = (name: string, state?: string, reporter?: string): CheckSnapshot => ({
  name,
  state: option(state),
  reporter: option(reporter),
})

/** An approved pull request of a trusted author; its head is `s<number>` unless said otherwise. */
export const pull = (number: number, change: Partial<PullRequestSnapshot> = {}): PullRequestSnapshot => ({
  number: prNumber(number),
  title: `change ${number}`,
  author: 'ada',
  source: sha(`s${number}`),
  sourceBranch: `branch-${number}`,
  draft: false,
  labels: [],
  reviewDecision: 'APPROVED',
  approvedShas: [change.source ?? sha(`s${number}`)],
  checks: [],
  paths: [],
  dependsOn: [],
  ...change,
})

/** What a run of pull request `number` on `h0` left behind. */
const evidence = (number: number, change: Partial<RunEvidence> = {}): RunEvidence => ({
  run: runId(`run-${number}`),
  base: sha('h0'),
  members: [{ pr: prNumber(number), source: sha(`s${number}`) }],
  chain: [],
  commit: some(sha(`c${number}`)),
  tree: some(sha(`t${number}`)),
  batchId: batchId(number),
  ...change,
})

export const passed = (number: number, change: Partial<RunEvidence> = {}): Option<RunResult> =>
  some({ _tag: 'Passed', evidence: evidence(number, change) })
export const failed = (number: number, change: Partial<RunEvidence> = {}): Option<RunResult> =>
  some({ _tag: 'Failed', evidence: evidence(number, change) })
export const errored = (base = 'h0'): Option<RunResult> =>
  some({ _tag: 'Errored', base: sha(base), code: 'MergeConflict', text: 'It conflicts.' })

type Facts = Omit<PullRequest, 'place'>
/** What is known about an untested pull request. */
export const facts = (
  number: number,
  change: Partial<Facts> = {},
  snapshot: Partial<PullRequestSnapshot> = {},
): Facts => ({
  snapshot: pull(number, snapshot),
  seq: 1,
  result: none,
  run: none,
  refusal: none,
  tries: noTries,
  overtaken: 0,
  queued: none,
  ...change,
})

/** A running gate batch of pull request `number` on `h0`, as Batch lists it. */
export const testBatch = (
  number: number,
  batch: number,
  change: Partial<TestBatchSnapshot> = {},
): TestBatchSnapshot => ({
  batchId: batchId(batch),
  run: runId(`run-${batch}`),
  purpose: 'gate',
  pr: some(prNumber(number)),
  source: sha(`s${number}`),
  target: sha('h0'),
  commit: some(sha(`c${number}@h0`)),
  tree: some(sha(`t${number}@h0`)),
  state: 'running',
  complete: false,
  ...change,
})

/** A running deploy batch of `h0`, as Batch lists it. */
export const deployBatch = (
  batch: number,
  change: Partial<DeployBatchSnapshot> = {},
): DeployBatchSnapshot => ({
  batchId: batchId(batch),
  run: runId(`run-${batch}`),
  sha: sha('h0'),
  state: 'running',
  complete: false,
  ...change,
})
