import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Report } from '../../src/checks/reports.js'
import { standingOf, type CheckEngine, type Judged } from '../../src/checks/verdict.js'

const T = 1_700_000_000_000
const seconds = (n: number): number => T + n * 1000
const engine: CheckEngine = {
  checks: { build: 'github-actions', lint: 'github-actions' },
  ...{ minimumSeconds: 0, graceSeconds: 300 },
}
/** A run that was started at 0, waited for since 1, and is looked at 60 seconds later. */
const run: Judged = { pushedAs: 'headgate/main/run-x-7', startedAt: T, since: seconds(1), now: seconds(60) }
const report = (name: string, state: string | undefined, more: Partial<Report> = {}): Report => ({
  ...{ name, state, reporter: 'github-actions', branch: 'headgate/main/run-x-7' },
  ...{ startedAt: seconds(2), endedAt: seconds(30), ...more },
})
const passed = [report('build', 'SUCCESS'), report('lint', 'SUCCESS')]
const judged = (reports: ReadonlyArray<Report>, over: Partial<CheckEngine> = {}, at: Partial<Judged> = {}) =>
  standingOf(reports, { ...engine, ...over }, { ...run, ...at })

test('all named checks passed: so did the run; one failed: so did the run, whatever the others do', () => {
  expect(judged(passed)).toEqual({ state: 'success', complete: true, why: undefined })
  expect(judged([report('build', 'FAILURE'), report('lint', undefined)])).toEqual({
    ...{ state: 'failure', complete: true, why: '"build" ended as FAILURE.' },
  })
  expect(judged([report('build', 'SKIPPED'), report('lint', 'SUCCESS')])).toMatchObject({ state: 'failure' })
})

test('one is not done, or not there yet: the run goes on', () => {
  expect(judged([report('build', 'SUCCESS'), report('lint', undefined)]).state).toBe('running')
  expect(judged([report('build', 'SUCCESS')]).state).toBe('running')
  expect(judged([]).state).toBe('running')
  expect(judged([report('build', 'SUCCESS'), report('lint', 'QUANTUM')]).state).toBe('running')
})

test('a check of the same name by another app says nothing', () => {
  const forged = [report('build', 'SUCCESS'), report('lint', 'SUCCESS', { reporter: 'mallory' })]
  expect(judged(forged).state).toBe('running')
  expect(judged([...forged, report('lint', 'FAILURE')]).state).toBe('failure')
  expect(judged([...passed, report('lint', 'FAILURE', { reporter: 'mallory' })]).state).toBe('success')
  expect(judged([report('lint', 'SUCCESS', { reporter: undefined })]).state).toBe('running')
})

test('what an earlier run of the same commit said does not count: by branch, or by time where there is none', () => {
  const earlier = { branch: 'headgate/main/run-x-3', startedAt: seconds(2) }
  expect(judged(passed.map((one) => ({ ...one, ...earlier }))).state).toBe('running')
  const status = { branch: undefined }
  expect(judged(passed.map((one) => ({ ...one, ...status }))).state).toBe('success')
  expect(judged(passed.map((one) => ({ ...one, ...status, startedAt: seconds(-60) }))).state).toBe('running')
  expect(judged(passed.map((one) => ({ ...one, ...status, startedAt: undefined }))).state).toBe('running')
})

test('of the head itself counts what was said before, too', () => {
  const before = passed.map((one) => ({ ...one, branch: 'main', startedAt: seconds(-600) }))
  expect(judged(before, {}, { pushedAs: undefined }).state).toBe('success')
})

test('a check that was run again counts as the newest run', () => {
  const again = report('build', 'SUCCESS', { startedAt: seconds(40) })
  expect(judged([report('build', 'FAILURE'), again, report('lint', 'SUCCESS')]).state).toBe('success')
  const waiting = report('build', undefined, { startedAt: undefined, endedAt: undefined })
  expect(judged([report('build', 'FAILURE'), waiting, report('lint', 'SUCCESS')]).state).toBe('running')
})

test('a check that never shows itself fails the run by name, but not while its app is at work', () => {
  const late = { now: seconds(302) }
  expect(judged([report('build', 'SUCCESS')], {}, late)).toMatchObject({
    ...{ state: 'failure', complete: true },
    why: '"lint" of github-actions did not report within 300 s: does it run on pushes to headgate/**?',
  })
  expect(judged([report('build', undefined)], {}, late).state).toBe('running')
  const other = { checks: { build: 'github-actions', lint: 'circleci' } }
  expect(judged([report('build', undefined)], other, late).state).toBe('failure')
})

test('checks that pass too soon are not believed', () => {
  const guarded = { minimumSeconds: 60 }
  expect(judged(passed, guarded)).toMatchObject({ state: 'failure', complete: true })
  expect(judged(passed, guarded).why).toMatch(/passed in 29\.0 s; less than 60 s/)
  expect(judged(passed, { minimumSeconds: 20 }).state).toBe('success')
})

test('no list of reports makes a success without each named check passed by its app on this run', () => {
  const some = fc.record({
    name: fc.constantFrom('build', 'lint', 'other'),
    state: fc.constantFrom('SUCCESS', 'FAILURE', 'NEUTRAL', 'PENDING', undefined),
    reporter: fc.constantFrom('github-actions', 'mallory', undefined),
    branch: fc.constantFrom('headgate/main/run-x-7', 'headgate/main/run-x-3', 'feature', undefined),
    startedAt: fc.constantFrom(seconds(-60), seconds(2), undefined),
    endedAt: fc.constantFrom(seconds(30), undefined),
  })
  const seen = new Set<string>()
  fc.assert(
    fc.property(fc.array(some, { maxLength: 6 }), (reports) => {
      const { state } = judged(reports)
      seen.add(state)
      const proven = (name: string) =>
        reports.some(
          (one) =>
            one.name === name &&
            one.reporter === 'github-actions' &&
            (one.state === 'SUCCESS' || one.state === 'NEUTRAL') &&
            one.branch !== 'headgate/main/run-x-3',
        )
      return state !== 'success' || (proven('build') && proven('lint'))
    }),
    { numRuns: 3000 },
  )
  expect(seen).toEqual(new Set(['running', 'failure', 'success']))
})
