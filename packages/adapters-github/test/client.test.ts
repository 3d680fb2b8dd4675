import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import * as E from 'fp-ts/lib/Either.js'
import { expect, test } from 'vitest'
import { makeGithubClient, type ClientOptions } from '../src/client.js'

const json = (status: number, body: unknown, headers = {}) =>
  new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json', ...headers },
  })
const token = () => Promise.resolve('t0p-secret')
const clientOn = (
  answer: (url: string, init: RequestInit) => Promise<Response>,
  more: Partial<ClientOptions> = {},
) => {
  const seen: Array<{ readonly url: string; readonly init: RequestInit }> = []
  const fetched: typeof fetch = (url, init = {}) => {
    seen.push({ url: String(url), init })
    return answer(String(url), init)
  }
  return { client: makeGithubClient({ token, fetch: fetched, ...more }), seen }
}
const query = {
  access: 'read',
  document: 'query Q($owner: String!) { x }',
  variables: { owner: 'acme' },
} as const
const status = {
  access: 'write',
  route: 'POST /repos/{owner}/{repo}/statuses/{sha}',
  parameters: { owner: 'acme', repo: 'app', sha: 'abc', state: 'success' },
} as const

test('GitHub.com, an Enterprise server and a loopback server get the right addresses', async () => {
  const urls = async (baseUrl?: string) => {
    const { client, seen } = clientOn(
      () => Promise.resolve(json(200, { data: {} })),
      baseUrl === undefined ? {} : { baseUrl },
    )
    await client.graphql(query)
    await client.rest(status)
    return seen.map((s) => s.url)
  }
  expect(await urls()).toEqual([
    'https://api.github.com/graphql',
    'https://api.github.com/repos/acme/app/statuses/abc',
  ])
  expect(await urls('https://ghe.example.org/api/v3/')).toEqual([
    'https://ghe.example.org/api/graphql',
    'https://ghe.example.org/api/v3/repos/acme/app/statuses/abc',
  ])
  expect((await urls('http://127.0.0.1:9999'))[0]).toBe('http://127.0.0.1:9999/graphql')
})

test('the token is asked for before every call and sent as a header', async () => {
  let n = 0
  const { client, seen } = clientOn(() => Promise.resolve(json(200, { data: { x: 1 } })), {
    token: () => Promise.resolve(`t${++n}`),
  })
  expect(await client.graphql(query)).toEqual(E.right({ data: { x: 1 }, errors: [] }))
  await client.rest(status)
  expect(seen.map((s) => (s.init.headers as Record<string, string>)['authorization'])).toEqual([
    'token t1',
    'token t2',
  ])
  const sent = JSON.parse(seen[0]?.init.body as string) as Record<string, unknown>
  expect(sent['variables']).toEqual({ owner: 'acme' })
})

test('partial data and its errors both come through', async () => {
  const errors = [{ type: 'NOT_FOUND', message: 'gone', path: ['repository', 'pullRequest'] }]
  const { client } = clientOn(() => Promise.resolve(json(200, { data: { repository: null }, errors })))
  expect(await client.graphql(query)).toEqual(
    E.right({
      data: { repository: null },
      errors: [{ type: 'NOT_FOUND', message: 'gone', path: 'repository.pullRequest' }],
    }),
  )
})

test('refusals, server errors and lost connections are failures of the right kind', async () => {
  const kinds = async (answer: () => Promise<Response>) => {
    const { client } = clientOn(answer)
    const read = await client.graphql(query)
    const write = await client.rest(status)
    return [E.isLeft(read) && read.left.kind, E.isLeft(write) && write.left.kind]
  }
  expect(await kinds(() => Promise.resolve(json(401, { message: 'Bad credentials' })))).toEqual([
    'permanent',
    'permanent',
  ])
  expect(await kinds(() => Promise.resolve(json(502, { message: 'x' })))).toEqual(['transient', 'unknown'])
  expect(await kinds(() => Promise.reject(new TypeError('fetch failed')))).toEqual(['transient', 'unknown'])
  expect(await kinds(() => Promise.resolve(json(429, {}, { 'retry-after': '7' })))).toEqual([
    'transient',
    'transient',
  ])
})

test('a call that hangs is given up after its time', async () => {
  const hang = (_: string, init: RequestInit) =>
    new Promise<Response>((_resolve, reject) =>
      init.signal?.addEventListener('abort', () => reject(init.signal?.reason as Error)),
    )
  const { client } = clientOn(hang, { timeoutMs: 30 })
  expect(await client.rest(status)).toMatchObject(E.left({ kind: 'unknown', code: 'Timeout' }))
  expect(await client.graphql(query)).toMatchObject(E.left({ kind: 'transient', code: 'Timeout' }))
})

test('a port that nobody listens on means that nothing happened', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  const client = makeGithubClient({ token, baseUrl: `http://127.0.0.1:${port}` })
  expect(await client.rest(status)).toMatchObject(E.left({ kind: 'transient', code: 'Unreachable' }))
})

test('a token that can’t be had, or is none, is never shown', async () => {
  const { client: without } = clientOn(() => Promise.reject(new Error('unused')), {
    token: () => Promise.reject(new Error('vault sealed')),
    credential: 'the app key',
  })
  expect(await without.rest(status)).toMatchObject(
    E.left({ kind: 'transient', text: "the app key can't be had: vault sealed" }),
  )
  const { client: broken } = clientOn(() => Promise.reject(new Error('unused')), {
    token: () => Promise.resolve('s3cret\nline'),
  })
  const answer = await broken.rest(status)
  expect(answer).toMatchObject(E.left({ kind: 'permanent' }))
  expect(JSON.stringify(answer)).not.toContain('s3cret')
})
