/** A team with Actions and without Batch: the checks that are reported on prepared commits decide what lands. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { expect, onTestFinished, test } from 'vitest'
import { startLocalGithub, type LocalGithub } from '@headgate/adapters-github/local'
import { runCli, scratch, spawnCli, untilSaid } from '../support/cli.js'

const makeRepository = (dir: string): void => {
  mkdirSync(dir)
  const git = (...args: ReadonlyArray<string>) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], { cwd: dir, stdio: 'pipe' })
  const branch = (name: string, files: Readonly<Record<string, string>>) => {
    git('checkout', '-q', '-B', name, 'main')
    for (const [path, text] of Object.entries(files)) writeFileSync(join(dir, path), text)
    git('add', '.')
    git('commit', '-q', '-m', `Change ${name}`)
  }
  git('init', '-q', '-b', 'main')
  writeFileSync(join(dir, 'a'), 'a\n')
  git('add', '.')
  git('commit', '-q', '-m', 'start')
  branch('good', { b: 'good\n' })
  branch('bad', { c: 'bad\n' })
  git('checkout', '-q', 'main')
}

const caller =
  (github: LocalGithub) =>
  async (login: string, method: string, path: string, body?: unknown): Promise<unknown> => {
    const answer = await fetch(`${github.url}/repos/acme/app${path}`, {
      method,
      headers: { authorization: `token ${github.tokenFor(login)}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    expect(answer.ok, `${method} ${path}: ${answer.status}`).toBe(true)
    return answer.status === 204 ? undefined : answer.json()
  }
type Call = ReturnType<typeof caller>

interface Ref {
  readonly ref: string
  readonly object: { readonly sha: string }
}
interface Tree {
  readonly tree: ReadonlyArray<{ readonly path: string }>
}

/** In Actions' place: for each push to a branch a check that fails where there is a file `c`; a liar says success first. */
const actions = (as: Call) => {
  const done = new Map<string, string>()
  const runOn = async ({ ref, object: { sha } }: Ref): Promise<void> => {
    const { tree } = (await as('ada', 'GET', `/git/trees/${sha}`)) as Tree
    const conclusion =
      tree.some((entry) => entry.path === 'c') && ref !== 'refs/heads/bad' ? 'failure' : 'success'
    const check = { name: 'test', head_sha: sha, status: 'completed', started_at: new Date().toISOString() }
    await as('liar[bot]', 'POST', '/check-runs', { ...check, conclusion: 'success' })
    await as('github-actions[bot]', 'POST', '/check-runs', { ...check, conclusion })
    done.set(`${ref}@${sha}`, conclusion)
  }
  const pass = async (): Promise<void> => {
    const refs = (await as('ada', 'GET', '/git/matching-refs/heads/')) as ReadonlyArray<Ref>
    for (const ref of refs) if (!done.has(`${ref.ref}@${ref.object.sha}`)) await runOn(ref)
  }
  let on = true
  const loop = (async () => {
    while (on) {
      await pass()
      await new Promise((go) => setTimeout(go, 100))
    }
  })()
  return {
    ended: done,
    stop: () => {
      on = false
      return loop
    },
  }
}

test('engine: github-checks lands what the named app passes on the prepared commit, and nothing else', async () => {
  const dir = scratch()
  makeRepository(join(dir, 'repo'))
  const started = await startLocalGithub({ dir: join(dir, 'github'), port: 0 })()
  if (E.isLeft(started)) throw new Error(started.left.sentence)
  const github = started.right
  onTestFinished(() => github.close())
  const imported = await github.importRepository({ source: join(dir, 'repo'), owner: 'acme', repo: 'app' })()
  if (E.isLeft(imported)) throw new Error(JSON.stringify(imported.left))
  writeFileSync(join(dir, 'github.token'), github.token)
  writeFileSync(join(dir, 'hook.secret'), github.webhookSecret)
  writeFileSync(
    join(dir, 'headgate.yaml'),
    `github: { apiUrl: '${github.url}', gitUrl: '${github.url}', tokenFile: github.token, webhookSecretFile: hook.secret }
http: { port: 0 }
stateDir: state
branches:
  - repository: acme/app
    branch: main
    engine: { name: github-checks, checks: { test: github-actions } }
    policy: { trustedAuthors: [ada], unverifiedHead: trust, checkReporters: { test: github-actions }, durations: { batchPollSeconds: 2 } }
`,
  )
  const as = caller(github)

  const unprotected = await runCli(['preflight', '--config', 'headgate.yaml', '--json'], dir)
  const [found] = JSON.parse(unprotected.stdout) as ReadonlyArray<{
    readonly findings: ReadonlyArray<{ readonly code: string; readonly text: string }>
  }>
  const silent = found?.findings.find((one) => one.code === 'silent-check')
  expect(silent?.text).toContain('"test" (of github-actions)')

  await as('acme', 'PUT', '/branches/main/protection', {
    required_status_checks: { strict: false, contexts: ['headgate', 'test'] },
    enforce_admins: true,
    required_pull_request_reviews: {
      required_approving_review_count: 1,
      bypass_pull_request_allowances: { apps: ['headgate'] },
    },
    restrictions: null,
  })
  const robot = actions(as)
  onTestFinished(robot.stop)
  const running = spawnCli(['serve', '--config', 'headgate.yaml', '--log-level', 'debug'], dir)
  const [, url = ''] = await untilSaid(running, /watches 1 branch: (http:\S+)\//)
  await as('acme', 'POST', '/hooks', {
    name: 'web',
    events: ['pull_request', 'pull_request_review', 'push', 'check_run'],
    config: { url: `${url}/webhooks/github`, content_type: 'json', secret: github.webhookSecret },
  })
  for (const [n, head] of [
    [1, 'bad'],
    [2, 'good'],
  ] as const) {
    await as('ada', 'POST', '/pulls', { title: `The ${head} one`, head, base: 'main' })
    await as('grace', 'POST', `/pulls/${n}/reviews`, { event: 'APPROVE' })
  }
  await untilSaid(running, /✗ #1 .*fail/)
  await untilSaid(running, /● #2 "The good one" landed/)
  expect(await as('ada', 'PATCH', '/pulls/2', {})).toMatchObject({ merged: true })
  expect(await as('ada', 'PATCH', '/pulls/1', {})).toMatchObject({ merged: false, state: 'open' })
  const prepared = [...robot.ended].filter(([ref]) => ref.startsWith('refs/heads/headgate/main/'))
  expect(prepared.map(([, conclusion]) => conclusion).sort()).toEqual(
    expect.arrayContaining(['failure', 'success']),
  )

  const after = await runCli(['preflight', '--config', 'headgate.yaml'], dir)
  expect(after).toMatchObject({ status: 0, stderr: '' })
  expect(after.stdout).toMatch(/✓ "landing: fast-forward" is possible/)
  running.process.kill('SIGTERM')
  expect(await running.ended).toMatchObject({ status: 0, stderr: '' })
  const log = readFileSync(join(dir, 'state/headgate.log'), 'utf8')
  expect(log).toContain('\\"test\\" ended as FAILURE.')
  const usage = /"requests":(\d+),"writes":(\d+).*requests to GitHub/.exec(log)
  expect(Number(usage?.[1])).toBeGreaterThan(Number(usage?.[2]))
  expect(Number(usage?.[2])).toBeGreaterThan(0)
}, 90_000)
