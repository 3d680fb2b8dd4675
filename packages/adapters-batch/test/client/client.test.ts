import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { makeBatchClient, type BatchClient } from '../../src/client/client.js'
import { isPassing, type BatchStatus } from '../../src/client/codecs.js'
import { done, failureOf, job } from '../support/service.js'

type Seen = {
  readonly url: string
  readonly method: string
  readonly body: string
  readonly authorization: string
}

/** A client whose requests are answered by `answer`. */
const answering = (
  answer: (seen: Seen, count: number) => Response | Promise<Response>,
): { readonly client: BatchClient; readonly seen: Seen[] } => {
  const seen: Seen[] = []
  const client = makeBatchClient({
    baseUrl: 'http://batch.test/',
    token: () => Promise.resolve('secret'),
    billingProject: 'ci',
    fetch: async (url, init) => {
      const headers = new Headers(init?.headers)
      seen.push({
        url: String(url),
        method: init?.method ?? '',
        body: String(init?.body ?? ''),
        authorization: headers.get('authorization') ?? '',
      })
      return answer(seen.at(-1) as Seen, seen.length)
    },
  })
  return { client, seen }
}

const json = (value: unknown, status = 200): Response => new Response(JSON.stringify(value), { status })

const status: BatchStatus = {
  id: 7,
  state: 'success',
  complete: true,
  closed: true,
  n_jobs: 1,
  n_completed: 1,
  n_succeeded: 1,
  n_failed: 0,
  n_cancelled: 0,
  token: 't',
  user: 'ci',
  billing_project: 'ci',
}

const submission = { token: 't', attributes: { pr: '1' }, jobs: [job(1, 'true')] }

test('a batch is submitted as Hail Batch expects it', async () => {
  const { client, seen } = answering(() => json({ id: 7 }))
  expect(
    await done(client.createBatch({ ...submission, callback: 'http://me/', cancelAfterNFailures: 1 })),
  ).toBe(7)
  expect(seen).toHaveLength(1)
  expect(seen[0]).toMatchObject({
    url: 'http://batch.test/api/v1alpha/batches/create-fast',
    method: 'POST',
    authorization: 'Bearer secret',
  })
  expect(JSON.parse(seen[0]?.body ?? '')).toEqual({
    bunch: submission.jobs,
    batch: {
      billing_project: 'ci',
      n_jobs: 1,
      token: 't',
      attributes: { pr: '1' },
      callback: 'http://me/',
      cancel_after_n_failures: 1,
    },
  })
})

test('bunches hold at most 1024 jobs and one mebibyte', async () => {
  const { client, seen } = answering(({ url }) =>
    url.endsWith('/create') && !url.includes('jobs') ? json({ id: 7, update_id: 1 }) : json({}),
  )
  const many = Array.from({ length: 1025 }, (_, index) => job(index + 1, 'true'))
  expect(await done(client.createBatch({ ...submission, jobs: many }))).toBe(7)
  const large = [1, 2, 3].map((n) => job(n, 'x'.repeat(400_000)))
  expect(await done(client.createBatch({ ...submission, jobs: large }))).toBe(7)
  const bunches = seen.filter(({ url }) => url.endsWith('/updates/1/jobs/create'))
  expect(bunches.map(({ body }) => (JSON.parse(body) as unknown[]).length)).toEqual([1024, 1, 2, 1])
  expect(seen.filter(({ method }) => method === 'PATCH')).toHaveLength(2)
})

test('a submit that got through earlier is a success', async () => {
  const { client } = answering(({ url }) =>
    url.endsWith('batches/create')
      ? json({ id: 7, update_id: 1 })
      : new Response('400: update 1 is already committed', { status: 400 }),
  )
  const jobs = [1, 2, 3].map((n) => job(n, 'x'.repeat(600_000)))
  expect(await done(client.createBatch({ ...submission, jobs }))).toBe(7)
})

test('a batch without jobs is not submitted', async () => {
  const { client, seen } = answering(() => json({ id: 7 }))
  expect(await failureOf(client.createBatch({ ...submission, jobs: [] }))).toMatchObject({
    kind: 'permanent',
  })
  expect(seen).toEqual([])
})

const kinds = async (answer: () => Response | Promise<Response>): Promise<readonly [string, string]> => {
  const { client } = answering(answer)
  const submit = await failureOf(client.createBatch(submission))
  const read = await failureOf(client.getBatch(7))
  return [submit.kind, read.kind]
}

test.each([
  [400, 'permanent', 'permanent'],
  [401, 'permanent', 'permanent'],
  [403, 'permanent', 'permanent'],
  [404, 'permanent', 'permanent'],
  [429, 'transient', 'transient'],
  [500, 'unknown', 'transient'],
  [502, 'unknown', 'transient'],
  [503, 'transient', 'transient'],
  [504, 'unknown', 'transient'],
])('status %i is %s for a submit and %s for a read', async (code, submit, read) => {
  expect(await kinds(() => new Response('why', { status: code }))).toEqual([submit, read])
})

test('a lost answer is unknown for a submit, and so is one that is not understood', async () => {
  const reset = Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNRESET' } })
  const refused = Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNREFUSED' } })
  expect(await kinds(() => Promise.reject(reset))).toEqual(['unknown', 'transient'])
  expect(await kinds(() => Promise.reject(refused))).toEqual(['transient', 'transient'])
  expect(await kinds(() => new Response('<html>'))).toEqual(['unknown', 'permanent'])
  expect(await kinds(() => json({ id: 'x' }))).toEqual(['unknown', 'permanent'])
})

test('an error is a sentence with a place and a remedy', async () => {
  const { client } = answering(
    () => new Response('403: Unknown Hail Batch billing project ci.', { status: 403 }),
  )
  expect(await failureOf(client.createBatch(submission))).toEqual({
    kind: 'permanent',
    code: 'refused',
    status: 403,
    sentence: 'Batch answered 403 (403: Unknown Hail Batch billing project ci.).',
    place: 'POST /api/v1alpha/batches/create-fast',
    remedy: 'Check the billing project and the rights of this service in Batch.',
  })
})

test('lists are asked by attributes, paged, and checked', async () => {
  const page = (ids: ReadonlyArray<number>) =>
    ids.map((id) => ({ ...status, id, attributes: { a: 'b', c: 'd e' } }))
  const { client, seen } = answering((_, count) =>
    count === 1
      ? json({ batches: [...page([9, 8]), { ...status, id: 6, attributes: { a: 'b' } }], last_batch_id: 6 })
      : json({ batches: page([5]) }),
  )
  const found = await done(client.listBatches({ attributes: { a: 'b', c: 'd e' }, terms: ['user:ci'] }))
  expect(found.map((batch) => batch.id)).toEqual([9, 8, 5])
  expect(seen.map(({ url }) => new URL(url).search)).toEqual([
    '?q=a%3Db%20user%3Aci',
    '?q=a%3Db%20user%3Aci&last_batch_id=6',
  ])
})

test('paging ends even if the service does not', async () => {
  const { client, seen } = answering(() => json({ batches: [], last_batch_id: 3 }))
  expect(await done(client.listBatches({ attributes: {} }))).toEqual([])
  expect(seen.length).toBe(2)
})

test('only a batch all of whose jobs succeeded passes', () => {
  expect(isPassing(status)).toBe(true)
  expect(isPassing({ ...status, n_jobs: 0, n_succeeded: 0 })).toBe(false)
  expect(isPassing({ ...status, n_jobs: 2 })).toBe(false)
  expect(isPassing({ ...status, complete: false })).toBe(false)
  for (const state of ['failure', 'cancelled', 'running', 'open', 'complete'] as const)
    expect(isPassing({ ...status, state })).toBe(false)
})

test('a slow answer is a timeout, and a redirect is not followed', async () => {
  const listener = createServer((request, response) => {
    if (request.url?.endsWith('/1') === true) return
    response.writeHead(302, { location: 'http://127.0.0.1:1/steal' }).end()
  })
  await new Promise<void>((listening) => listener.listen(0, '127.0.0.1', listening))
  onTestFinished(() => {
    listener.close()
    listener.closeAllConnections()
  })
  const client = makeBatchClient({
    baseUrl: `http://127.0.0.1:${(listener.address() as AddressInfo).port}`,
    token: () => Promise.resolve('secret'),
    billingProject: 'ci',
    timeoutMs: 100,
  })
  expect(await failureOf(client.getBatch(1))).toMatchObject({ kind: 'transient', code: 'timeout' })
  expect(await failureOf(client.getBatch(2))).toMatchObject({ kind: 'permanent', status: 302 })
})

test('a token that cannot be obtained is an error value', async () => {
  const client = makeBatchClient({
    baseUrl: 'http://batch.test',
    token: () => Promise.reject(new Error('no')),
    billingProject: 'ci',
  })
  expect(await failureOf(client.getBatch(1))).toMatchObject({ kind: 'transient', code: 'no-token' })
})
