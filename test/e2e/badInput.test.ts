import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { runCli, scratch, spawnCli, untilSaid } from '../support/cli.js'

const CONFIG = `
github: { tokenEnv: NO_SUCH_TOKEN, webhookSecretEnv: NO_SUCH_SECRET }
batch: { url: 'http://127.0.0.1:1', tokenEnv: NO_SUCH_TOKEN, billingProject: p, storageUri: 'gs://b' }
stateDir: state
branches: [{ repository: acme/app, branch: main }]
`

interface Case {
  readonly what: string
  readonly args: ReadonlyArray<string>
  readonly prepare?: (dir: string) => void
  /** What the line must say: place, fault, remedy. */
  readonly says: ReadonlyArray<string | RegExp>
}

const file = (name: string, text: string) => (dir: string) => writeFileSync(join(dir, name), text)

const repository = (dir: string): void => {
  mkdirSync(join(dir, 'repo'))
  const git = (...args: ReadonlyArray<string>) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], { cwd: join(dir, 'repo') })
  git('init', '-q')
  git('commit', '-q', '--allow-empty', '-m', 'x')
}

const withBuild = (text: string) => (dir: string) => {
  repository(dir)
  writeFileSync(join(dir, 'b.yaml'), text)
}

const buildArgs = ['start', '--once', '--repo', 'repo', '--build-yaml', 'b.yaml']

const CASES: ReadonlyArray<Case> = [
  {
    what: 'no such repository',
    args: ['start', '--once', '--repo', 'nowhere'],
    says: ['nowhere: There is no such directory.', '--repo PATH'],
  },
  {
    what: 'not a git repository',
    args: ['start', '--once', '--repo', 'plain'],
    prepare: (dir) => mkdirSync(join(dir, 'plain')),
    says: ['plain: It is not a git repository.'],
  },
  {
    what: 'a repository without commits',
    args: ['start', '--once', '--repo', 'empty'],
    prepare: (dir) => {
      mkdirSync(join(dir, 'empty'))
      execFileSync('git', ['init', '-q'], { cwd: join(dir, 'empty') })
    },
    says: ['empty: The repository has no commits'],
  },
  {
    what: 'a directory inside a repository',
    args: ['start', '--once', '--repo', 'repo/inner'],
    prepare: (dir) => {
      repository(dir)
      mkdirSync(join(dir, 'repo/inner'))
    },
    says: ['repo/inner: It is a directory inside a git repository.'],
  },
  {
    what: 'a build.yaml that is not YAML',
    args: buildArgs,
    prepare: withBuild('steps:\n  - {kind: runImage'),
    says: [/b\.yaml:\d+:\d+: The build file is not valid YAML/],
  },
  {
    what: 'a build.yaml with an unknown kind',
    args: buildArgs,
    prepare: withBuild('steps:\n  - {kind: rocket, name: a}\n'),
    says: ['b.yaml:2:12: Step "a" is of the unknown kind "rocket".', 'Use one of'],
  },
  {
    what: 'a build.yaml with a missing dependency',
    args: buildArgs,
    prepare: withBuild('steps:\n  - {kind: runImage, name: a, image: x, script: x, dependsOn: [b]}\n'),
    says: [/b\.yaml:2:\d+: .*"b"/],
  },
  {
    what: 'no such build.yaml',
    args: ['start', '--repo', '.', '--build-yaml', 'b.yaml'],
    says: ['b.yaml: There is no such file.'],
  },
  {
    what: 'a state directory of another format',
    args: ['start', '--once', '--state-dir', 'old'],
    prepare: (dir) => {
      mkdirSync(join(dir, 'old'))
      writeFileSync(join(dir, 'old/headgate.json'), '{"format": 99}')
    },
    says: [/old\/headgate\.json: .*format 99.* reads format 1/, '--state-dir'],
  },
  {
    what: 'a directory of something else',
    args: ['start', '--once', '--state-dir', 'mine'],
    prepare: (dir) => {
      mkdirSync(join(dir, 'mine'))
      writeFileSync(join(dir, 'mine/thesis.tex'), 'precious')
    },
    says: ['not a state directory of headgate'],
  },
  {
    what: 'a report that cannot be written',
    args: ['start', '--once', '--report', 'no/where.json'],
    says: ['no/where.json: The report can', '--report FILE'],
  },
  {
    what: 'a port that is none',
    args: ['start', '--port', 'http'],
    says: ["option '--port <n>' argument 'http' is invalid"],
  },
  {
    what: 'an unknown landing',
    args: ['start', '--landing', 'moon'],
    says: ['Allowed choices are fast-forward, forge-merge'],
  },
  { what: 'an unknown option', args: ['start', '--fast'], says: ["unknown option '--fast'"] },
  {
    what: 'no such configuration',
    args: ['serve', '--config', 'c.yaml'],
    says: ['c.yaml: There is no such file.'],
  },
  {
    what: 'a configuration with an unknown key',
    args: ['serve', '--config', 'c.yaml'],
    prepare: file('c.yaml', `${CONFIG}color: red\n`),
    says: [/c\.yaml:6: "color": unknown key/],
  },
  {
    what: 'a configuration whose secret is missing',
    args: ['serve', '--config', 'c.yaml'],
    prepare: file('c.yaml', CONFIG),
    says: ['$NO_SUCH_TOKEN: The secret is empty.'],
  },
]

test.each(CASES)('$what: one line, and nothing is made', async ({ args, prepare, says }) => {
  const dir = scratch()
  prepare?.(dir)
  const ran = await runCli(args, dir)
  expect(ran.status).toBe(1)
  expect(ran.stdout).toBe('')
  expect(ran.stderr.trimEnd().split('\n')).toHaveLength(1)
  expect(ran.stderr).not.toMatch(/\n\s+at /)
  for (const words of says)
    if (typeof words === 'string') expect(ran.stderr).toContain(words)
    else expect(ran.stderr).toMatch(words)
  expect(existsSync(join(dir, '.headgate'))).toBe(false)
})

test.each(['--port', '--github-port', '--batch-port'])('a port in use: %s', async (option) => {
  const dir = scratch()
  const server = createServer()
  onTestFinished(() => void server.close())
  await new Promise<void>((go) => server.listen(0, '127.0.0.1', go))
  const address = server.address()
  const port = String(typeof address === 'object' && address !== null ? address.port : 0)
  const ran = await runCli(['start', '--once', option, port], dir)
  expect(ran.status).toBe(1)
  expect(ran.stderr.trimEnd().split('\n')).toHaveLength(1)
  expect(ran.stderr).toContain(`Port ${port}`)
  expect(ran.stderr).toContain(option)
  expect(ran.stdout).not.toContain('watches')
})

test('a second headgate on the same state is told so, and does no harm', async () => {
  const dir = scratch()
  const first = spawnCli(['start'], dir)
  await untilSaid(first, /watches/)
  const second = await runCli(['start', '--once'], dir)
  expect(second.status).toBe(1)
  expect(second.stderr).toContain('Another headgate is running on this state.')
  expect(first.process.exitCode).toBe(null)
  first.process.kill('SIGTERM')
  expect((await first.ended).status).toBe(0)
})

test('a thesis stays a thesis', async () => {
  const dir = scratch()
  mkdirSync(join(dir, 'mine'))
  writeFileSync(join(dir, 'mine/thesis.tex'), 'precious')
  await runCli(['start', '--once', '--state-dir', 'mine'], dir)
  expect(readFileSync(join(dir, 'mine/thesis.tex'), 'utf8')).toBe('precious')
})
