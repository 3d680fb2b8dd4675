import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runCli, scratch, spawnCli, untilSaid } from '../support/cli.js'
import { normalized, readReport, type Report } from '../support/report.js'

const gitIn = (dir: string, ...args: ReadonlyArray<string>): string =>
  execFileSync('git', ['--git-dir', join(dir, 'state/github/git/acme/greeter.git'), ...args])
    .toString()
    .trim()

/** Each number with the codes of its reasons, but for `OutOfDate`. */
const reasonsOf = (report: Report) =>
  Object.fromEntries(normalized(report).open.map(({ number, reasons }) => [number, reasons]))

const FATES = {
  2: ['TestFailed'],
  3: ['MergeConflict'],
  5: ['TestFailed'],
  6: ['NotApproved'],
  8: ['BlockingLabel'],
}

test('the sample: what landed is what was tested, every other pull request says why, and again changes nothing', async () => {
  const dir = scratch()
  const args = ['start', '--once', '--state-dir', 'state', '--report', 'report.json']
  const first = await runCli(args, dir)
  expect(first).toMatchObject({ status: 0, stderr: '' })
  expect(Math.max(...first.stdout.split('\n').map((line) => line.length))).toBeLessThan(200)
  const report = readReport(join(dir, 'report.json'))

  expect(report.landed.map((l) => l.number).sort()).toEqual([1, 4, 9])
  expect(reasonsOf(report)).toMatchObject(FATES)
  expect(reasonsOf(report)[7]).toContain('NotAuthorized')

  // The branch as git has it: a chain of exactly the tested commits.
  expect(gitIn(dir, 'rev-parse', 'main')).toBe(report.head)
  const chain = gitIn(dir, 'rev-list', '--first-parent', '--reverse', `${report.base}..main`).split('\n')
  expect(chain).toEqual(report.landed.map((l) => l.landedSha))
  let base = report.base
  for (const landed of report.landed) {
    expect(landed.testedSha).toBe(landed.landedSha)
    expect(landed.targetSha).toBe(base)
    expect(gitIn(dir, 'rev-list', '--parents', '-n', '1', landed.landedSha).split(' ')).toEqual([
      landed.landedSha,
      base,
      landed.sourceSha,
    ])
    base = landed.landedSha
  }
  expect(report.deploys.at(-1)).toMatchObject({ sha: report.head, state: 'success' })
  expect(new Set(report.deploys.map((d) => d.sha)).size).toBe(report.deploys.length)

  // No state was ever broken, and nothing went wrong on the way.
  const log = readFileSync(join(dir, 'state/headgate.log'), 'utf8')
  expect(log.split('\n').filter((line) => /"level":(50|60)/.test(line))).toEqual([])

  const again = await runCli(args, dir)
  expect(again).toMatchObject({ status: 0, stderr: '' })
  expect(again.stdout).not.toContain('▸')
  expect(readReport(join(dir, 'report.json'))).toEqual(report)
}, 90_000)

test('forge-merge landing: the forge makes the commits, and each has the tree that was tested', async () => {
  const dir = scratch()
  const ran = await runCli(
    ['start', '--once', '--landing', 'forge-merge', '--state-dir', 'state', '--report', 'report.json'],
    dir,
  )
  expect(ran).toMatchObject({ status: 0, stderr: '' })
  const report = readReport(join(dir, 'report.json'))
  expect(report.landed.map((l) => l.number).sort()).toEqual([1, 4, 9])
  for (const landed of report.landed) {
    expect(landed.landedSha).not.toBe(landed.testedSha)
    expect(gitIn(dir, 'rev-parse', `${landed.landedSha}^`)).toBe(landed.targetSha)
  }
  expect(report.deploys.at(-1)).toMatchObject({ sha: report.head, state: 'success' })
}, 90_000)

test('a stranger’s pull request lands once its commit is authorized; Ctrl-C and a new start go on', async () => {
  const dir = scratch()
  const args = ['start', '--state-dir', 'state', '--report', 'report.json']
  const running = spawnCli(args, dir)
  const [, url = ''] = await untilSaid(running, /page\s+(http:\S+)\//)
  await untilSaid(running, /#4 "Rename greet to salute" landed/)
  running.process.kill('SIGINT')
  expect(await running.ended).toMatchObject({ status: 0, stderr: '' })

  const resumed = spawnCli(args, dir)
  const [, again = ''] = await untilSaid(resumed, /page\s+(http:\S+)\//)
  expect(again).toBe(url)
  const page = await (await fetch(`${again}/branches/acme/greeter/main/prs/7`)).text()
  expect(page).toContain('is not a known developer')
  const [, source = ''] = /name="sha" value="([0-9a-f]{40})"/.exec(page) ?? []
  const answer = await fetch(`${again}/branches/acme/greeter/main/authorize`, {
    method: 'POST',
    body: new URLSearchParams({ sha: source, by: 'picard' }),
  })
  expect(answer.status).toBe(200)
  await untilSaid(resumed, /#7 "Greet in Klingon \(by somebody unknown\)" landed/)
  await untilSaid(resumed, /#7 "Greet in Klingon[^\n]* landed.*▲/s)
  resumed.process.kill('SIGTERM')
  expect(await resumed.ended).toMatchObject({ status: 0, stderr: '' })
  expect(readReport(join(dir, 'report.json')).landed.map((l) => l.number)).toContain(7)
}, 90_000)
