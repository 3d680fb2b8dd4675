import { none } from 'fp-ts/lib/Option.js'
import { describe, expect, test } from 'vitest'
import { requiredChecks } from '../../src/queue/checks.js'
import { check, policyOf, pull } from '../support/build.js'

const of = (checks: ReturnType<typeof check>[], change = {}, fromForge = ['lint']) =>
  requiredChecks(policyOf(change), fromForge, pull(1, { checks }))

describe("GitHub's words to three", () => {
  test.each([
    ['SUCCESS', 'success'],
    ['NEUTRAL', 'success'],
    ['FAILURE', 'failure'],
    ['ERROR', 'failure'],
    ['TIMED_OUT', 'failure'],
    ['CANCELLED', 'failure'],
    ['STARTUP_FAILURE', 'failure'],
    ['SKIPPED', 'failure'],
    ['PENDING', 'pending'],
    ['EXPECTED', 'pending'],
    ['ACTION_REQUIRED', 'pending'],
    ['STALE', 'pending'],
    ['A_WORD_OF_TOMORROW', 'pending'],
    [undefined, 'pending'],
  ])('%s is %s', (word, verdict) => {
    const reports = [check('lint', word)]
    expect(of(reports)).toEqual([{ name: 'lint', verdict, reports }])
  })
})

describe('several reports under one name: the worst counts', () => {
  test.each([
    ['SUCCESS', 'SUCCESS', 'success'],
    ['SUCCESS', 'PENDING', 'pending'],
    ['PENDING', 'SUCCESS', 'pending'],
    ['PENDING', 'FAILURE', 'failure'],
    ['FAILURE', 'PENDING', 'failure'],
    ['FAILURE', 'SUCCESS', 'failure'],
    ['SUCCESS', 'FAILURE', 'failure'],
  ])('%s and %s is %s', (a, b, verdict) => {
    expect(of([check('lint', a), check('lint', b)])[0]?.verdict).toBe(verdict)
  })
})

describe('which checks are required', () => {
  test('what the forge names and what the policy adds, once each, but never our own', () => {
    const required = of([], { requiredChecks: ['docs', 'lint'] }, ['lint', 'headgate', 'build'])
    expect(required.map((c) => c.name)).toEqual(['lint', 'build', 'docs'])
  })

  test('a check that nobody asked for is ignored', () => {
    expect(of([check('lint', 'SUCCESS'), check('spelling', 'FAILURE')])).toEqual([
      { name: 'lint', verdict: 'success', reports: [check('lint', 'SUCCESS')] },
    ])
  })

  test('one that nobody has reported is pending, and says so', () => {
    expect(of([])).toEqual([{ name: 'lint', verdict: 'pending', reports: [] }])
  })
})

describe('whose report counts', () => {
  const checkReporters = { lint: 'linter' }

  test.each([
    ['the one the policy names', check('lint', 'SUCCESS', 'linter'), true],
    ['nobody else', check('lint', 'SUCCESS', 'mallory'), false],
    ['nobody unnamed', { name: 'lint', state: check('', 'SUCCESS').state, reporter: none }, false],
  ])('%s', (_who, report, counts) => {
    expect(of([report], { checkReporters })[0]?.reports).toEqual(counts ? [report] : [])
  })

  test("a stranger's failure does not spoil the trusted success", () => {
    const reports = [check('lint', 'FAILURE', 'mallory'), check('lint', 'SUCCESS', 'linter')]
    expect(of(reports, { checkReporters })[0]?.verdict).toBe('success')
  })

  test("anybody's report counts for a check without a named reporter", () => {
    expect(of([check('lint', 'SUCCESS', 'mallory')])[0]?.verdict).toBe('success')
  })
})
