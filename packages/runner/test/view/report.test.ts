import { expect, test } from 'vitest'
import { reportTable } from '../../src/cli/table.js'
import { branchView, type ReasonView } from '../../src/view/branch.js'
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
  expect(view.explanation.candidate).toBe(3)
  expect(view.explanation.queue).toEqual([3, 2])
  expect(view.open.map((pr) => pr.next?.awaited._tag)).toEqual(['Batch', 'Batch', 'Batch'])
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
  expect(report.open[1]).toMatchObject({
    position: null,
    next: { text: 'Test batch 7 of #2 ends.', expires: expect.any(Number) as number },
  })
  expect(report.open[1]?.reasons[0]).toMatchObject({
    code: 'NotApproved',
    text: 'No reviewer has approved it.',
    evidence: { _tag: 'NotApproved', decision: 'NONE' },
    clearedBy: 'reviewer',
    clearedWhen: 'PullRequestObserved',
    wait: { awaited: { _tag: 'Somebody', who: 'reviewer' } },
  })
})

const broken = (text: string): ReasonView => ({
  code: 'BuildFileInvalid',
  text,
  evidence: { _tag: 'BuildFileInvalid', base: 't', text },
  clearedBy: 'author',
  clearedWhen: 'PullRequestObserved',
  wait: {
    awaited: { _tag: 'Somebody', who: 'author' },
    text: 'Waiting for its author.',
    events: ['PullRequestObserved'],
    nextLook: 0,
    expires: null,
  },
})

test('the table tells the place in the queue, what happens next, and until when', () => {
  const table = reportTable(reportOf(running([pullRequest(1), pullRequest(2)]), 'base'))
  const flat = table.replaceAll(/[│\s]+/g, ' ')
  expect(flat).toContain('Place 2 in the queue.')
  expect(flat).toContain('→ Test batch 7 of #1 ends. (next look at 00:01:01, over by 04:00:01 UTC)')
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
        with: [],
      },
    ],
    open: [
      {
        number: 7,
        title: 'short',
        position: null,
        reasons: [broken(`build.yaml:1:1: ${long}\nbuild.yaml:2:1: more`)],
        next: null,
      },
      { number: 8, title: 'none', position: 1, reasons: [], next: null },
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
