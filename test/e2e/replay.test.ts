/** `headgate replay`, as people run it: on what is built, on the journal of a service that really ran, and was killed. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { defaultPolicy } from '@headgate/core'
import { tamper } from '../../packages/runner/test/replay/journals.js'
import { right } from '../../packages/runner/test/support/states.js'
import { openJournal } from '../../packages/runner/src/store/journal.js'
import { runAndKill, runCli, scratch, spawnCli, untilSaid } from '../support/cli.js'

const PATIENCE = 120_000
const START = ['start', '--once']

interface Recorded {
  readonly killed: Buffer
  readonly log: Buffer
  readonly whole: Buffer
}

/** The sample, killed amid its work and run to its end: its journal as the kill left it, and at the end. */
const record = async (): Promise<Recorded> => {
  const dir = scratch()
  await runAndKill(START, dir, 0, /is tested on/)
  const file = join(dir, '.headgate/journal.sqlite')
  const [killed, log] = [readFileSync(file), readFileSync(`${file}-wal`)]
  expect((await runCli(START, dir)).status).toBe(0)
  return { killed, log, whole: readFileSync(file) }
}

let once: Promise<Recorded> | undefined
const recorded = (): Promise<Recorded> => (once ??= record())

/** A directory with the journal in its usual place. */
const withJournal = async (): Promise<string> => {
  const dir = scratch()
  mkdirSync(join(dir, '.headgate'))
  writeFileSync(join(dir, '.headgate/journal.sqlite'), (await recorded()).whole)
  return dir
}

const JOURNAL = '.headgate/journal.sqlite'
const replay = (dir: string, ...args: ReadonlyArray<string>) => runCli(['replay', JOURNAL, ...args], dir)

interface Line {
  readonly equal: boolean
  readonly verified: { readonly events: number; readonly snapshot: number; readonly compared: boolean } | null
  readonly difference: { readonly kind: string; readonly seq: number } | null
  readonly comparison: {
    readonly decided: Record<string, number>
    readonly wouldHaveBeen: Record<string, number>
    readonly differences: ReadonlyArray<unknown>
  } | null
}
const lineOf = (stdout: string): Line => JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Line

test(
  'what the service decided is decided again, byte for byte, and nothing is written',
  async () => {
    const dir = await withJournal()
    const { status, stdout, stderr } = await replay(dir)
    expect(stderr).toBe('')
    expect(status).toBe(0)
    expect(stdout).toMatch(/\d+ events, .* UTC: every decision is the same\./)
    expect(stdout).toMatch(/The state after event \d+ is the stored snapshot, byte for byte\./)
    const { equal, verified, difference } = lineOf((await replay(dir, '--json')).stdout)
    expect([equal, difference, verified?.snapshot]).toEqual([true, null, verified?.events])
    expect(verified?.compared).toBe(true)
    expect(readFileSync(join(dir, JOURNAL)).equals((await recorded()).whole)).toBe(true)
  },
  PATIENCE,
)

test(
  'the journal of a service that was killed is replayed as it is, and still opens afterwards',
  async () => {
    const dir = scratch()
    mkdirSync(join(dir, '.headgate'))
    writeFileSync(join(dir, JOURNAL), (await recorded()).killed)
    writeFileSync(join(dir, `${JOURNAL}-wal`), (await recorded()).log)
    const killed = await replay(dir)
    expect(killed).toMatchObject({ status: 0, stderr: '' })
    expect(killed.stdout).toContain('No snapshot is stored')
    const again = await replay(dir, '--json')
    const { verified } = lineOf(again.stdout)
    expect(verified?.events).toBeGreaterThan(5)
    const journal = right(openJournal(join(dir, JOURNAL)))
    const { restored } = right(journal.branch({ repository: 'acme/greeter', branch: 'main' }, defaultPolicy))
    expect(restored.seq).toBe(verified?.events)
    journal.close()
  },
  PATIENCE,
)

test(
  'a planted difference is told with its place, and the other policy is then not played',
  async () => {
    const dir = await withJournal()
    tamper(join(dir, JOURNAL), `UPDATE decision SET text = 'All is well.' WHERE kind = 'failed'`)
    writeFileSync(join(dir, 'p.yaml'), 'maxTestRuns: 1')
    const { status, stdout, stderr } = await replay(dir, '--policy', 'p.yaml')
    expect(status).toBe(1)
    expect(stderr).toBe('')
    expect(stdout).toMatch(/The first difference is at event \d+ \(.* UTC\), decision \d+, text: /)
    expect(stdout).toMatch(/journal: "All is well\."\n {2}replay: {2}"#\d failed on /)
    expect(stdout).toContain('The other policy was not played')
    const { equal, difference } = lineOf((await replay(dir, '--json')).stdout)
    expect([equal, difference?.kind]).toEqual([false, 'decision'])
  },
  PATIENCE,
)

test(
  'another policy: what would have been otherwise, counted; none with the same policy',
  async () => {
    const dir = await withJournal()
    writeFileSync(join(dir, 'p.json'), '{"mergeable": false}')
    const text = await replay(dir, '--policy', 'p.json')
    expect(text.status).toBe(1)
    expect(text.stdout).toContain('with mergeable false instead of true')
    expect(text.stdout).toMatch(/land #\d: .*│ not: This service may not merge/)
    expect(text.stdout).toContain('What this can not know')
    expect(Math.max(...text.stdout.split('\n').map((line) => line.length))).toBeLessThan(125)
    const { comparison } = lineOf((await replay(dir, '--policy', 'p.json', '--json')).stdout)
    expect([comparison?.decided['landed'], comparison?.wouldHaveBeen['landed']]).toEqual([3, 0])

    writeFileSync(join(dir, 'same.yaml'), 'mergeable: true')
    const same = await replay(dir, '--policy', 'same.yaml')
    expect(same.status).toBe(0)
    expect(same.stdout).toContain('Nothing would have been decided differently.')
  },
  PATIENCE,
)

const guide = readFileSync(new URL('../../docs/guides/replay.md', import.meta.url), 'utf8')
const commands = [...guide.matchAll(/^npm run -s headgate -- (replay.*)$/gm)].map((found) => found[1] ?? '')
const policy = /```yaml\n([^`]*)```/.exec(guide)?.[1] ?? ''

test('the guide shows commands and a policy', () => {
  expect(commands.length).toBeGreaterThan(4)
  expect(policy).toContain('maxTestRuns')
})

test.each(commands)(
  'the guide shows what can be done: %s',
  async (command) => {
    const dir = await withJournal()
    writeFileSync(join(dir, 'other.yaml'), policy)
    const { status, stdout, stderr } = await runCli(command.split(/\s+/), dir)
    expect(stderr).toBe('')
    expect(status).toBe(command.includes('--policy') ? 1 : 0)
    expect(stdout).not.toBe('')
  },
  PATIENCE,
)

test.each([
  [[], /missing required argument 'journal'/],
  [[JOURNAL, '--frobnicate'], /unknown option '--frobnicate'/],
  [[JOURNAL, 'another'], /too many arguments/],
  [['nowhere.sqlite'], /nowhere\.sqlite: There is no such file\. Name the journal/],
  [['.'], /There is no such file/],
  [['p.yaml'], /p\.yaml: It can't be read/],
  [[JOURNAL, '--branch', 'trunk'], /of no branch trunk\. Name one with --branch: acme\/greeter:main/],
  [[JOURNAL, '--from', '3'], /--from: .* Give --policy FILE as well/],
  [[JOURNAL, '--policy', 'p.yaml', '--from', 'noon'], /--from: "noon" is neither the number of an event nor/],
  [[JOURNAL, '--policy', 'p.yaml', '--from', '2026-99-99'], /--from: "2026-99-99" is neither/],
  [[JOURNAL, '--policy', 'p.yaml', '--from', '99999'], /--from: The journal ends with event \d+, at /],
  [[JOURNAL, '--policy', 'p.yaml', '--from', '2099-01-01'], /--from: The journal ends with event/],
  [[JOURNAL, '--policy', 'none.yaml'], /none\.yaml: There is no such file\. .*--policy FILE/],
  [[JOURNAL, '--policy', 'bad.yaml'], /bad\.yaml:2: "maxTestRuns": expected /],
])(
  '%j is refused in one line',
  async (args, why) => {
    const dir = await withJournal()
    writeFileSync(join(dir, 'p.yaml'), 'maxTestRuns: 1')
    writeFileSync(join(dir, 'bad.yaml'), 'mergeable: true\nmaxTestRuns: none\n')
    const { status, stdout, stderr } = await runCli(['replay', ...args], dir)
    expect(status).toBe(2)
    expect(stdout).toBe('')
    expect(stderr).toMatch(why)
    expect(stderr.trim().split('\n')).toHaveLength(1)
    expect(existsSync(join(dir, 'nowhere.sqlite'))).toBe(false)
  },
  PATIENCE,
)

test(
  'the journal of a service that runs is left alone, and so is the service',
  async () => {
    const dir = scratch()
    const service = spawnCli(['start'], dir)
    await untilSaid(service, /is tested on/)
    const refused = await replay(dir)
    expect(refused).toMatchObject({ status: 2, stdout: '' })
    expect(refused.stderr).toContain('A headgate is running on this journal. Stop it first')
    service.process.kill('SIGTERM')
    expect((await service.ended).status).toBe(0)
    expect(await replay(dir)).toMatchObject({ status: 0, stderr: '' })
  },
  PATIENCE,
)
