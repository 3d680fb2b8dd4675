/** What to require, how to order, how to queue, how to land, what gates a deploy: data, decoded at the door. */
import * as t from 'io-ts'
import { Natural } from '../ids.js'
import { record, tagged, variant } from './record.js'

/** `fast-forward`: the tested commit itself lands. `forge-merge`: the forge merges, and what it made is verified after. */
export const LandingMode = t.keyof({ 'fast-forward': null, 'forge-merge': null }, 'LandingMode')
export type LandingMode = t.TypeOf<typeof LandingMode>

export const MergeMethod = t.keyof({ merge: null, squash: null, rebase: null }, 'MergeMethod')
export type MergeMethod = t.TypeOf<typeof MergeMethod>

const Seconds = t.refinement(t.number, (n) => Number.isFinite(n) && n > 0, 'Seconds')
const Count = t.refinement(t.number, (n) => Number.isSafeInteger(n) && n > 0, 'Count')

const Probability = t.refinement(t.number, (p) => p > 0 && p < 1, 'Probability')

/** What `adaptive` believes before it has seen anything; erring on the high side costs little. */
export const Assumptions = record('Assumptions', {
  /** Pull requests that fail on their own. */
  failing: Probability,
  /** Pairs that change the same paths and fail together. */
  conflicting: Probability,
  /** Runs that fail for no reason. */
  flaking: Probability,
})

export type Assumptions = t.TypeOf<typeof Assumptions>

/** All but `serial` test several pull requests as one chain of commits, which only fast-forward can land. */
export const StrategyPolicy = tagged('StrategyPolicy', {
  /** One merge candidate, re-tested on the current head. */
  serial: variant('serial', {}),
  /** Up to `size` candidates as one chain; a chain that fails is halved until the culprits are out. */
  batch: variant('batch', { size: Count }),
  /** A pipeline: the n-th run assumes that the n - 1 before it pass. `growing`: one deeper after a success, half as deep after a failure. */
  speculative: variant('speculative', { depth: Count, window: t.keyof({ fixed: null, growing: null }) }),
  /** Starts what is expected to land most, by what it has learned from earlier runs. `horizon`: how many pull requests ahead it looks. */
  adaptive: variant('adaptive', { horizon: Count, assume: Assumptions }),
})
export type StrategyPolicy = t.TypeOf<typeof StrategyPolicy>

/** A good `adaptive` to begin with. */
export const defaultAdaptive: Extract<StrategyPolicy, { readonly _tag: 'adaptive' }> = {
  _tag: 'adaptive',
  horizon: 24,
  assume: { failing: 0.03, conflicting: 0.05, flaking: 0.02 },
}

/** Whose turn it is. */
export const QueueOrder = tagged('QueueOrder', {
  /** The reference's: high priority, nothing blocking, checks, lowest number. */
  checks: variant('checks', {}),
  /**
   * First come, first served; high priority gives a head start of so many places. So nobody is overtaken by more than
   * `headStart` others that came later.
   */
  arrival: variant('arrival', { headStart: Natural }),
})
export type QueueOrder = t.TypeOf<typeof QueueOrder>

/** Which unfinished test runs are stopped, each with all that those before it stop. */
export const Preemption = t.keyof(
  {
    /** Those whose result can't count any more: of a source that was left, of a chain that can't land, on an older head. */
    obsolete: null,
    /** And those that the strategy does not want any more. */
    unwanted: null,
    /** And, where all places are taken, the youngest that holds nobody of high priority, for one that holds nobody else. */
    priority: null,
  },
  'Preemption',
)
export type Preemption = t.TypeOf<typeof Preemption>

/** How often a source is tested alone again after a failure of this class, before it is out of the queue. */
export const Retries = record('Retries', { failed: Natural, infrastructure: Natural, timeout: Natural })
export type Retries = t.TypeOf<typeof Retries>

export const Labels = record('Labels', {
  /** Any of these holds a pull request back from merging. */
  blocking: t.readonlyArray(t.string),
  /** Moves a pull request to the front. */
  highPriority: t.string,
  /** Stops tests. */
  doNotTest: t.string,
  /** Makes a test run select every step. */
  rerunAll: t.string,
})

export const Durations = record('Durations', {
  /** How often everything is read afresh, hooks or no hooks. */
  pollSeconds: Seconds,
  /** How often a running batch is asked for, should its callback be lost. */
  batchPollSeconds: Seconds,
  /** How long a test or deploy batch may run before it is cancelled. */
  testTimeoutSeconds: Seconds,
  /** How long an order may stay unanswered before its outcome counts as unknown. */
  answerSeconds: Seconds,
  /** First pause before a failed order is given again; doubles up to the maximum. */
  retrySeconds: Seconds,
  retryMaxSeconds: Seconds,
  /** How long after a landing a read that still shows the old head is taken for a lagging replica. */
  forgeLagSeconds: Seconds,
})

export const Policy = record('Policy', {
  mergeable: t.boolean,
  deployable: t.boolean,
  /** The name of our own commit status. */
  statusContext: t.string,
  landing: LandingMode,
  mergeMethod: MergeMethod,
  strategy: StrategyPolicy,
  order: QueueOrder,
  retries: Retries,
  /** So many who came later may land before a pull request that waits for nothing but tests; then it is tested alone. */
  maxOvertaken: Count,
  preemption: Preemption,
  /** Test batches of pull requests at a time; the merge candidate may exceed it by one. */
  maxTestRuns: Count,
  labels: Labels,
  /** Authors whose pull requests are tested without an authorized SHA. */
  trustedAuthors: t.readonlyArray(t.string),
  /** Whether an approval counts only for the SHA it was given for. */
  approvals: t.keyof({ 'of-this-sha': null, 'of-the-pull-request': null }),
  /** Required in addition to what the forge's branch protection names. */
  requiredChecks: t.readonlyArray(t.string),
  /** For a check named here only a report from this app or user counts. */
  checkReporters: t.record(t.string, t.string),
  /** What a failed deploy does to merging. */
  onDeployFailure: t.keyof({ continue: null, hold: null }),
  /** Whether a head that did not come through the gate is tested before it counts as verified. */
  unverifiedHead: t.keyof({ test: null, trust: null }),
  /** How often a landing that the forge refuses is asked for again while nothing else changes. */
  landingAttempts: Count,
  /** How often an order that keeps failing is given before it counts as impossible. */
  effectAttempts: Count,
  durations: Durations,
})
export type Policy = t.TypeOf<typeof Policy>

/** A safe policy to start from; change what you need: `{ ...defaultPolicy, trustedAuthors: ['ada'] }`. */
export const defaultPolicy: Policy = {
  mergeable: true,
  deployable: true,
  statusContext: 'headgate',
  landing: 'fast-forward',
  mergeMethod: 'merge',
  strategy: { _tag: 'serial' },
  order: { _tag: 'checks' },
  retries: { failed: 0, infrastructure: 0, timeout: 0 },
  maxOvertaken: 100,
  preemption: 'unwanted',
  maxTestRuns: 3,
  labels: {
    blocking: ['WIP', 'stacked PR'],
    highPriority: 'prio:high',
    doNotTest: 'do-not-test',
    rerunAll: 'rerun all tests',
  },
  trustedAuthors: [],
  approvals: 'of-this-sha',
  requiredChecks: [],
  checkReporters: {},
  onDeployFailure: 'continue',
  unverifiedHead: 'test',
  landingAttempts: 5,
  effectAttempts: 10,
  durations: {
    pollSeconds: 300,
    batchPollSeconds: 60,
    testTimeoutSeconds: 4 * 3600,
    answerSeconds: 120,
    retrySeconds: 2,
    retryMaxSeconds: 300,
    forgeLagSeconds: 60,
  },
}

/** What the reference system (Hail CI) does, as far as it is safe: for migration and for conformance. */
export const referencePolicy: Policy = {
  ...defaultPolicy,
  statusContext: 'ci-test',
  landing: 'forge-merge',
  mergeMethod: 'squash',
  approvals: 'of-the-pull-request',
  unverifiedHead: 'trust',
}
