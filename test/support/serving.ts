/** The service as `headgate serve` runs it, against a local GitHub and a local Batch, on a repository of one pull request. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import { expect, onTestFinished } from 'vitest'
import { startLocalBatch } from '@headgate/adapters-batch/local'
import { startLocalGithub } from '@headgate/adapters-github/local'
import { scratch, spawnCli, untilSaid } from './cli.js'

const done = async <L, A>(task: TaskEither<L, A>): Promise<A> => {
  const result = await task()
  if (E.isLeft(result)) throw new Error(JSON.stringify(result.left))
  return result.right
}

const BUILD = `steps:
  - kind: runImage
    name: test
    image: ubuntu
    script: |
      {{ code.checkout_script }}
      grep -q good a
    resources: { cpu: 0.25 }
`

const makeRepository = (dir: string): void => {
  mkdirSync(dir)
  const git = (...args: ReadonlyArray<string>) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], { cwd: dir, stdio: 'pipe' })
  const commit = (path: string, text: string) => {
    writeFileSync(join(dir, path), text)
    git('add', '.')
    git('commit', '-q', '-m', path)
  }
  git('init', '-q', '-b', 'main')
  commit('a', 'good\n')
  commit('build.yaml', BUILD)
  git('checkout', '-q', '-b', 'feature')
  commit('b', 'b\n')
  git('checkout', '-q', 'main')
}

const HOOK_EVENTS = ['pull_request', 'pull_request_review', 'push', 'issue_comment']

/** Starts all three; `policy` is the rest of the branch's policy, as YAML. */
export const serving = async (policy = '') => {
  const dir = scratch()
  makeRepository(join(dir, 'repo'))
  const github = await done(startLocalGithub({ dir: join(dir, 'github'), port: 0 }))
  onTestFinished(() => github.close())
  const batch = await done(startLocalBatch({ dir: join(dir, 'batch') }))
  onTestFinished(() => batch.close())
  await done(github.importRepository({ source: join(dir, 'repo'), owner: 'acme', repo: 'app' }))
  writeFileSync(join(dir, 'github.token'), `${github.token}\n`)
  writeFileSync(join(dir, 'hook.secret'), github.webhookSecret)
  writeFileSync(join(dir, 'batch.token'), batch.token)
  writeFileSync(
    join(dir, 'headgate.yaml'),
    `github: { apiUrl: '${github.url}', gitUrl: '${github.url}', tokenFile: github.token, webhookSecretFile: hook.secret, comment: true }
batch: { url: '${batch.url}', tokenFile: batch.token, billingProject: p, storageUri: 'local://s' }
http: { port: 0 }
stateDir: state
branches:
  - repository: acme/app
    branch: main
    policy: { trustedAuthors: [ada], deployable: false, unverifiedHead: trust, durations: { batchPollSeconds: 600, pollSeconds: 600 }${policy} }
`,
  )
  const running = spawnCli(['serve', '--config', 'headgate.yaml', '--log-level', 'debug'], dir)
  const [, url = ''] = await untilSaid(running, /watches 1 branch: (http:\S+)\//)
  await untilSaid(running, /main is at/)

  const as = async (login: string, method: string, path: string, body?: unknown): Promise<unknown> => {
    const answer = await fetch(`${github.url}/repos/acme/app${path}`, {
      method,
      headers: { authorization: `token ${github.tokenFor(login)}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    expect(answer.ok, `${path}: ${answer.status}`).toBe(true)
    return answer.status === 204 ? undefined : answer.json()
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
  await as('acme', 'POST', '/hooks', {
    name: 'web',
    events: HOOK_EVENTS,
    config: { url: `${url}/webhooks/github`, content_type: 'json', secret: github.webhookSecret },
  })
  return { dir, github, batch, running, as }
}
