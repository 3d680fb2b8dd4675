import { isRight } from 'fp-ts/lib/Either.js'
import { PathReporter } from 'io-ts/lib/PathReporter.js'
import { describe, expect, test } from 'vitest'
import { defaultPolicy, Policy, referencePolicy } from '@headgate/core'

test('the defaults are a promise to those who spread them', () => {
  expect(defaultPolicy).toEqual({
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
      testTimeoutSeconds: 14_400,
      answerSeconds: 120,
      retrySeconds: 2,
      retryMaxSeconds: 300,
      forgeLagSeconds: 60,
    },
  })
})

test('the reference differs from them in what it does, and in nothing else', () => {
  expect(referencePolicy).toEqual({
    ...defaultPolicy,
    statusContext: 'ci-test',
    landing: 'forge-merge',
    mergeMethod: 'squash',
    approvals: 'of-the-pull-request',
    unverifiedHead: 'trust',
  })
})

const decode = (change: object) => Policy.decode({ ...defaultPolicy, ...change })

describe('what may be chosen', () => {
  test.each([
    { landing: 'fast-forward' },
    { landing: 'forge-merge' },
    { mergeMethod: 'merge' },
    { mergeMethod: 'squash' },
    { mergeMethod: 'rebase' },
    { approvals: 'of-this-sha' },
    { approvals: 'of-the-pull-request' },
    { onDeployFailure: 'continue' },
    { onDeployFailure: 'hold' },
    { unverifiedHead: 'test' },
    { unverifiedHead: 'trust' },
    { strategy: { _tag: 'serial' } },
    { maxTestRuns: 1 },
    { landingAttempts: 1 },
    { durations: { ...defaultPolicy.durations, retrySeconds: 0.5 } },
    { checkReporters: { lint: 'linter' } },
  ])('%j', (change) => expect(isRight(decode(change))).toBe(true))
})

describe('what is refused, and how it is said', () => {
  const durations = (retrySeconds: number) => ({ durations: { ...defaultPolicy.durations, retrySeconds } })
  test.each([
    [{ landing: 'hope' }, 'Invalid value "hope" supplied to : Policy/landing: LandingMode'],
    [{ mergeMethod: 'octopus' }, 'Invalid value "octopus" supplied to : Policy/mergeMethod: MergeMethod'],
    [{ maxTestRuns: 0 }, 'Invalid value 0 supplied to : Policy/maxTestRuns: Count'],
    [{ maxTestRuns: -1 }, 'Invalid value -1 supplied to : Policy/maxTestRuns: Count'],
    [{ maxTestRuns: 1.5 }, 'Invalid value 1.5 supplied to : Policy/maxTestRuns: Count'],
    [durations(0), 'Invalid value 0 supplied to : Policy/durations: Durations/retrySeconds: Seconds'],
    [durations(-2), 'Invalid value -2 supplied to : Policy/durations: Durations/retrySeconds: Seconds'],
    [
      durations(Infinity),
      'Invalid value Infinity supplied to : Policy/durations: Durations/retrySeconds: Seconds',
    ],
    [
      { labels: {} },
      'Invalid value undefined supplied to : Policy/labels: Labels/blocking: ReadonlyArray<string>',
    ],
    [{ strategy: { _tag: 'magic' } }, 'is no StrategyPolicy that is known here'],
  ])('%j', (change, message) => expect(PathReporter.report(decode(change))).toContain(message))

  test.each(Object.keys(defaultPolicy))('a policy without %s', (field) => {
    const { [field as keyof typeof defaultPolicy]: _, ...rest } = defaultPolicy
    expect(isRight(Policy.decode(rest))).toBe(false)
  })

  test.each(Object.keys(defaultPolicy.durations))('durations without %s', (field) => {
    const { [field as keyof typeof defaultPolicy.durations]: _, ...rest } = defaultPolicy.durations
    expect(isRight(decode({ durations: rest }))).toBe(false)
  })

  test.each(Object.keys(defaultPolicy.labels))('labels without %s', (field) => {
    const { [field as keyof typeof defaultPolicy.labels]: _, ...rest } = defaultPolicy.labels
    expect(isRight(decode({ labels: rest }))).toBe(false)
  })
})
