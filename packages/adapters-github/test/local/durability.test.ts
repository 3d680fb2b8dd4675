import * as E from 'fp-ts/lib/Either.js'
import Database from 'libsql'
import { execa } from 'execa'
import { mkdir } from 'node:fs/promises'
import { afterAll, expect, test } from 'vitest'
import { startLocalGithub } from '../../src/local/index.js'
import { commit, eventually, git, gql, receiver, rest, seeded, started, temporary } from './support.js'

const world = await temporary()
afterAll(() => world.remove())

test('a restart goes on where it was: tokens, port, pull requests, undelivered webhooks', async () => {
  const dir = `${world.dir}/restart`
  const before = await started({ dir, now: () => Date.UTC(2030, 0, 1) })
  const { at, pull, base } = await seeded(before, world.dir, 'kept')
  const { number, head } = await pull('feature', { 'a.txt': 'two\n' })
  const inbox = await receiver(before.webhookSecret)
  await inbox.close()
  // Nobody listens at this address now, so the delivery is still waiting when the server stops.
  await rest(before, 'ada').request('POST /repos/{owner}/{repo}/hooks', {
    ...at,
    events: ['status'],
    config: { url: inbox.url, content_type: 'json', secret: 'x' },
  })
  await before.close()
  await expect(fetch(before.url)).rejects.toThrow()

  const after = await started({ dir })
  expect([after.url, after.token, after.webhookSecret]).toEqual([
    before.url,
    before.token,
    before.webhookSecret,
  ])
  const seen = await rest(after).request('GET /repos/{owner}/{repo}/pulls/{pull_number}', {
    ...at,
    pull_number: number,
  })
  expect(seen.data).toMatchObject({
    state: 'open',
    head: { sha: head },
    base: { sha: base },
    created_at: '2030-01-01T00:00:00Z',
  })
  const [waiting] = (await rest(after, 'ada').request('GET /repos/{owner}/{repo}/hooks', at)).data
  const list = await rest(after, 'ada').request('GET /repos/{owner}/{repo}/hooks/{hook_id}/deliveries', {
    ...at,
    hook_id: waiting?.id ?? 0,
  })
  expect(list.data.map((d) => d.event)).toEqual(['ping'])
  await after.close()
})

test('what git knows and the tables do not is caught up at start', async () => {
  const dir = `${world.dir}/recover`
  const before = await started({ dir })
  const { at, pull } = await seeded(before, world.dir, 'caught')
  const { number, head } = await pull('feature', { 'a.txt': 'two\n' })
  await before.close()
  // As after a crash between the ref's move and the tables': main already has the pull request's head.
  await git(world.dir, '--git-dir', `${dir}/git/ada/caught.git`, 'update-ref', 'refs/heads/main', head)
  const after = await started({ dir })
  const seen = await rest(after).request('GET /repos/{owner}/{repo}/pulls/{pull_number}', {
    ...at,
    pull_number: number,
  })
  expect(seen.data).toMatchObject({ merged: true, merge_commit_sha: head })
  await after.close()
})

test('a port in use, a directory in use and a state of another version are errors of one line', async () => {
  const first = await started({ dir: `${world.dir}/one` })
  const port = Number(new URL(first.url).port)
  const second = await startLocalGithub({ dir: `${world.dir}/two`, port })()
  expect(second).toMatchObject(E.left({ code: 'port_in_use', place: `127.0.0.1:${port}` }))
  const rival = await startLocalGithub({ dir: `${world.dir}/one` })()
  expect(rival).toMatchObject(E.left({ code: 'state_in_use', place: `${world.dir}/one` }))
  await first.close()

  const db = new Database(`${world.dir}/one/github.sqlite`)
  db.exec(`UPDATE meta SET value = '999' WHERE key = 'schema_version'`)
  db.close()
  const third = await startLocalGithub({ dir: `${world.dir}/one` })()
  expect(third).toMatchObject(E.left({ code: 'state_version' }))
  if (E.isLeft(third)) expect(third.left.sentence.split('\n')).toHaveLength(1)
  const fourth = await startLocalGithub({ dir: '/dev/null/nothing' })()
  expect(fourth).toMatchObject(E.left({ code: 'state_unusable' }))
})

test('importing copies a repository and leaves the source as it was', async () => {
  const source = `${world.dir}/source`
  await mkdir(source)
  await git(source, 'init', '--quiet', '--initial-branch=trunk')
  const github = await started({ dir: `${world.dir}/import` })
  const wish = { source, owner: 'ada', repo: 'mine' }
  expect(await github.importRepository(wish)()).toMatchObject(
    E.left({ code: 'import_refused', place: source }),
  )
  const head = await commit(source, { 'a.txt': 'one\n' }, 'first')
  await git(source, 'branch', 'side/one')
  const prints = async () =>
    (await execa('find', [source, '-type', 'f', '-printf', '%p %T@ %s\n'])).stdout.split('\n').sort()
  const printed = await prints()
  expect(await github.importRepository(wish)()).toEqual(
    E.right({
      owner: 'ada',
      repo: 'mine',
      defaultBranch: 'trunk',
      branches: ['side/one', 'trunk'],
      cloneUrl: `${github.url}/ada/mine.git`,
    }),
  )
  expect(await prints()).toEqual(printed)
  const query = `{ repository(owner: "ada", name: "mine") { defaultBranchRef { name target { oid } }
    object(expression: "trunk:a.txt") { ... on Blob { text } } ref(qualifiedName: "side/one") { name target { oid } } } }`
  expect(await gql(github)(query)).toEqual({
    repository: {
      defaultBranchRef: { name: 'trunk', target: { oid: head } },
      object: { text: 'one\n' },
      ref: { name: 'side/one', target: { oid: head } },
    },
  })
  expect(await github.importRepository(wish)()).toMatchObject(E.left({ code: 'import_refused' }))
  expect(await github.importRepository({ ...wish, source: '/nowhere', repo: 'x' })()).toMatchObject(
    E.left({ code: 'import_refused' }),
  )
  await github.close()
})

test('close while a receiver hangs does not wait for it', async () => {
  const github = await started({ dir: `${world.dir}/hang` })
  const { at } = await seeded(github, world.dir, 'hang')
  const { createServer } = await import('node:net')
  const sockets: Array<{ destroy: () => void }> = []
  const silent = createServer((socket) => void sockets.push(socket))
  await new Promise<void>((done) => silent.listen(0, '127.0.0.1', done))
  const address = silent.address()
  const url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/`
  await rest(github, 'ada').request('POST /repos/{owner}/{repo}/hooks', {
    ...at,
    events: ['push'],
    config: { url, content_type: 'json' },
  })
  await eventually(() => sockets.length > 0)
  const began = Date.now()
  await github.close()
  expect(Date.now() - began).toBeLessThan(2_000)
  sockets.forEach((s) => s.destroy())
  silent.close()
})
