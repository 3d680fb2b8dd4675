/** End to end: one kind of call is refused for one pull request, and the others do not notice. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import { expect, onTestFinished, test } from 'vitest'
import { startLocalBatch } from '@headgate/adapters-batch/local'
import { startLocalGithub } from '@headgate/adapters-github/local'
import { scratch, spawnCli, untilSaid } from '../support/cli.js'

const done = async <L, A>(task: TaskEither<L, A>): Promise<A> => {
  const result = await task()
  if (E.isLeft(result)) throw new Error(JSON.stringify(result.left))
  return result.right
}

const BUILD = `steps:
  - { kind: runImage, name: test, image: ubuntu, script: "true", resources: { cpu: 0.25 } }
`

/** A repository with two branches; gives their heads. */
const makeRepository = (dir: string): ReadonlyArray<string> => {
  mkdirSync(dir)
  const git = (...args: ReadonlyArray<string>) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], { cwd: dir, stdio: 'pipe' })
  const commit = (path: string, text: string) => {
    writeFileSync(join(dir, path), text)
    git('add', '.')
    git('commit', '-q', '-m', path)
  }
  git('init', '-q', '-b', 'main')
  commit('build.yaml', BUILD)
  return ['one', 'two'].map((name) => {
    git('checkout', '-q', '-b', name, 'main')
    commit(name, name)
    return git('rev-parse', 'HEAD').toString().trim()
  })
}

/** Stands between the service and GitHub: statuses of one commit are answered 502 and counted, the rest passes. */
const brokenFor = async (target: string, sha: string) => {
  const refused = { count: 0 }
  const proxy = createServer((from, to) => {
    if (from.method === 'POST' && from.url?.endsWith(`/statuses/${sha}`) === true) {
      refused.count++
      from.resume()
      to.writeHead(502).end('{"message":"bad gateway"}')
      return
    }
    const { hostname, port } = new URL(target)
    const onwards = request(
      { hostname, port, path: from.url, method: from.method, headers: from.headers },
      (answer) => {
        to.writeHead(answer.statusCode ?? 500, answer.headers)
        answer.pipe(to)
      },
    )
    onwards.on('error', () => to.destroy())
    from.pipe(onwards)
  })
  await new Promise<void>((ready) => proxy.listen(0, '127.0.0.1', ready))
  onTestFinished(() => void proxy.close())
  return { refused, url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` }
}

test('5.24 every status of one pull request is answered 502, for ever: the other one lands', async () => {
  const dir = scratch()
  const [first = ''] = makeRepository(join(dir, 'repo'))
  const github = await done(startLocalGithub({ dir: join(dir, 'github'), port: 0 }))
  onTestFinished(() => github.close())
  const batch = await done(startLocalBatch({ dir: join(dir, 'batch') }))
  onTestFinished(() => batch.close())
  await done(github.importRepository({ source: join(dir, 'repo'), owner: 'acme', repo: 'app' }))
  const { refused, url } = await brokenFor(github.url, first)
  writeFileSync(join(dir, 'github.token'), `${github.token}\n`)
  writeFileSync(join(dir, 'hook.secret'), github.webhookSecret)
  writeFileSync(join(dir, 'batch.token'), batch.token)
  const durations = 'pollSeconds: 2, batchPollSeconds: 1, retrySeconds: 1, retryMaxSeconds: 1'
  writeFileSync(
    join(dir, 'headgate.yaml'),
    `github: { apiUrl: '${url}', gitUrl: '${github.url}', tokenFile: github.token, webhookSecretFile: hook.secret }
batch: { url: '${batch.url}', tokenFile: batch.token, billingProject: p, storageUri: 'local://s' }
http: { port: 0 }
stateDir: state
branches:
  - repository: acme/app
    branch: main
    policy: { trustedAuthors: [ada], deployable: false, unverifiedHead: trust, durations: { ${durations} } }
`,
  )
  const as = async (login: string, method: string, path: string, body: unknown): Promise<unknown> => {
    const answer = await fetch(`${github.url}/repos/acme/app${path}`, {
      method,
      headers: { authorization: `token ${github.tokenFor(login)}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    expect(answer.ok, `${path}: ${answer.status}`).toBe(true)
    return answer.json()
  }
  await as('acme', 'PUT', '/branches/main/protection', {
    required_status_checks: { strict: false, contexts: ['headgate'] },
    enforce_admins: true,
    required_pull_request_reviews: {
      required_approving_review_count: 1,
      bypass_pull_request_allowances: { apps: ['headgate'] },
    },
    restrictions: null,
  })
  for (const [i, head] of ['one', 'two'].entries()) {
    await as('ada', 'POST', '/pulls', { title: `Change ${head}`, head, base: 'main' })
    await as('grace', 'POST', `/pulls/${i + 1}/reviews`, { event: 'APPROVE' })
  }
  const running = spawnCli(['serve', '--config', 'headgate.yaml'], dir)
  await untilSaid(running, /✓ #1 passed/)
  await untilSaid(running, /● #2 "Change two" landed/)
  expect(refused.count).toBeGreaterThan(0)
  expect(await as('ada', 'PATCH', '/pulls/1', {})).toMatchObject({ state: 'open', merged: false })
  expect(running.process.exitCode).toBeNull()
  running.process.kill('SIGTERM')
  expect(await running.ended).toMatchObject({ status: 0, stderr: '' })
}, 90_000)
