import { afterAll, beforeAll, expect, test } from 'vitest'
import type { LocalGithub } from '../../src/local/index.js'
import { gql, rest, seeded, started, temporary } from './support.js'

const world = await temporary()
let github: LocalGithub
beforeAll(async () => {
  github = await started({ dir: `${world.dir}/state` })
})
afterAll(async () => {
  await github.close()
  await world.remove()
})

const post = (path: string, body: string, headers: Record<string, string> = {}) =>
  fetch(`${github.url}${path}`, { method: 'POST', body, headers })
const bearer = () => ({ authorization: `bearer ${github.token}` })

test('writes without a good token are 401 in GitHub form; reads of public things are free', async () => {
  const { at } = await seeded(github, world.dir)
  const anonymous = await post('/repos/ada/app/git/refs', '{}')
  expect([anonymous.status, await anonymous.json()]).toMatchObject([
    401,
    { message: 'Requires authentication' },
  ])
  const wrong = await post('/graphql', '{"query":"{viewer{login}}"}', { authorization: 'bearer nonsense' })
  expect([wrong.status, await wrong.json()]).toMatchObject([401, { message: 'Bad credentials' }])
  expect((await post('/graphql', '{"query":"{viewer{login}}"}')).status).toBe(401)
  const read = await fetch(`${github.url}/repos/${at.owner}/${at.repo}`)
  expect([read.status, await read.json()]).toMatchObject([
    200,
    { full_name: 'ada/app', default_branch: 'main' },
  ])
  expect((await fetch(`${github.url}/repos/ada/none`)).status).toBe(404)
})

test('a broken body is 400 or 422, never a crash', async () => {
  const url = '/repos/ada/app/pulls'
  const said = async (body: string) => {
    const answer = await post(url, body, bearer())
    return [answer.status, ((await answer.json()) as { message: string }).message.split('\n')[0]]
  }
  expect(await said('{')).toEqual([400, 'Problems parsing JSON'])
  expect(await said('{"title": 7}')).toEqual([422, 'Invalid request.'])
  expect(await said('{"title":"x","head":"none","base":"main"}')).toEqual([422, 'Validation Failed'])
  expect((await post('/graphql', '[]', bearer())).status).toBe(400)
  expect((await fetch(`${github.url}/repos/%zz/app`)).status).toBe(404)
})

test('a query GitHub would refuse is refused: unknown fields, missing page bounds, unknown things', async () => {
  const said = (query: string) => gql(github)(query).catch((error: { errors: unknown }) => error.errors)
  expect(await said('{ repository(owner: "ada", name: "app") { nonsense } }')).toMatchObject([
    { message: `Cannot query field "nonsense" on type "Repository".` },
  ])
  expect(await said('{ repository(owner: "ada", name: "none") { id } }')).toMatchObject([
    {
      type: 'NOT_FOUND',
      path: ['repository'],
      message: `Could not resolve to a Repository with the name 'ada/none'.`,
    },
  ])
  expect(
    await said('{ repository(owner: "ada", name: "app") { pullRequests { nodes { id } } } }'),
  ).toMatchObject([{ type: 'MISSING_PAGINATION_BOUNDARIES' }])
  expect(
    await said('{ repository(owner: "ada", name: "app") { pullRequest(number: 99) { id } } }'),
  ).toMatchObject([{ type: 'NOT_FOUND' }])
  // In GitHub's schema, not kept here: said out loud rather than answered with null.
  expect(await said('{ repository(owner: "ada", name: "app") { stargazerCount } }')).toMatchObject([
    { type: 'NOT_IMPLEMENTED' },
  ])
})

test('viewers, nodes, rate limits and the enterprise prefixes', async () => {
  type Seen = {
    viewer: { login: string }
    repository: { id: string }
    rateLimit: { remaining: number; limit: number }
  }
  const query = `{ viewer { login } repository(owner: "ada", name: "app") { id } rateLimit { cost limit remaining resetAt } }`
  const seen = await gql(github)<Seen>(query)
  expect(seen.viewer.login).toBe('headgate[bot]')
  expect(seen.rateLimit.remaining).toBeLessThan(seen.rateLimit.limit)
  expect((await gql(github, 'dora')<Seen>('{ viewer { login } }')).viewer.login).toBe('dora')
  const node = `query ($id: ID!) { node(id: $id) { __typename ... on Repository { nameWithOwner } } }`
  expect(await gql(github)(node, { id: seen.repository.id })).toEqual({
    node: { __typename: 'Repository', nameWithOwner: 'ada/app' },
  })
  const v3 = await fetch(`${github.url}/api/v3/repos/ada/app`, {
    headers: { authorization: `token ${github.token}` },
  })
  expect([v3.status, v3.headers.get('x-ratelimit-resource')]).toEqual([200, 'core'])
  const enterprise = await post('/api/graphql', '{"query":"{viewer{login}}"}', bearer())
  expect(await enterprise.json()).toEqual({ data: { viewer: { login: 'headgate[bot]' } } })
  const limit = await rest(github).request('GET /rate_limit')
  expect(limit.data.rate.remaining).toBeLessThan(limit.data.rate.limit)
})

test('an unchanged answer is 304 by its ETag', async () => {
  const first = await fetch(`${github.url}/repos/ada/app/branches`)
  const tag = first.headers.get('etag') ?? ''
  const again = await fetch(`${github.url}/repos/ada/app/branches`, { headers: { 'if-none-match': tag } })
  expect([tag === '', again.status]).toEqual([false, 304])
})

test('organizations own repositories and private ones are hidden from strangers', async () => {
  const made = await rest(github).request('POST /orgs/{org}/repos', {
    org: 'acme',
    name: 'secret',
    private: true,
    auto_init: true,
  })
  expect(made.data).toMatchObject({
    full_name: 'acme/secret',
    private: true,
    owner: { type: 'Organization' },
  })
  expect((await fetch(`${github.url}/repos/acme/secret`)).status).toBe(404)
  const again = rest(github).request('POST /orgs/{org}/repos', { org: 'acme', name: 'Secret' })
  await expect(again).rejects.toMatchObject({ status: 422 })
  const branches = await rest(github).request('GET /repos/{owner}/{repo}/branches', {
    owner: 'acme',
    repo: 'secret',
  })
  expect(branches.data.map((b) => b.name)).toEqual(['main'])
})
