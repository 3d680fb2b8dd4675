import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runCli, scratch } from '../support/cli.js'
import { readReport } from '../support/report.js'

const git = (dir: string, ...args: ReadonlyArray<string>): void => {
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], { cwd: dir, stdio: 'pipe' })
}

const commit = (dir: string, path: string, text: string): void => {
  writeFileSync(join(dir, path), text)
  git(dir, 'add', '.')
  git(dir, 'commit', '-q', '-m', `change ${path}`)
}

/** Three branches: one good, one bad, one already merged. */
const makeRepository = (dir: string): void => {
  mkdirSync(dir)
  git(dir, 'init', '-q', '-b', 'trunk')
  commit(dir, 'a', 'good\n')
  git(dir, 'branch', 'old-work')
  git(dir, 'checkout', '-q', '-b', 'feature/good')
  commit(dir, 'b', 'good\n')
  git(dir, 'checkout', '-q', '-b', 'bad', 'trunk')
  commit(dir, 'a', 'bad\n')
  git(dir, 'checkout', '-q', 'trunk')
}

const BUILD = `
steps:
  - kind: runImage
    name: test
    image: ubuntu
    script: |
      set -e
      mkdir repo && cd repo
      {{ code.checkout_script }}
      grep -q good a
    resources: { cpu: 0.25 }
`

/** Of every file below `dir`, its name and what is in it. */
const fingerprint = (dir: string): string => {
  const hash = createHash('sha256')
  for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true }).sort((a, b) =>
    join(a.parentPath, a.name) < join(b.parentPath, b.name) ? -1 : 1,
  ))
    if (entry.isFile())
      hash.update(join(entry.parentPath, entry.name)).update(readFileSync(join(entry.parentPath, entry.name)))
  return hash.digest('hex')
}

test('--repo takes a repository of this machine, and leaves it as it was', async () => {
  const dir = scratch()
  const repo = join(dir, 'my project')
  makeRepository(repo)
  writeFileSync(join(dir, 'build.yaml'), BUILD)
  const before = fingerprint(repo)
  const args = [
    'start',
    '--once',
    '--repo',
    'my project',
    '--build-yaml',
    'build.yaml',
    '--state-dir',
    's',
    '--report',
    'r.json',
  ]
  const ran = await runCli(args, dir)
  expect(ran).toMatchObject({ status: 0, stderr: '' })
  expect(ran.stdout).toContain('Branch old-work did not become a pull request')
  const report = readReport(join(dir, 'r.json'))
  expect(report.branch).toBe('trunk')
  expect(report.landed.map((l) => l.title)).toEqual(['feature/good: change b'])
  expect(report.open.map((pr) => [pr.title, pr.reasons.map((r) => r.code)])).toEqual([
    ['bad: change a', ['TestFailed']],
  ])
  expect(report.deploys.at(-1)).toMatchObject({ sha: report.head, state: 'success' })
  expect(fingerprint(repo)).toBe(before)

  // The state is of this repository: without --repo it goes on, with another it refuses.
  expect(await runCli(['start', '--once', '--state-dir', 's', '--report', 'again.json'], dir)).toMatchObject({
    status: 0,
  })
  expect(readReport(join(dir, 'again.json'))).toEqual(report)
  const other = await runCli(['start', '--once', '--state-dir', 's', '--repo', '.'], dir)
  expect(other.status).toBe(1)
}, 60_000)

test('a repository without build.yaml: every pull request says so', async () => {
  const dir = scratch()
  makeRepository(join(dir, 'repo'))
  const ran = await runCli(
    ['start', '--once', '--repo', 'repo', '--state-dir', 's', '--report', 'r.json'],
    dir,
  )
  expect(ran).toMatchObject({ status: 0, stderr: '' })
  const report = readReport(join(dir, 'r.json'))
  expect(report.landed).toEqual([])
  expect(report.open.map((pr) => pr.reasons.map((r) => r.code))).toEqual([
    ['BuildFileMissing'],
    ['BuildFileMissing'],
  ])
}, 60_000)
