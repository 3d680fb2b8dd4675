import { afterAll, beforeAll, expect, test } from 'vitest'
import type { LocalGithub } from '../../src/local/index.js'
import { commit, git, gitTried, gql, PROTECTION, rest, seeded, started, temporary } from './support.js'

const world = await temporary()
const ZERO = '0'.repeat(40)
let github: LocalGithub
beforeAll(async () => {
  github = await started({ dir: `${world.dir}/state` })
})
afterAll(async () => {
  await github.close()
  await world.remove()
})

const protect = (at: { owner: string; repo: string }, rules: object) =>
  rest(github, 'ada').request('PUT /repos/{owner}/{repo}/branches/{branch}/protection', {
    ...at,
    branch: 'main',
    ...PROTECTION,
    ...rules,
  })
const green = (at: { owner: string; repo: string }, sha: string) =>
  rest(github).request('POST /repos/{owner}/{repo}/statuses/{sha}', {
    ...at,
    sha,
    state: 'success',
    context: 'ci',
  })

const UPDATE = `mutation ($id: ID!, $updates: [RefUpdate!]!) { updateRefs(input: {repositoryId: $id, refUpdates: $updates}) { clientMutationId } }`
const repoId = async (at: { owner: string; repo: string }) =>
  (await rest(github).request('GET /repos/{owner}/{repo}', at)).data.node_id
const refused = (message: RegExp, type?: string) => ({
  errors: [
    expect.objectContaining({
      message: expect.stringMatching(message) as string,
      path: ['updateRefs'],
      ...(type === undefined ? {} : { type }),
    }),
  ],
})

test('updateRefs is a compare-and-swap of all refs or none', async () => {
  const { at, base, branch } = await seeded(github, world.dir, 'swap')
  const next = await branch('next', { 'a.txt': 'two\n' })
  const id = await repoId(at)
  const update = (updates: ReadonlyArray<object>) => gql(github)(UPDATE, { id, updates })
  const head = async (ref: string) =>
    (await rest(github).request('GET /repos/{owner}/{repo}/git/ref/{ref}', { ...at, ref })).data.object.sha

  const main = { name: 'refs/heads/main', afterOid: next }
  await expect(update([{ ...main, beforeOid: next }])).rejects.toMatchObject(
    refused(/expected to be/, 'STALE_DATA'),
  )
  const both = [
    { ...main, beforeOid: base },
    { name: 'refs/heads/other', beforeOid: base, afterOid: next },
  ]
  await expect(update(both)).rejects.toMatchObject(refused(/expected to be/))
  expect(await head('heads/main')).toBe(base)

  await update([
    { ...main, beforeOid: base },
    { name: 'refs/headgate/prepared/1', beforeOid: ZERO, afterOid: next },
  ])
  expect(await head('heads/main')).toBe(next)
  expect(await head('headgate/prepared/1')).toBe(next)
  const back = { name: 'refs/heads/main', afterOid: base, beforeOid: next }
  await expect(update([back])).rejects.toMatchObject(refused(/not a fast forward/))
  await update([
    { ...back, force: true },
    { name: 'refs/headgate/prepared/1', afterOid: ZERO },
  ])
  expect(await head('heads/main')).toBe(base)
  await expect(head('headgate/prepared/1')).rejects.toMatchObject({ status: 404 })
  await expect(update([{ ...main, afterOid: 'f'.repeat(40) }])).rejects.toMatchObject(
    refused(/does not exist/),
  )
})

test('of many racing swaps from one head exactly one wins', async () => {
  const { at, base, branch } = await seeded(github, world.dir, 'race')
  const heads = []
  for (const n of [1, 2, 3, 4]) heads.push(await branch(`b${n}`, { 'a.txt': `${n}\n` }))
  const id = await repoId(at)
  const tries = heads.map((afterOid) =>
    gql(github)(UPDATE, { id, updates: [{ name: 'refs/heads/main', beforeOid: base, afterOid }] }),
  )
  const ended = await Promise.allSettled(tries)
  expect(ended.filter((r) => r.status === 'fulfilled')).toHaveLength(1)
  const winner = heads[ended.findIndex((r) => r.status === 'fulfilled')]
  const main = await rest(github).request('GET /repos/{owner}/{repo}/branches/{branch}', {
    ...at,
    branch: 'main',
  })
  expect(main.data.commit.sha).toBe(winner)
})

test('a protected branch takes only green commits from those who may bypass reviews', async () => {
  const { at, work, branch } = await seeded(github, world.dir, 'guarded')
  const next = await branch('next', { 'a.txt': 'two\n' })
  await protect(at, {})
  const move = (login?: string) =>
    rest(github, login).request('PATCH /repos/{owner}/{repo}/git/refs/{ref}', {
      ...at,
      ref: 'heads/main',
      sha: next,
    })
  await expect(move()).rejects.toMatchObject({
    status: 422,
    message: expect.stringMatching(/through a pull request/) as string,
  })
  await protect(at, {
    required_pull_request_reviews: {
      required_approving_review_count: 1,
      bypass_pull_request_allowances: { apps: ['headgate'] },
    },
  })
  await expect(move()).rejects.toMatchObject({
    message: expect.stringMatching(/Required status check "ci" is expected/) as string,
  })

  await git(work, 'checkout', '--quiet', next)
  const push = await gitTried(work, 'push', 'origin', 'HEAD:refs/heads/main')
  expect(push.code).toBe(1)
  expect(push.said).toContain('GH006: Protected branch update failed for refs/heads/main.')
  expect(push.said).toContain('Changes must be made through a pull request.')

  await green(at, next)
  await expect(move('mallory')).rejects.toMatchObject({ status: 422 })
  expect((await move()).data.object.sha).toBe(next)
})

test('pushes obey checks, fast-forwards and restrictions; the owner is exempt only without enforce_admins', async () => {
  const { at, work, base } = await seeded(github, world.dir, 'pushed')
  await protect(at, { required_pull_request_reviews: null })
  await git(work, 'checkout', '--quiet', '--detach', 'origin/main')
  const next = await commit(work, { 'a.txt': 'two\n' }, 'next')
  const push = (...args: ReadonlyArray<string>) => gitTried(work, 'push', ...args)
  expect((await push('origin', 'HEAD:refs/heads/main')).said).toContain(
    'Required status check "ci" is expected.',
  )
  // A branch of its own brings the commit to the server, where it can be tested.
  expect((await push('origin', 'HEAD:refs/heads/try')).code).toBe(0)
  await green(at, next)
  expect((await push('origin', 'HEAD:refs/heads/main')).code).toBe(0)
  await green(at, base)
  expect((await push('--force', 'origin', `${base}:refs/heads/main`)).said).toContain('Cannot force-push')
  expect((await push('origin', ':refs/heads/main')).said).toContain('refusing to delete the current branch')
  expect((await push('origin', 'HEAD:refs/pull/9/head')).code).toBe(1)
  await protect(at, { required_pull_request_reviews: null, enforce_admins: false })
  expect((await push('--force', 'origin', `${base}:refs/heads/main`)).code).toBe(0)
})

test('git: anybody fetches, by any reachable SHA and without blobs; only a token pushes', async () => {
  const { at, work, base } = await seeded(github, world.dir, 'open')
  const url = `${github.url}/${at.owner}/${at.repo}.git`
  await git(world.dir, 'clone', '--quiet', '--filter=blob:none', '--depth=1', url, 'anonymous')
  const clone = `${world.dir}/anonymous`
  await git(clone, 'fetch', '--quiet', 'origin', base)
  expect(await git(clone, 'rev-parse', 'FETCH_HEAD')).toBe(base)
  expect((await gitTried(clone, 'push', 'origin', 'HEAD:refs/heads/x')).code).not.toBe(0)
  // Larger than git's post buffer, so it comes chunked.
  const noise = Array.from({ length: 60_000 }, (_, i) => Math.sin(i).toString(36)).join('\n')
  const big = await commit(work, { 'big.txt': noise + noise.split('').reverse().join('') }, 'big')
  await git(work, '-c', 'http.postBuffer=65536', 'push', '--quiet', 'origin', 'HEAD:refs/heads/big')
  const seen = await rest(github).request('GET /repos/{owner}/{repo}/commits/{ref}', { ...at, ref: 'big' })
  expect(seen.data).toMatchObject({ sha: big, files: [{ filename: 'big.txt', status: 'added' }] })
})

test('commits, trees, comparisons, contents and merges over REST', async () => {
  const { at, base, branch } = await seeded(github, world.dir, 'data')
  const side = await branch('side', { 'side.txt': 'x\n' })
  const bot = rest(github)
  const tree = await bot.request('POST /repos/{owner}/{repo}/git/trees', {
    ...at,
    base_tree: base,
    tree: [{ path: 'dir/new.txt', mode: '100644', type: 'blob', content: 'hello\n' }],
  })
  const made = await bot.request('POST /repos/{owner}/{repo}/git/commits', {
    ...at,
    message: 'made',
    tree: tree.data.sha,
    parents: [base],
  })
  await bot.request('POST /repos/{owner}/{repo}/git/refs', {
    ...at,
    ref: 'refs/heads/made',
    sha: made.data.sha,
  })
  const text = await bot.request('GET /repos/{owner}/{repo}/contents/{path}', {
    ...at,
    path: 'dir/new.txt',
    ref: 'made',
    headers: { accept: 'application/vnd.github.raw+json' },
  })
  expect(text.data).toBe('hello\n')
  const merged = await bot.request('POST /repos/{owner}/{repo}/merges', { ...at, base: 'made', head: 'side' })
  expect(merged.data.parents.map((p) => p.sha)).toEqual([made.data.sha, side])
  const again = await bot.request('POST /repos/{owner}/{repo}/merges', { ...at, base: 'made', head: 'side' })
  expect(again.status).toBe(204)
  const compared = await bot.request('GET /repos/{owner}/{repo}/compare/{basehead}', {
    ...at,
    basehead: 'main...made',
  })
  expect(compared.data).toMatchObject({
    status: 'ahead',
    ahead_by: 3,
    behind_by: 0,
    merge_base_commit: { sha: base },
  })
  expect(compared.data.files?.map((f) => f.filename)).toEqual(['dir/new.txt', 'side.txt'])
})
