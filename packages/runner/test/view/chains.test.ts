import { expect, test } from 'vitest'
import type { BranchState, Policy } from '@headgate/core'
import { reportTable } from '../../src/cli/table.js'
import { branchView } from '../../src/view/branch.js'
import { reportOf } from '../../src/view/report.js'
import { playChains } from '../support/chains.js'
import { pullRequest } from '../support/states.js'

const pipeline: Partial<Policy> = { strategy: { _tag: 'speculative', depth: 3, window: 'fixed' } }
const three = [pullRequest(1), pullRequest(2), pullRequest(3)]

const testsIn = (state: BranchState) =>
  branchView(state).open.map(({ number, test: stands, batchId, with: others }) => ({
    ...{ number, stands, batchId, others },
  }))

test('a pull request in a chain is under test with the others; of several chains the shortest counts', () => {
  expect(testsIn(playChains(three, () => 'running', pipeline).state)).toEqual([
    { number: 1, stands: 'testing', batchId: 1, others: [] },
    { number: 2, stands: 'testing', batchId: 2, others: [1] },
    { number: 3, stands: 'testing', batchId: 3, others: [1, 2] },
  ])
})

test('what has passed goes before what runs, and what landed as one chain says so', () => {
  const whileFrozen = { ...pipeline, mergeable: false }
  const held = playChains(three, (prs) => (prs.length > 2 ? 'running' : 'success'), whileFrozen).state
  expect(testsIn(held)).toEqual([
    { number: 1, stands: 'passed', batchId: 2, others: [2] },
    { number: 2, stands: 'passed', batchId: 2, others: [1] },
    { number: 3, stands: 'testing', batchId: 3, others: [1, 2] },
  ])
  const { state } = playChains(three, () => 'success')
  expect(branchView(state).landed.map((l) => [l.number, l.with, l.landedSha === l.testedSha])).toEqual([
    [1, [2, 3], true],
    [2, [1, 3], true],
    [3, [1, 2], true],
  ])
  const flat = reportTable(reportOf(state, 'base')).replaceAll(/[│\s]+/g, ' ')
  expect(flat).toContain('batch 1 with #2 and #3: the very commit that was tested')
})

test('what is left of a chain when its first part has landed is a test of its own', () => {
  const { state } = playChains(
    three.slice(0, 2),
    (prs) => (prs.includes(2) ? 'running' : 'success'),
    pipeline,
  )
  expect(branchView(state).landed.map((l) => [l.number, l.with])).toEqual([[1, []]])
  expect(testsIn(state)).toEqual([{ number: 2, stands: 'testing', batchId: 2, others: [] }])
})
