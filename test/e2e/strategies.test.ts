/** The sample under every strategy that tests several pull requests together: real git, real processes. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import { expect, onTestFinished, test } from 'vitest'
import { makeBatchClient } from '@headgate/adapters-batch'
import { startLocalBatch } from '@headgate/adapters-batch/local'
import { runCli, scratch } from '../support/cli.js'
import { normalized, readReport, type Report } from '../support/report.js'

const done = async <L, A>(task: TaskEither<L, A>): Promise<A> => {
  const result = await task()
  if (E.isLeft(result)) throw new Error(JSON.stringify(result.left))
  return result.right
}

const gitIn = (dir: string, ...args: ReadonlyArray<string>): string =>
  execFileSync('git', ['--git-dir', join(dir, 'state/github/git/acme/greeter.git'), ...args])
    .toString()
    .trim()

const args = ['start', '--once', '--state-dir', 'state', '--report', 'report.json']

/** What each landing moved the branch to, in order, with what landed by it. */
const movesOf = ({ landed }: Report) =>
  [...new Set(landed.map((l) => l.landedSha))].map((sha) => ({
    sha,
    members: landed.filter((l) => l.landedSha === sha),
  }))

/** The branch as git has it: from the base on, each move adds a merge of each of its pull requests, and nothing else. */
const expectChains = (dir: string, report: Report): void => {
  let base = report.base
  for (const { sha, members } of movesOf(report)) {
    for (const member of members) expect(member).toMatchObject({ targetSha: base, testedSha: sha })
    const merges = gitIn(dir, 'log', '--first-parent', '--reverse', '--format=%P', `${base}..${sha}`)
    const parents = merges.split('\n').map((line) => line.split(' '))
    expect(parents[0]?.[0]).toBe(base)
    expect(parents.map(([, source]) => source).sort()).toEqual(members.map((m) => m.sourceSha).sort())
    base = sha
  }
  expect(base).toBe(report.head)
  expect(gitIn(dir, 'rev-parse', 'main')).toBe(report.head)
}

/** What Batch itself has on record: the batch of each landing tested the very commit that landed, for exactly these. */
const expectTested = async (dir: string, report: Report): Promise<void> => {
  const batch = await done(startLocalBatch({ dir: join(dir, 'state/batch') }))
  onTestFinished(() => batch.close())
  const client = makeBatchClient({
    baseUrl: batch.url,
    token: () => Promise.resolve(batch.token),
    billingProject: 'local',
  })
  for (const { sha, members } of movesOf(report)) {
    const { state, attributes = {} } = await done(client.getBatch(members[0]?.batchId ?? -1))
    expect(state).toBe('success')
    expect(attributes).toMatchObject({ purpose: 'gate', tested_sha: sha })
    // A chain of which a part had landed before names that part as well.
    const named = (attributes?.['prs'] ?? attributes?.['pr'] ?? '').split(' ').map(Number)
    expect(named).toEqual(expect.arrayContaining(members.map((m) => m.number)))
  }
}

test.each(['batch', 'speculative', 'adaptive'])(
  'the sample, %s: what landed is what was tested, and everybody else stays out for the reason that serial gives',
  async (strategy) => {
    const dir = scratch()
    const first = await runCli([...args, '--strategy', strategy], dir)
    expect(first).toMatchObject({ status: 0, stderr: '' })
    expect(first.stdout).toContain(`${strategy} queue`)
    expect(first.stdout).toMatch(/▸ #\d[^\n]* are tested together on/)
    const report = readReport(join(dir, 'report.json'))
    expect(report.landed.map((l) => l.number).sort()).toEqual([1, 4, 9])
    const reasons = Object.fromEntries(normalized(report).open.map((pr) => [pr.number, pr.reasons]))
    expect(reasons).toEqual({
      2: ['TestFailed'],
      3: ['MergeConflict'],
      5: ['TestFailed'],
      6: ['NotApproved'],
      7: expect.arrayContaining(['NotAuthorized']) as unknown,
      8: ['BlockingLabel'],
    })
    expectChains(dir, report)
    await expectTested(dir, report)
    expect(report.deploys.at(-1)).toMatchObject({ sha: report.head, state: 'success' })

    // No state was ever broken, and nothing went wrong on the way.
    const log = readFileSync(join(dir, 'state/headgate.log'), 'utf8')
    expect(log.split('\n').filter((line) => /"level":(50|60)/.test(line))).toEqual([])
  },
  90_000,
)

test('a start that says nothing keeps the strategy; another one takes over what is there, and nothing is tested again', async () => {
  const dir = scratch()
  expect(await runCli([...args, '--strategy', 'speculative'], dir)).toMatchObject({ status: 0, stderr: '' })
  const report = readReport(join(dir, 'report.json'))
  for (const [more, named] of [
    [[], 'speculative'],
    [['--strategy', 'serial'], 'serial'],
    [[], 'serial'],
  ] as const) {
    const again = await runCli([...args, ...more], dir)
    expect(again).toMatchObject({ status: 0, stderr: '' })
    expect(again.stdout).toContain(`${named} queue`)
    expect(again.stdout).not.toContain('▸')
    expect(readReport(join(dir, 'report.json'))).toEqual(report)
  }
}, 90_000)
