/** What a laboratory assumes of the world that it plays. */
import { defaultPolicy, type Policy } from '../index.js'

export interface Assumptions {
  /** Test runs that the engine carries out at a time; what is submitted beyond waits there. */
  readonly capacity: number
  /** How long a test run takes, in the mean, in minutes. */
  readonly testMinutes: number
  /** Standard deviation of the logarithm of a run's duration; 0: all take the same. */
  readonly testSpread: number
  /** Probability that a pull request fails by itself. */
  readonly fail: number
  /** Probability that a run fails though everything in it is good. */
  readonly flake: number
  /** Probability that two pull requests that overlap can't be on the branch together. */
  readonly pairConflict: number
  /** Arrivals per hour as a share of the runs per hour that the engine can do; none: the times of the trace as they are. */
  readonly load: number | undefined
  /** Probability that the author pushes once more while the pull request waits. */
  readonly pushes: number
  /** Mean of the minutes from opening to approval; 0: a pull request is opened approved. */
  readonly reviewMinutes: number
  /** Pushes to the branch past the gate, per day, in the mean. */
  readonly foreignPushesPerDay: number
  /** Probability that an order is refused for now, or done without an answer, or that a webhook is lost. */
  readonly faults: number
}

/** 24 runs an hour, 3 % fail alone, 2 % flake, 5 % of overlapping pairs conflict, 60 % load; nothing else goes wrong. */
export const defaultAssumptions: Assumptions = {
  capacity: 8,
  testMinutes: 20,
  testSpread: 0,
  fail: 0.03,
  flake: 0.02,
  pairConflict: 0.05,
  load: 0.6,
  pushes: 0,
  reviewMinutes: 0,
  foreignPushesPerDay: 0,
  faults: 0,
}

export const AUTHOR = 'author'

const DAY = 86_400

/**
 * The policy under which every strategy is played. Hooks come at once, so that polling is rare; only where hooks get lost
 * does it matter. Foreign heads are trusted: a test of them would cost every strategy the same.
 */
export const policyFor = (
  { capacity, testMinutes, faults }: Assumptions,
  change: Partial<Policy>,
): Policy => ({
  ...defaultPolicy,
  deployable: false,
  maxTestRuns: capacity,
  trustedAuthors: [AUTHOR],
  unverifiedHead: 'trust',
  durations: {
    ...defaultPolicy.durations,
    pollSeconds: faults > 0 ? 900 : DAY,
    batchPollSeconds: faults > 0 ? 300 : DAY,
    testTimeoutSeconds: Math.max(10 * DAY, testMinutes * 60 * 1000),
  },
  ...change,
})
