/** `headgate simulate`, as people run it: on what is built, in threads. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { contenders, recordedTraces } from '@headgate/core/simulation'
import { runCli, scratch } from '../support/cli.js'

const simulate = (cwd: string, ...options: ReadonlyArray<string>) =>
  runCli(['simulate', '--strategy', 'serial', ...options], cwd)

const lastLine = (stdout: string): Record<string, unknown> =>
  JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Record<string, unknown>

const CSV = [
  'merged_at,ov',
  ...Array.from({ length: 60 }, (_, i) => `${i * 900},${i > 2 ? '1 2!' : ''}`),
].join('\n')

const FIGURES = [
  'p50',
  'p95',
  'p99',
  'throughputPerHour',
  'ciMinutesPerLanded',
  'wastedRuns',
  'ejectedInnocents',
  'longestWait',
  'p50VsOracle',
  'p95VsOracle',
  'costVsOracle',
]

test("a CSV of one's own: the last line is the figures of each strategy, the same for the same seeds", async () => {
  const dir = scratch()
  writeFileSync(join(dir, 'mine.csv'), CSV)
  const args = ['--trace', 'mine.csv', '--seeds', '2', '--load', '0.1', '--json']
  const { stdout, stderr, status } = await simulate(dir, ...args)
  expect(status).toBe(0)
  expect(stderr).toBe('')
  const { assumptions, strategies } = lastLine(stdout) as {
    assumptions: Record<string, unknown>
    strategies: Record<string, Record<string, number>>
  }
  expect(assumptions).toMatchObject({
    trace: 'mine',
    pullRequests: 60,
    capacity: 8,
    load: 0.1,
    seeds: [1, 2],
  })
  expect(Object.keys(strategies)).toEqual(['serial'])
  expect(Object.keys(strategies['serial'] ?? {})).toEqual(FIGURES)
  for (const figure of Object.values(strategies['serial'] ?? {})) expect(figure).toBeTypeOf('number')
  expect(strategies['serial']?.['p50']).toBeGreaterThanOrEqual(20)
  expect((await simulate(dir, ...args)).stdout).toBe(stdout)
  expect((await simulate(dir, ...args, '--from-seed', '9')).stdout).not.toBe(stdout)
})

test('the page needs nothing else, and shows three plots and the table', async () => {
  const dir = scratch()
  writeFileSync(join(dir, 'mine.csv'), CSV)
  const { stdout, status } = await simulate(dir, '--trace', 'mine.csv', '--seeds', '1', '--out', 'page.html')
  expect(status).toBe(0)
  expect(stdout).toContain('Oracle')
  expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThan(130)
  const page = readFileSync(join(dir, 'page.html'), 'utf8')
  expect(page.match(/<svg/g)).toHaveLength(3)
  expect(page).toContain('<th>serial</th>')
  expect(page).not.toMatch(/src=|href=|@import|url\(http/)
})

test('the journal of a service is traffic, too', async () => {
  const dir = scratch()
  const fixture = fileURLToPath(
    new URL('../../packages/runner/test/store/fixtures/journal-1.sqlite.gz', import.meta.url),
  )
  writeFileSync(join(dir, 'journal.sqlite'), gunzipSync(readFileSync(fixture)))
  const { stdout, status } = await simulate(dir, '--trace', 'journal.sqlite', '--seeds', '1', '--json')
  expect(status).toBe(0)
  const { assumptions } = lastLine(stdout) as { assumptions: { trace: string; pullRequests: number } }
  expect(assumptions.trace).toBe('journal.sqlite')
  expect(assumptions.pullRequests).toBeGreaterThan(3)
})

const guide = readFileSync(new URL('../../docs/guides/simulate.md', import.meta.url), 'utf8')
const commands = [...guide.matchAll(/^npm run -s headgate -- (simulate.*)$/gm)].map((found) => found[1] ?? '')

test.each(commands)('the guide shows what can be done: %s', async (command) => {
  const dir = scratch()
  writeFileSync(join(dir, 'mine.csv'), CSV)
  // The same options, on less traffic.
  const less = ['--trace', 'mine.csv', '--seeds', '1', '--strategy', 'serial']
  const { status, stderr } = await runCli([...command.split(/\s+/), ...less], dir)
  expect(stderr).toBe('')
  expect(status).toBe(0)
})

test('the CSV and the program that the guide shows work', async () => {
  expect(commands.length).toBeGreaterThan(3)
  const dir = scratch()
  writeFileSync(join(dir, 'mine.csv'), /```\n(merged_at[^`]*)```/.exec(guide)?.[1] ?? '')
  expect((await simulate(dir, '--trace', 'mine.csv', '--seeds', '1')).stdout).toContain(
    'mine: 3 pull requests',
  )
  const program = /```ts\n([^`]*)```/.exec(guide)?.[1] ?? ''
  const said = execFileSync(
    process.execPath,
    [
      '--import',
      'tsx',
      '--conditions=headgate-source',
      '--input-type=module',
      '-e',
      `${program}\nconsole.log(figures.landed + figures.ejected)`.replaceAll(
        /, type Strategy|: Strategy/g,
        '',
      ),
    ],
    { cwd: fileURLToPath(new URL('../..', import.meta.url)), encoding: 'utf8' },
  )
  expect(said).toBe('200\n')
})

test('the help names every trace that there is', async () => {
  const { stdout } = await runCli(['simulate', '--help'], process.cwd())
  for (const name of Object.keys(recordedTraces)) expect(stdout).toContain(`  ${name} `)
})

test.each([
  [['--trace', 'atlantis'], /no such file, and no trace of this name; recorded are .*hail-ci/],
  [['--trace', '.'], /no such file/],
  [['--trace', 'broken.csv'], /It is no trace: line 3 has no time in column merged_at/],
  [['--trace', 'broken.sqlite'], /can't be read/],
  [
    ['--strategy', 'lucky'],
    new RegExp(`no strategy "lucky". Name all, or some of ${contenders[0]?.name ?? ''}`),
  ],
  [['--fail', '3'], /A probability is a number from 0 to 1/],
  [['--load', 'heavy'], /A load is a number above 0/],
  [['--seeds', '0'], /whole number from 1/],
  [['--capacity', '1.5'], /whole number from 1/],
  [['--test-minutes', ''], /Minutes are a number above 0/],
  [['--frobnicate'], /unknown option '--frobnicate'/],
  [['--out', 'nowhere/page.html'], /The page is not a file, or its directory is not one/],
])('%j is refused in one line, before anything is played', async (args, why) => {
  const dir = scratch()
  writeFileSync(join(dir, 'broken.csv'), 'merged_at\n1\nsoon\n')
  writeFileSync(join(dir, 'broken.sqlite'), 'no database')
  const { status, stdout, stderr } = await runCli(['simulate', ...args], dir)
  expect(status).toBe(1)
  expect(stdout).toBe('')
  expect(stderr).toMatch(why)
  expect(stderr.trim().split('\n')).toHaveLength(1)
  expect(existsSync(join(dir, 'page.html'))).toBe(false)
})
