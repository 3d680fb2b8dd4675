/** GitHub's own command line, as Debian has it. It speaks plain HTTP to the host `github.localhost` through a Unix socket. */
import { execa } from 'execa'
import { mkdir, writeFile } from 'node:fs/promises'
import { connect, createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { LocalGithub } from '../../../src/local/index.js'
import { PROTECTION, rest, seeded, started, temporary } from '../support.js'

const missing = (await execa('gh', ['--version'], { reject: false })).exitCode !== 0
if (missing) console.log('Skipped: there is no gh on this machine (apt-get install gh).')

const world = await temporary()
const config = join(world.dir, 'gh')
let github: LocalGithub
let door: Server
let app: Awaited<ReturnType<typeof seeded>>
beforeAll(async () => {
  github = await started({ dir: `${world.dir}/state` })
  app = await seeded(github, world.dir)
  const socket = join(world.dir, 'socket')
  const port = Number(new URL(github.url).port)
  door = createServer((client) => {
    const server = connect(port, '127.0.0.1')
    client.pipe(server).pipe(client)
    client.on('error', () => server.destroy())
    server.on('error', () => client.destroy())
  })
  await new Promise<void>((done) => door.listen(socket, done))
  await mkdir(config)
  await writeFile(join(config, 'config.yml'), `http_unix_socket: ${socket}\n`)
})
afterAll(async () => {
  await new Promise<void>((done) => void door.close(() => done()))
  await github.close()
  await world.remove()
})

/** Runs `gh` as a user; what it said, or a rejection with its complaint. */
const gh = async (login: string, ...args: ReadonlyArray<string>): Promise<string> => {
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: world.dir,
    GH_CONFIG_DIR: config,
    GH_HOST: 'github.localhost',
    GH_TOKEN: github.tokenFor(login),
    GH_NO_UPDATE_NOTIFIER: '1',
    NO_COLOR: '1',
  }
  return (await execa('gh', args, { cwd: world.dir, env, extendEnv: false, stdin: 'ignore' })).stdout
}
const R = ['-R', 'ada/app'] as const

test.skipIf(missing)('gh: api, pages, and queries', async () => {
  expect(await gh('bob', 'api', 'user', '--jq', '.login')).toBe('bob')
  for (const name of ['p1', 'p2', 'p3']) await app.branch(name, { [name]: name })
  const pages = await gh('bob', 'api', '--paginate', 'repos/ada/app/branches?per_page=1', '--jq', '.[].name')
  expect(pages.split('\n')).toEqual(['main', 'p1', 'p2', 'p3'])
  const refs = `query($endCursor: String) { repository(owner: "ada", name: "app") {
    refs(refPrefix: "refs/heads/", first: 1, after: $endCursor) { nodes { name } pageInfo { hasNextPage endCursor } } } }`
  const jq = ['--jq', '.data.repository.refs.nodes[].name']
  const names = await gh('bob', 'api', 'graphql', '--paginate', '-f', `query=${refs}`, ...jq)
  expect(names.split('\n')).toEqual(['main', 'p1', 'p2', 'p3'])
  expect(await gh('bob', 'repo', 'view', 'ada/app')).toContain('ada/app')
})

test.skipIf(missing)('gh: a pull request from opening to merge', async () => {
  const head = await app.branch('topic', { 'topic.txt': 'x\n' })
  await rest(github, 'ada').request('PUT /repos/{owner}/{repo}/branches/{branch}/protection', {
    ...app.at,
    branch: 'main',
    ...PROTECTION,
  })
  const opened = await gh(
    ...([
      'bob',
      'pr',
      'create',
      ...R,
      '--head',
      'topic',
      '--base',
      'main',
      '--title',
      'T',
      '--body',
      'B',
    ] as const),
  )
  expect(opened).toMatch(/\/ada\/app\/pull\/1$/)
  expect(await gh('bob', 'pr', 'list', ...R)).toMatch(/^1\tT\ttopic\tOPEN/)
  expect(await gh('bob', 'pr', 'diff', '1', ...R)).toContain('+x')
  await gh('bob', 'label', 'create', 'prio:high', ...R)
  await gh('bob', 'pr', 'edit', '1', ...R, '--add-label', 'prio:high')
  await gh('bob', 'pr', 'comment', '1', ...R, '--body', 'Hello.')
  await gh('carol', 'pr', 'review', '1', ...R, '--approve')
  await gh('ada', 'api', `repos/ada/app/statuses/${head}`, '-f', 'state=success', '-f', 'context=ci')
  expect(await gh('bob', 'pr', 'checks', '1', ...R)).toMatch(/^ci\tpass/)
  expect(await gh('bob', 'pr', 'view', '1', ...R, '--comments')).toContain('Hello.')
  const fields = 'state,headRefOid,reviewDecision,mergeable,labels'
  expect(JSON.parse(await gh('bob', 'pr', 'view', '1', ...R, '--json', fields))).toMatchObject({
    state: 'OPEN',
    headRefOid: head,
    reviewDecision: 'APPROVED',
    mergeable: 'MERGEABLE',
    labels: [{ name: 'prio:high' }],
  })
  await gh('ada', 'pr', 'merge', '1', ...R, '--squash')
  expect(JSON.parse(await gh('bob', 'pr', 'view', '1', ...R, '--json', 'state'))).toEqual({ state: 'MERGED' })
  await expect(gh('bob', 'pr', 'view', '99', ...R)).rejects.toThrow('Could not resolve to a PullRequest')
})
