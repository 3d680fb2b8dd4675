import { expect, test } from 'vitest'
import { reportTable } from '../../src/cli/table.js'
import { branchView } from '../../src/view/branch.js'
import { reportOf, type Report } from '../../src/view/report.js'
import { NAME, pullRequest, running } from '../support/states.js'

test('the view shows the queue in its order, then the others', () => {
  const view = branchView(
    running([
      pullRequest(1, { reviewDecision: 'NONE', approvedShas: [] }),
      pullRequest(2),
      pullRequest(3, { labels: ['prio:high'] }),
    ]),
  )
  expect(view.open.map((pr) => [pr.number, pr.position])).toEqual([
    [3, 1],
    [2, 2],
    [1, null],
  ])
  expect(view.candidate).toBe(3)
  expect(view.head).toEqual({ sha: 'b'.repeat(40), standing: 'Verified' })
})

test('the report names every open pull request and each reason', () => {
  const report = reportOf(
    running([pullRequest(2, { reviewDecision: 'NONE', approvedShas: [] }), pullRequest(1)]),
    'base',
  )
  expect(report).toMatchObject({
    branch: NAME.branch,
    base: 'base',
    head: 'b'.repeat(40),
    landed: [],
    deploys: [],
  })
  expect(report.open.map((pr) => pr.number)).toEqual([1, 2])
  expect(report.open[1]?.reasons.map((r) => r.code)).toContain('NotApproved')
  expect(Object.keys(report.open[1]?.reasons[0] ?? {})).toEqual(['code', 'text'])
})

test('the table fits 100 columns, whatever is in it', () => {
  const long = 'a-very-long-word-without-any-place-to-break/'.repeat(5)
  const report: Report = {
    branch: 'main',
    base: 'a'.repeat(40),
    head: 'b'.repeat(40),
    landed: [
      {
        number: 123456,
        title: `${long} title`,
        sourceSha: 's',
        targetSha: 't'.repeat(40),
        testedSha: 'l'.repeat(40),
        landedSha: 'l'.repeat(40),
        batchId: 99,
      },
    ],
    open: [
      {
        number: 7,
        title: 'short',
        reasons: [{ code: 'BuildFileInvalid', text: `build.yaml:1:1: ${long}\nbuild.yaml:2:1: more` }],
      },
      { number: 8, title: 'none', reasons: [] },
    ],
    deploys: [{ sha: 'b'.repeat(40), batchId: 5, state: 'success' }],
  }
  const lines = reportTable(report).split('\n')
  expect(Math.max(...lines.slice(0, -1).map((line) => line.length))).toBeLessThanOrEqual(100)
  // Nothing was cut off.
  const flat = lines
    .map((line) => line.split('│')[4] ?? '')
    .join('')
    .replaceAll(/\s/g, '')
  expect(flat).toContain(long)
  expect(flat).toContain('build.yaml:2:1:more')
  expect(lines.at(-1)).toContain('1 landed, 2 open. Last deploy: the head (batch 5): success.')
})
