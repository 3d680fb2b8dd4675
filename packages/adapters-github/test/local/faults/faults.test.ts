import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { FaultPlan, FaultRule, LocalGithub } from '../../../src/local/index.js'
import {
  eventually,
  git,
  gitTried,
  gql,
  PROTECTION,
  receiver,
  rest,
  seeded,
  started,
  temporary,
} from '../support.js'

const world = await temporary()
let github: LocalGithub
let app: Awaited<ReturnType<typeof seeded>>
beforeAll(async () => {
  github = await started({ dir: `${world.dir}/state` })
  app = await seeded(github, world.dir)
})
afterEach(() => github.setFaults({ rules: [] }))
afterAll(async () => {
  await github.close()
  await world.remove()
})

const rules = (...list: Array<FaultRule>): void => github.setFaults({ seed: 1, rules: list })
const headers = () => ({ authorization: `bearer ${github.token}` })
const call = (path: string, init: RequestInit = {}) =>
  fetch(`${github.url}${path}`, { ...init, headers: headers() })
const label = (name: string) =>
  call('/repos/ada/app/labels', { method: 'POST', body: JSON.stringify({ name }) })
const labels = async (): Promise<ReadonlyArray<string>> => {
  const answer = await call('/repos/ada/app/labels')
  return ((await answer.json()) as ReadonlyArray<{ name: string }>).map((l) => l.name)
}

test('5xx and broken connections, before the effect and after it', async () => {
  const about = { method: 'POST', path: '/labels' }
  const fault = (effect: 'before' | 'after') => ({ _tag: 'ServerError', status: 502, effect }) as const
  rules({ about, fault: fault('before'), times: 1 }, { about, fault: fault('after'), skip: 1 })
  const [first, second] = [await label('one'), await label('two')]
  expect([first.status, await first.json(), second.status]).toEqual([502, { message: 'Server Error' }, 502])
  expect(await labels()).toEqual(['two'])
  rules(
    { about, fault: { _tag: 'Cut', effect: 'before' }, times: 1 },
    { about, fault: { _tag: 'Cut', effect: 'after' }, skip: 1 },
  )
  await expect(label('three')).rejects.toThrow('fetch failed')
  await expect(label('four')).rejects.toThrow('fetch failed')
  github.setFaults({ rules: [] })
  expect(await labels()).toEqual(['four', 'two'])
})

test('rate limits last their time: primary by headers or GraphQL error, secondary by Retry-After', async () => {
  const limit = { _tag: 'RateLimit', limit: 'primary', status: 403, seconds: 60 } as const
  rules({ about: { on: 'api' }, fault: limit, times: 1 })
  const answers = [await call('/user'), await call('/user')]
  expect(answers.map((a) => [a.status, a.headers.get('x-ratelimit-remaining')])).toEqual([
    [403, '0'],
    [403, '0'],
  ])
  expect(Number(answers[0]?.headers.get('x-ratelimit-reset'))).toBeGreaterThan(Date.now() / 1000)
  await expect(gql(github)('{ viewer { login } }')).rejects.toMatchObject({
    errors: [{ type: 'RATE_LIMITED' }],
  })
  expect(github.faults()).toMatchObject([{ struck: 1 }])
  rules({ about: { on: 'api' }, fault: { ...limit, limit: 'secondary', status: 429, seconds: 7 } })
  const secondary = await call('/user')
  expect([secondary.status, secondary.headers.get('retry-after')]).toEqual([429, '7'])
})

test('a stale read is the answer of before; writes and other questions are not stale', async () => {
  rules({ about: { path: '/branches' }, fault: { _tag: 'Stale', maxAgeMs: 60_000 }, skip: 1 })
  const branches = async (path: string) =>
    ((await (await call(path)).json()) as ReadonlyArray<{ name: string }>).map((b) => b.name)
  expect(await branches('/repos/ada/app/branches')).toEqual(['main'])
  await app.branch('news', { 'n.txt': 'n\n' })
  expect(await branches('/repos/ada/app/branches')).toEqual(['main'])
  expect(await branches('/repos/ada/app/branches?per_page=9')).toEqual(['main', 'news'])
  github.setFaults({ rules: [] })
  expect(await branches('/repos/ada/app/branches')).toEqual(['main', 'news'])
})

test('git: a push that is refused before, and one that arrived although it seemed not to', async () => {
  const about = { on: 'git', method: 'POST' } as const
  const heads = () => git(app.work, 'ls-remote', '--heads', 'origin', 'x', 'y')
  rules({ about, fault: { _tag: 'ServerError', status: 503, effect: 'before' } })
  expect((await gitTried(app.work, 'push', 'origin', 'HEAD:refs/heads/x')).said).toMatch('503')
  rules({ about, fault: { _tag: 'Cut', effect: 'after' } })
  expect((await gitTried(app.work, 'push', 'origin', 'HEAD:refs/heads/y')).code).not.toBe(0)
  github.setFaults({ rules: [] })
  expect((await heads()).split('\t').slice(1)).toEqual(['refs/heads/y'])
})

test('others act at the worst moment: a force push and a change of protection just before a write', async () => {
  const first = await app.branch('old', { 'o.txt': 'o\n' })
  const next = await app.branch('next', { 'p.txt': 'p\n' }, 'origin/old')
  const move = (sha: string) =>
    rest(github, 'ada').request('PATCH /repos/{owner}/{repo}/git/refs/{ref}', {
      ...app.at,
      ref: 'heads/old',
      sha,
    })
  const about = { method: 'PATCH', path: '/git/refs/heads/old' }
  rules({ about, fault: { _tag: 'ForcePush', repository: 'ada/app', branch: 'old', to: 'news' }, times: 1 })
  await expect(move(next)).rejects.toMatchObject({ message: expect.stringContaining('not a fast forward') })
  rules({ about, fault: { _tag: 'ForcePush', repository: 'ada/app', branch: 'old', to: first } })
  await move(next)
  rules({
    about: { method: 'PATCH' },
    fault: { _tag: 'Protect', repository: 'ada/app', branch: 'old', rules: PROTECTION },
  })
  await expect(move(next)).rejects.toMatchObject({ status: 422 })
})

test('hooks: lost, doubled, overtaken', async () => {
  const seen = await receiver('s')
  await rest(github, 'ada').request('POST /repos/{owner}/{repo}/hooks', {
    ...app.at,
    events: ['create'],
    config: { url: seen.url, content_type: 'json', secret: 's' },
  })
  const named = () => seen.got.map((r) => String(r.body['ref']))
  await eventually(() => seen.got.length === 1)
  const about = { on: 'hook', event: 'create' } as const
  rules(
    { about: { ...about, body: 'refs/heads' }, fault: { _tag: 'Lost' } },
    { about: { ...about, body: '"ref":"h1"' }, fault: { _tag: 'Lost' } },
    { about: { ...about, body: '"ref":"h2"' }, fault: { _tag: 'Doubled' } },
    { about: { ...about, body: '"ref":"h3"' }, fault: { _tag: 'Delayed', ms: 400 } },
  )
  const targets = ['h1', 'h2', 'h3', 'h4'].map((name) => `HEAD:refs/heads/${name}`)
  await git(app.work, 'push', '--quiet', 'origin', ...targets)
  await eventually(() => named().includes('h3'))
  expect(named().slice(1)).toEqual(['h2', 'h2', 'h4', 'h3'])
  expect(new Set(seen.got.filter((r) => r.body['ref'] === 'h2').map((r) => r.guid)).size).toBe(1)
  await seen.close()
})

test('over the wire: POST /_faults takes a plan, GET counts, DELETE ends, a broken plan is refused', async () => {
  const plan: FaultPlan = {
    seed: 4,
    rules: [
      {
        about: { path: '/user' },
        chance: 0.5,
        fault: { _tag: 'ServerError', status: 500, effect: 'before' },
      },
    ],
  }
  const post = (body: unknown) => call('/_faults', { method: 'POST', body: JSON.stringify(body) })
  const statuses = async () => {
    await post(plan)
    const all: Array<number> = []
    for (let i = 0; i < 12; i += 1) all.push((await call('/user')).status)
    return all
  }
  const once = await statuses()
  expect(new Set(once)).toEqual(new Set([200, 500]))
  expect(await statuses()).toEqual(once)
  const told = (await (await call('/_faults')).json()) as { rules: ReadonlyArray<object> }
  expect(told.rules).toMatchObject([{ matched: 12, struck: once.filter((s) => s === 500).length }])
  expect((await post({ rules: [{ fault: { _tag: 'Gremlins' } }] })).status).toBe(422)
  expect((await fetch(`${github.url}/_faults`, { method: 'DELETE' })).status).toBe(401)
  expect((await call('/_faults', { method: 'DELETE' })).status).toBe(204)
  expect((await call('/user')).status).toBe(200)
})
