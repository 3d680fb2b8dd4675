import { Octokit } from '@octokit/core'
import { graphql } from '@octokit/graphql'
import { execa } from 'execa'
import * as E from 'fp-ts/lib/Either.js'
import { createHmac } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { mkdir } from 'node:fs/promises'
import { answerFaults, hookFaults } from './schemas/check.js'
import { startLocalGithub, type LocalGithub, type LocalGithubOptions } from '../../src/local/index.js'

/** A started server, or the test fails with the error's own sentence. */
export const started = async (options: LocalGithubOptions): Promise<LocalGithub> => {
  const result = await startLocalGithub(options)()
  if (E.isLeft(result)) throw new Error(result.left.sentence)
  return result.right
}

export const temporary = async (): Promise<{
  readonly dir: string
  readonly remove: () => Promise<void>
}> => {
  const dir = await mkdtemp(join(tmpdir(), 'local-github-'))
  return { dir, remove: () => rm(dir, { recursive: true, force: true, maxRetries: 3 }) }
}

/** Every answer that goes through it must have the form that GitHub publishes. */
const conforming: typeof fetch = async (input, init) => {
  const answer = await fetch(input, init)
  const text = await answer.clone().text()
  const { pathname } = new URL(String(input))
  const method = init?.method ?? 'GET'
  const isJson = (answer.headers.get('content-type') ?? '').includes('json')
  if (!isJson && text !== '') return answer
  const body = text === '' ? undefined : (JSON.parse(text) as unknown)
  const found = answerFaults(method, pathname, answer.status, body)
  if (found.length > 0) throw new Error(`Not as GitHub answers: ${found.join('; ')}`)
  return answer
}

/** A REST client of the real kind, acting as `login` (the service's bot when left out). */
export const rest = (github: LocalGithub, login?: string): Octokit =>
  new Octokit({
    baseUrl: github.url,
    auth: login === undefined ? github.token : github.tokenFor(login),
    request: { fetch: conforming },
    // Refusals are expected here, not worth a line on the console.
    log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
  })

/** A GraphQL client of the real kind. */
export const gql = (github: LocalGithub, login?: string) =>
  graphql.defaults({
    baseUrl: github.url,
    headers: { authorization: `bearer ${login === undefined ? github.token : github.tokenFor(login)}` },
  })

const GIT = {
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.org',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.org',
}

/** Runs git in a work tree; the answer is its output, and a failure rejects with git's message. */
export const git = async (cwd: string, ...args: ReadonlyArray<string>): Promise<string> =>
  (await execa('git', args, { cwd, env: GIT })).stdout.trim()

/** As `git`, for commands that are to fail: the exit code and what git said. */
export const gitTried = async (cwd: string, ...args: ReadonlyArray<string>) => {
  const ran = await execa('git', args, { cwd, env: GIT, reject: false })
  return { code: ran.exitCode, said: ran.stderr }
}

/** The address of a repository with a user's token in it. */
const remote = (github: LocalGithub, owner: string, repo: string, login: string): string => {
  const url = new URL(`${github.url}/${owner}/${repo}.git`)
  url.username = 'x'
  url.password = github.tokenFor(login)
  return url.href
}

/** Writes files and commits them; the new commit's SHA. */
export const commit = async (
  work: string,
  files: Readonly<Record<string, string>>,
  message: string,
): Promise<string> => {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(work, path)), { recursive: true })
    await writeFile(join(work, path), text)
  }
  await git(work, 'add', '-A')
  await git(work, 'commit', '--quiet', '--allow-empty', '-m', message)
  return git(work, 'rev-parse', 'HEAD')
}

/** `ada/app` with one commit on main, and a clone of it to work in. */
export const seeded = async (github: LocalGithub, dir: string, name = 'app') => {
  await rest(github, 'ada').request('POST /user/repos', { name })
  const work = join(dir, `work-${name}`)
  await git(dir, 'clone', '--quiet', remote(github, 'ada', name, 'ada'), work)
  await git(work, 'checkout', '--quiet', '-B', 'main')
  const base = await commit(work, { 'a.txt': 'one\n', 'b.txt': 'one\n' }, 'start')
  await git(work, 'push', '--quiet', 'origin', 'main')
  const at = { owner: 'ada', repo: name }

  /** A branch from `from` with these files, pushed; its head. */
  const branch = async (ref: string, files: Readonly<Record<string, string>>, from = 'origin/main') => {
    await git(work, 'fetch', '--quiet', 'origin')
    await git(work, 'checkout', '--quiet', '-B', ref, from)
    const sha = await commit(work, files, `change ${ref}`)
    await git(work, 'push', '--quiet', '--force', 'origin', ref)
    return sha
  }
  /** A pull request by `bob` from such a branch. */
  const pull = async (ref: string, files: Readonly<Record<string, string>>) => {
    const head = await branch(ref, files)
    const opened = await rest(github, 'bob').request('POST /repos/{owner}/{repo}/pulls', {
      ...at,
      title: `Change ${ref}`,
      head: ref,
      base: 'main',
    })
    return { number: opened.data.number, id: opened.data.node_id, head }
  }
  return { at, work, base, branch, pull }
}

/** The usual rules: one approval, one check. */
export const PROTECTION = {
  required_status_checks: { strict: false, contexts: ['ci'] },
  enforce_admins: true,
  required_pull_request_reviews: { required_approving_review_count: 1 },
  restrictions: null,
}

/** One delivery as a receiver saw it. */
export type Received = {
  readonly event: string
  readonly guid: string
  readonly signed: boolean
  /** What GitHub's own would have and this lacks, or the other way round. */
  readonly faults: ReadonlyArray<string>
  readonly body: { readonly action?: string } & Readonly<Record<string, unknown>>
}

/** A webhook receiver that checks signatures itself; `answer` may say 500 for a while. */
export const receiver = async (secret: string, answer: () => number = () => 202) => {
  const got: Array<Received> = []
  const server = createServer((request, response) => {
    const chunks: Array<Buffer> = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const status = answer()
      const raw = Buffer.concat(chunks)
      const expected = `sha256=${createHmac('sha256', secret).update(raw).digest('hex')}`
      const body = JSON.parse(raw.toString()) as Received['body']
      const event = String(request.headers['x-github-event'])
      if (status < 300)
        got.push({
          event,
          faults: hookFaults(event, body),
          guid: String(request.headers['x-github-delivery']),
          signed: request.headers['x-hub-signature-256'] === expected,
          body,
        })
      response.statusCode = status
      response.end()
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}/hook`,
    got,
    close: () => new Promise<void>((done) => void server.close(() => done())),
  }
}

/** Waits until `ready` gives something, at most five seconds. */
export const eventually = async <A>(
  ready: () => A | undefined | false | Promise<A | undefined | false>,
): Promise<A> => {
  const until = Date.now() + 5_000
  for (;;) {
    const value = await ready()
    if (value !== undefined && value !== false) return value
    if (Date.now() > until) throw new Error('It did not happen within five seconds.')
    await new Promise((done) => setTimeout(done, 10))
  }
}
