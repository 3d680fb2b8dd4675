/** The policy that all worlds begin from. */
import { defaultPolicy, type Policy } from '../index.js'

/** Few and round, so that alarms ring in every order and yet there are few moments. */
const durations: Policy['durations'] = {
  pollSeconds: 40,
  batchPollSeconds: 20,
  testTimeoutSeconds: 40,
  answerSeconds: 10,
  retrySeconds: 10,
  retryMaxSeconds: 10,
  forgeLagSeconds: 10,
}

export const fastForward: Policy = {
  ...defaultPolicy,
  trustedAuthors: ['ada'],
  deployable: false,
  unverifiedHead: 'trust',
  landingAttempts: 2,
  durations,
}
