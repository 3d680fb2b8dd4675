/** What to require, how to order, how to queue, how to land, what gates a deploy: data, decoded at the door. */
import * as t from 'io-ts'
import { record, tagged, variant } from './record.js'

/** `fast-forward`: the tested commit itself lands. `forge-merge`: the forge merges, and what it made is verified after. */
export const LandingMode = t.keyof({ 'fast-forward': null, 'forge-merge': null }, 'LandingMode')
export type LandingMode = t.TypeOf<typeof LandingMode>

export const MergeMethod = t.keyof({ merge: null, squash: null, rebase: null }, 'MergeMethod')
export type MergeMethod = t.TypeOf<typeof MergeMethod>

const Seconds = t.refinement(t.number, (n) => Number.isFinite(n) && n > 0, 'Seconds')
const Count = t.refinement(t.number, (n) => Number.isSafeInteger(n) && n > 0, 'Count')

export const StrategyPolicy = tagged('StrategyPolicy', {
  /** One merge candidate, re-tested on the current head. */
  serial: variant('serial', {}),
})
export type StrategyPolicy = t.TypeOf<typeof StrategyPolicy>

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
