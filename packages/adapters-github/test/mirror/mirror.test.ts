import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { prNumber, runId, sha } from '@headgate/core'
import * as E from 'fp-ts/lib/Either.js'
import { none, some } from 'fp-ts/lib/Option.js'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { preparedRef } from '../../src/mirror/publish.js'
import { makeQueue } from '../../src/mirror/queue.js'
import { isBranchName, isRepositoryName } from '../../src/repositoryName.js'
import { makeOrigin, type Origin } from '../support/origin.js'

let origin: Origin
beforeAll(async () => {
  origin = await makeOrigin()
})
afterAll(() => origin.remove())

const inOrigin = async (ref: string) => {
  const out = await origin.git('ls-remote', 'origin', ref)
  return out.split('\t')[0]
}

test('files are read from any commit; what is not a plain file is none', async () => {
  await origin.git('checkout', '--quiet', '--detach', origin.base)
  const commit = await origin.commit({ 'ci/build.yaml': 'steps: []\n', 'ünï cödé.txt': 'ü\n', '*': 'star\n' })
  await origin.git('push', '--quiet', 'origin', 'HEAD:refs/heads/files')
  const read = (path: string) => origin.mirror.readFile(commit, path)
  expect(await read('ci/build.yaml')).toEqual(E.right(some('steps: []\n')))
  expect(await read('ünï cödé.txt')).toEqual(E.right(some('ü\n')))
  expect(await read('*')).toEqual(E.right(some('star\n')))
  for (const path of ['nothing.yaml', 'ci', '../a.txt', '--help', ''])
    expect(await read(path)).toEqual(E.right(none))
})

test('changed files, renames as both names', async () => {
  await origin.git('checkout', '--quiet', '--detach', origin.base)
  const commit = await origin.commit({ 'a.txt': null, 'moved.txt': 'a1\na2\na3\n', 'b.txt': 'b\n' })
  await origin.git('push', '--quiet', 'origin', 'HEAD:refs/heads/changed')
  expect(await origin.mirror.changedFiles(origin.base, commit)).toEqual(
    E.right(['a.txt', 'b.txt', 'moved.txt']),
  )
})

test('a prepared commit is published for one run, again without harm, and deleted, again without harm', async () => {
  const run = runId('run-1/.x..lock')
  const ref = preparedRef('main', run)
  await origin.git('check-ref-format', ref)
  for (const _ of [1, 2])
    expect(await origin.mirror.publish('main', run, origin.base)).toEqual(E.right(undefined))
  expect(await inOrigin(ref)).toBe(origin.base)
  for (const _ of [1, 2]) expect(await origin.mirror.unpublish('main', run)).toEqual(E.right(undefined))
  expect(await inOrigin(ref)).toBe('')
})

test('a commit that the forge does not have is a transient failure', async () => {
  const ghost = sha('deadbeef'.repeat(5))
  const wish = { branch: 'main', base: origin.base, method: 'merge', titles: ['t'] } as const
  expect(
    await origin.mirror.combine({ ...wish, members: [{ pr: prNumber(99), source: ghost }] }),
  ).toMatchObject(E.left({ kind: 'transient' }))
})

test('a commit that no ref points at any more is fetched by its name', async () => {
  const { source } = await origin.pull(50, [[{ 'x.txt': 'old\n' }, 'old']])
  await origin.pull(50, [[{ 'x.txt': 'new\n' }, 'new']])
  await origin.git('-C', origin.bare, 'config', 'uploadpack.allowAnySHA1InWant', 'true')
  const fresh = origin.mirrorHere({}, 'by-name')
  expect(await fresh.treeOf(source, { pullRequests: [50] })).toMatchObject({ _tag: 'Right' })
})

test('nothing is fetched when everything is there', async () => {
  expect(await origin.mirror.treeOf(origin.base)).toMatchObject({ _tag: 'Right' })
  const offline = origin.mirrorHere({ remoteUrl: join(origin.dir, 'gone.git') })
  expect(await offline.treeOf(origin.base)).toMatchObject({ _tag: 'Right' })
  const away = origin.mirrorHere({ remoteUrl: join(origin.dir, 'gone.git') }, 'empty')
  expect(await away.treeOf(origin.base)).toMatchObject(E.left({ kind: 'transient', code: 'GitTransfer' }))
})

test('locks that a killed git left are cleared, and a mirror that was deleted is made again', async () => {
  const gitDir = join(origin.dir, 'mirrors', 'acme', 'app.git')
  const lock = join(gitDir, 'refs', 'headgate', 'pull', '60.lock')
  mkdirSync(join(lock, '..'), { recursive: true })
  writeFileSync(lock, '')
  const { source } = await origin.pull(60, [[{ 'y.txt': 'y\n' }, 'y']])
  const where = { pullRequests: [60] }
  expect(await origin.mirror.treeOf(source, where)).toMatchObject(E.left({ kind: 'transient' }))
  expect(await origin.mirror.treeOf(source, where)).toMatchObject({ _tag: 'Right' })
  expect(existsSync(lock)).toBe(false)
  rmSync(gitDir, { recursive: true })
  expect(await origin.mirror.treeOf(origin.base)).toMatchObject(E.left({ kind: 'transient' }))
  expect(await origin.mirror.treeOf(origin.base, { branches: ['main'] })).toMatchObject({ _tag: 'Right' })
})

test('the forge’s refusal of a push is final and quoted', async () => {
  const hook = join(origin.bare, 'hooks', 'pre-receive')
  writeFileSync(hook, '#!/bin/sh\necho "no headgate branches here"\nexit 1\n', { mode: 0o755 })
  const refused = await origin.mirror.publish('main', runId('run-2'), origin.base)
  rmSync(hook)
  expect(refused).toMatchObject(
    E.left({
      kind: 'permanent',
      code: 'PushRejected',
      text: expect.stringContaining('no headgate branches here') as string,
    }),
  )
})

test('the token is in no argument of any process, and nothing of the user’s environment reaches git', async () => {
  const spy = join(origin.dir, 'spy')
  const log = join(origin.dir, 'spy.log')
  mkdirSync(spy)
  const real = (await origin.git('--exec-path')).trim()
  const script = `#!/bin/sh\necho "$@" >> ${log}\nenv >> ${log}.env\nexec ${real}/git "$@"\n`
  writeFileSync(join(spy, 'git'), script, { mode: 0o755 })
  const { PATH } = process.env
  process.env['PATH'] = `${spy}:${PATH ?? ''}`
  process.env['HEADGATE_TEST_SECRET'] = 'leak'
  const token = () => Promise.resolve('t0p-secret')
  const read = await origin.mirrorHere({ token }, 'spied').treeOf(origin.base, { branches: ['main'] })
  process.env['PATH'] = PATH
  delete process.env['HEADGATE_TEST_SECRET']
  expect(read).toMatchObject({ _tag: 'Right' })
  const secret = Buffer.from('x-access-token:t0p-secret').toString('base64')
  const [args, env] = [readFileSync(log, 'utf8'), readFileSync(`${log}.env`, 'utf8')]
  expect(args).toContain('fetch')
  for (const word of ['t0p-secret', secret]) expect(args).not.toContain(word)
  expect(env).toContain(`Authorization: Basic ${secret}`)
  expect(env).not.toMatch(/HEADGATE_TEST_SECRET|GIT_ASKPASS/)
})

test('names that git or a path could misread never get that far', async () => {
  const option = sha('--upload-pack=touch')
  expect(await origin.mirror.treeOf(option)).toMatchObject(
    E.left({ kind: 'permanent', code: 'NotAnObjectId' }),
  )
  expect(await origin.mirror.publish('-x', runId('r'), origin.base)).toMatchObject(
    E.left({ code: 'BadBranchName' }),
  )
  const outside = origin.mirrorHere({ repository: 'acme/..' })
  expect(await outside.treeOf(origin.base)).toMatchObject(E.left({ code: 'BadRepositoryName' }))
})

test('branch and repository names', () => {
  for (const good of ['main', 'release/1.2', 'a-b', 'feature/ü', 'x@y'])
    expect(isBranchName(good), good).toBe(true)
  const bad = [
    '',
    '-d',
    'a..b',
    'a b',
    'a~1',
    'a^',
    'a:b',
    'x.lock',
    'x.lock/y',
    '/a',
    'a/',
    'a//b',
    '.a',
    'a/.b',
    '@',
    'a@{1}',
    'a.',
    'a\n',
  ]
  for (const name of bad) expect(isBranchName(name), name).toBe(false)
  for (const good of ['acme/app', 'a/b.c', 'A-1/_x']) expect(isRepositoryName(good), good).toBe(true)
  for (const name of ['acme', 'acme/', '/x', 'a/b/c', 'a/..', 'a/.', '../b', 'a b/c', '-a/b'])
    expect(isRepositoryName(name), name).toBe(false)
})

test('queued work runs one at a time, in order, past failures', async () => {
  const queue = makeQueue()
  const log: string[] = []
  const piece = (name: string, ms: number, fails = false) =>
    queue(async () => {
      log.push(`${name} starts`)
      await new Promise((done) => setTimeout(done, ms))
      log.push(`${name} ends`)
      if (fails) throw new Error(name)
    })
  const all = await Promise.allSettled([piece('a', 20), piece('b', 5, true), piece('c', 1)])
  expect(all.map((r) => r.status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(log).toEqual(['a starts', 'a ends', 'b starts', 'b ends', 'c starts', 'c ends'])
})
