import { expect, test } from 'vitest'
import { defaultPolicy } from '@headgate/core'
import { decodePolicy } from '../../src/replay/policyFile.js'
import { left, right } from '../support/states.js'

test('what the file does not say stays as it was in force', () => {
  const inForce = { ...defaultPolicy, trustedAuthors: ['ada'], maxTestRuns: 7 }
  const change = right(decodePolicy('maxTestRuns: 2\nlabels: { highPriority: urgent }\n', 'p.yaml'))
  expect(right(change(inForce))).toEqual({
    ...inForce,
    maxTestRuns: 2,
    labels: { ...defaultPolicy.labels, highPriority: 'urgent' },
  })
})

test('JSON is understood, too', () => {
  const change = right(decodePolicy('{"strategy": {"_tag": "batch", "size": 4}}', 'p.json'))
  expect(right(change(defaultPolicy)).strategy).toEqual({ _tag: 'batch', size: 4 })
})

test('fields that do not fit what was in force are refused when that is known', () => {
  const change = right(decodePolicy('strategy: batch', 'p.yaml'))
  const fault = left(change({ ...defaultPolicy, landing: 'forge-merge', mergeMethod: 'squash' }))
  expect(fault).toMatchObject({ place: 'p.yaml:1' })
  expect(fault.sentence).toContain('only "landing: fast-forward" can do')
})

test.each([
  ['maxTestRuns: 0', 'p.yaml:1', /^"maxTestRuns": expected /],
  ['mergeable: true\nmaxTestRun: 3', 'p.yaml:2', /^"maxTestRun": there is no such setting/],
  ['durations:\n  pollSeconds: soon', 'p.yaml:2', /^"durations.pollSeconds": expected /],
  ['- maxTestRuns', 'p.yaml:1', /expected a mapping/],
  ['', 'p.yaml:1', /expected a mapping/],
  ['maxTestRuns: [', 'p.yaml:1:15', /Not YAML/],
])('%j is refused where it is wrong', (text, place, says) => {
  const fault = left(decodePolicy(text, 'p.yaml'))
  expect(fault.place).toBe(place)
  expect(fault.sentence).toMatch(says)
})
