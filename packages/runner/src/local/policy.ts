/** The policy of the embedded default: everything is near, so nothing waits long. */
import { defaultPolicy, type LandingMode, type Policy, type StrategyPolicy } from '@headgate/core'

export const localPolicy = (
  landing: LandingMode,
  strategy: StrategyPolicy,
  trustedAuthors: ReadonlyArray<string>,
): Policy => ({
  ...defaultPolicy,
  landing,
  strategy,
  // Under fast-forward only a merge keeps the pull request's own commits, by which the forge knows it as merged.
  mergeMethod: landing === 'forge-merge' ? 'squash' : 'merge',
  trustedAuthors,
  durations: {
    ...defaultPolicy.durations,
    pollSeconds: 60,
    batchPollSeconds: 5,
    testTimeoutSeconds: 3600,
    answerSeconds: 60,
    retrySeconds: 1,
    retryMaxSeconds: 15,
    forgeLagSeconds: 5,
  },
})
