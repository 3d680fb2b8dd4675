import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto'
import { expect, test } from 'vitest'
import * as E from 'fp-ts/lib/Either.js'
import { makeGithubClient } from '../../src/client.js'
import { appIdentity } from '../../src/identity/app.js'

const { privateKey, publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  // The form in which GitHub hands out the keys of Apps.
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
})

const reply = (status: number, body: unknown) =>
  Promise.resolve(
    new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } }),
  )

const isSigned = (authorization: string): boolean => {
  const [head = '', claims = '', signature = ''] = authorization.replace(/^bearer /i, '').split('.')
  return verify(
    'RSA-SHA256',
    Buffer.from(`${head}.${claims}`),
    createPublicKey(publicKey),
    Buffer.from(signature, 'base64url'),
  )
}

/** GitHub's side of an App: two owners, each with an installation; tokens live for an hour. */
const appWorld = (more: { readonly refuse?: () => boolean } = {}) => {
  const clock = { now: Date.now() }
  const asked: string[] = []
  let made = 0
  const fetched: typeof fetch = (input, init = {}) => {
    const { pathname } = new URL(String(input))
    const authorization = (init.headers as Record<string, string>)['authorization'] ?? ''
    asked.push(`${init.method ?? 'GET'} ${pathname}`)
    if (pathname === '/graphql') return reply(200, { data: { token: authorization } })
    if (!isSigned(authorization)) return reply(401, { message: 'A JSON web token could not be decoded' })
    if (more.refuse?.() === true) return reply(404, { message: 'Not Found' })
    if (/^\/repos\/acme\/[a-z]+\/installation$/.test(pathname)) return reply(200, { id: 7 })
    if (pathname === '/repos/other/lib/installation') return reply(200, { id: 8 })
    if (/^\/app\/installations\/\d+\/access_tokens$/.test(pathname))
      return reply(201, {
        token: `ghs_${++made}`,
        expires_at: new Date(clock.now + 3_600_000).toISOString(),
        permissions: { contents: 'write', metadata: 'read' },
        repository_selection: 'all',
      })
    return reply(404, { message: 'Not Found' })
  }
  const app = appIdentity({
    ...{ appId: '12345', privateKey: () => Promise.resolve(privateKey), fetch: fetched },
    ...{ baseUrl: 'https://api.github.com', now: () => clock.now },
  })
  return { app, asked, clock, fetched }
}

test('an App signs in with its key, finds the installation, and its client sends the token', async () => {
  const { app, asked, fetched } = appWorld()
  const client = makeGithubClient({ ...app.of('acme/app'), fetch: fetched })
  expect(await client.graphql({ access: 'read', document: '{ x }', variables: {} })).toEqual(
    E.right({ data: { token: 'token ghs_1' }, errors: [] }),
  )
  expect(asked).toEqual([
    ...['GET /repos/acme/app/installation', 'POST /app/installations/7/access_tokens', 'POST /graphql'],
  ])
  expect(await app.of('acme/app').permissions()).toEqual({ contents: 'write', metadata: 'read' })
})

test('a token is kept for long, and renewed before it expires', async () => {
  const { app, clock } = appWorld()
  const identity = app.of('acme/app')
  expect([await identity.token(), await identity.token()]).toEqual(['ghs_1', 'ghs_1'])
  clock.now += 39 * 60_000
  expect(await identity.token()).toBe('ghs_1')
  clock.now += 2 * 60_000
  expect(await identity.token()).toBe('ghs_2')
})

test('repositories of one owner share a token and an allowance, others do not', async () => {
  const { app, asked } = appWorld()
  const tokens = await Promise.all([app.of('acme/app').token(), app.of('Acme/App').token()])
  expect(tokens).toEqual(['ghs_1', 'ghs_1'])
  expect(await app.of('acme/docs').token()).toBe('ghs_1')
  expect(await app.of('other/lib').token()).toBe('ghs_2')
  expect(asked.filter((line) => line.endsWith('access_tokens'))).toHaveLength(2)
  expect(app.of('acme/docs').key).toBe(app.of('acme/app').key)
  expect(app.of('other/lib').key).not.toBe(app.of('acme/app').key)
})

test('a refusal is a failed call in words, and the next call tries again', async () => {
  let refused = true
  const { app, fetched } = appWorld({ refuse: () => refused })
  const client = makeGithubClient({ ...app.of('acme/app'), fetch: fetched })
  const call = { access: 'read', document: '{ x }', variables: {} } as const
  expect(await client.graphql(call)).toMatchObject(
    E.left({
      kind: 'transient',
      text: expect.stringMatching(/^the GitHub App 12345 can't be had: Not Found/) as string,
    }),
  )
  refused = false
  expect(E.isRight(await client.graphql(call))).toBe(true)
})

test('a key that is none shows nothing of itself', async () => {
  const app = appIdentity({
    ...{ appId: '1', privateKey: () => Promise.resolve('s3cret words'), baseUrl: 'https://api.github.com' },
    fetch: () => Promise.reject(new Error('unused')),
  })
  const failure = await app
    .of('acme/app')
    .token()
    .catch((thrown: unknown) => String(thrown))
  expect(failure).not.toContain('s3cret')
  expect(failure).toMatch(/key|asn1|JWT|decode|unused|string/i)
})
