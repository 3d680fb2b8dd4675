import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import * as E from 'fp-ts/lib/Either.js'
import { expect, onTestFinished, test } from 'vitest'
import { isPassing } from '../../src/client/codecs.js'
import { startLocalBatch } from '../../src/local/index.js'
import {
  completed,
  done,
  eventually,
  failureOf,
  freshToken,
  job,
  runningService,
  submit,
  temporaryDir,
  type Running,
} from '../support/service.js'

const api = async (
  { service }: Pick<Running, 'service'>,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; text: string; json: () => Record<string, unknown> }> => {
  const response = await fetch(`${service.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${service.token}` },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, text, json: () => JSON.parse(text) as Record<string, unknown> }
}

test('everything but the health check asks for the token', async () => {
  const { service } = await runningService()
  expect((await fetch(`${service.url}/healthcheck`)).status).toBe(200)
  expect((await fetch(`${service.url}/api/v1alpha/batches`)).status).toBe(401)
  const wrong = { authorization: 'Bearer wrong' }
  expect((await fetch(`${service.url}/api/v1alpha/batches`, { headers: wrong })).status).toBe(401)
  expect((await fetch(`${service.url}/nothing`, { headers: wrong })).status).toBe(401)
})

test('a batch is told in the words of Hail Batch', async () => {
  const running = await runningService({ now: () => Date.UTC(2024, 0, 2, 3, 4, 5, 678) })
  const id = await done(
    running.client.createBatch({
      token: 'tok',
      attributes: { pr: '1', name: 'a b' },
      jobs: [job(1, 'true')],
    }),
  )
  await completed(running.client, id)
  expect((await api(running, 'GET', `/api/v1alpha/batches/${id}`)).json()).toEqual({
    id,
    user: 'ci',
    billing_project: 'test',
    token: 'tok',
    state: 'success',
    complete: true,
    closed: true,
    n_jobs: 1,
    n_completed: 1,
    n_succeeded: 1,
    n_failed: 0,
    n_cancelled: 0,
    time_created: '2024-01-02T03:04:05Z',
    time_closed: '2024-01-02T03:04:05Z',
    time_completed: '2024-01-02T03:04:05Z',
    duration_ms: 0,
    duration: '0.0s',
    msec_mcpu: 0,
    cost: 0,
    cost_breakdown: [],
    attributes: { pr: '1', name: 'a b' },
  })
  expect((await api(running, 'GET', `/api/v1alpha/batches/${id}/jobs/1`)).json()).toMatchObject({
    batch_id: id,
    job_id: 1,
    name: 'job-1',
    state: 'Success',
    exit_code: 0,
    always_run: false,
    attributes: { name: 'job-1' },
    status: {
      state: 'succeeded',
      image: 'ubuntu',
      container_statuses: { main: { container_status: { exit_code: 0 } } },
    },
  })
  const attempts = await api(running, 'GET', `/api/v1alpha/batches/${id}/jobs/1/attempts`)
  expect(attempts.json()).toEqual([expect.objectContaining({ attempt_id: '1', reason: 'success' })])
  expect((await api(running, 'GET', `/api/v1alpha/batches/${id}/jobs/1/log/main`)).status).toBe(200)
  expect((await api(running, 'GET', `/api/v1alpha/batches/${id}/jobs/1/log/input`)).status).toBe(400)
  expect((await api(running, 'GET', `/api/v1alpha/batches/${id}/jobs/2`)).status).toBe(404)
  expect((await api(running, 'GET', `/api/v1alpha/batches/${id}/job-groups/0/jobs`)).json()).toMatchObject({
    jobs: [{ job_id: 1 }],
  })
})

test('creating is idempotent by token', async () => {
  const { client } = await runningService()
  const submission = { token: 'same', attributes: { a: 'b' }, jobs: [job(1, 'true')] }
  const first = await done(client.createBatch(submission))
  expect(await done(client.createBatch(submission))).toBe(first)
  expect(await completed(client, first)).toMatchObject({ n_jobs: 1 })
  expect(await done(client.createBatch(submission))).toBe(first)
  expect(await done(client.listBatches({ attributes: { a: 'b' } }))).toHaveLength(1)
})

test('a large batch goes in bunches, is open until it is committed, and may be sent again', async () => {
  const running = await runningService({ cpus: 0.25 })
  const { client } = running
  const spec = { billing_project: 'test', n_jobs: 2500, token: 'large', attributes: {} }
  const open = (await api(running, 'POST', '/api/v1alpha/batches/create', spec)).json()
  const id = Number(open['id'])
  const status = await done(client.getBatch(id))
  expect(status).toMatchObject({ state: 'open', closed: false, complete: false, n_jobs: 0 })
  expect(isPassing(status)).toBe(false)
  const early = await api(running, 'PATCH', `/api/v1alpha/batches/${id}/updates/1/commit`)
  expect([early.status, early.text]).toEqual([400, '400: wrong number of jobs: expected 2500, actual 0'])
  const jobs = Array.from({ length: 2500 }, (_, index) =>
    job(index + 1, 'true', index === 0 ? {} : { in_update_parent_ids: [1] }),
  )
  const submission = { token: 'large', attributes: {}, jobs }
  expect(await done(client.createBatch(submission))).toBe(id)
  expect(await done(client.createBatch(submission))).toBe(id)
  expect(await done(client.getBatch(id))).toMatchObject({ n_jobs: 2500, closed: true })
  expect(await done(client.getJobs(id))).toHaveLength(2500)
  await done(client.cancelBatch(id))
  expect(await completed(client, id)).toMatchObject({ n_completed: 2500 })
})

test('jobs may be added to a running batch, depending on jobs that are over', async () => {
  const running = await runningService()
  const id = await submit(running.client, [job(1, 'true'), job(2, 'exit 1')])
  await completed(running.client, id)
  const update = { token: 'more', n_jobs: 3 }
  const bunch = [
    job(1, 'true', { absolute_parent_ids: [1] }),
    job(2, 'true', { absolute_parent_ids: [2] }),
    job(3, 'true', { absolute_parent_ids: [2], in_update_parent_ids: [2], always_run: true }),
  ]
  const path = `/api/v1alpha/batches/${id}/update-fast`
  expect((await api(running, 'POST', path, { update, bunch })).json()).toEqual({
    update_id: 2,
    start_job_group_id: 1,
    start_job_id: 3,
  })
  expect((await api(running, 'POST', path, { update, bunch })).json()).toEqual({
    update_id: 2,
    start_job_group_id: 1,
    start_job_id: 3,
  })
  expect(await completed(running.client, id)).toMatchObject({
    n_jobs: 5,
    n_succeeded: 3,
    n_failed: 1,
    n_cancelled: 1,
  })
})

test('lists are searched and paged', async () => {
  const running = await runningService()
  const { client } = running
  for (let n = 0; n < 60; n++)
    await done(
      client.createBatch({
        token: freshToken(),
        attributes: { test: '1', n: String(n), odd: String(n % 2) },
        jobs: [job(1, n === 7 ? 'exit 1' : 'true')],
      }),
    )
  const all = await done(client.listBatches({ attributes: { test: '1' }, terms: ['user:ci'] }))
  expect(all.map((batch) => batch.attributes?.['n'])).toEqual(
    Array.from({ length: 60 }, (_, n) => String(59 - n)),
  )
  expect(await done(client.listBatches({ attributes: { test: '1' }, limit: 3 }))).toHaveLength(3)
  expect(await done(client.listBatches({ attributes: { odd: '1' }, terms: ['!n=3'] }))).toHaveLength(29)
  expect(await done(client.listBatches({ attributes: { test: '2' } }))).toEqual([])
  for (const { id } of all) await completed(client, id)
  const failed = await done(client.listBatches({ attributes: {}, terms: ['failure'] }))
  expect(failed.map((batch) => batch.attributes?.['n'])).toEqual(['7'])
  expect(await done(client.getJobs(failed[0]?.id ?? 0, ['bad']))).toHaveLength(1)
  expect(await done(client.getJobs(failed[0]?.id ?? 0, ['success']))).toHaveLength(0)
  const v2 = async (q: string): Promise<number> => {
    const page = await api(running, 'GET', `/api/v2alpha/batches?q=${encodeURIComponent(q)}`)
    return (page.json()['batches'] as unknown[]).length
  }
  expect(await v2('state = failure')).toBe(1)
  expect(await v2('odd = 1\nbatch_id <= 10')).toBe(5)
  expect(await v2('n =~ 5')).toBe(15)
  expect(await v2('"odd"')).toBe(50)
  expect((await api(running, 'GET', '/api/v1alpha/batches?q=nonsense')).status).toBe(400)
  expect(
    (await api(running, 'GET', `/api/v1alpha/batches?q=${encodeURIComponent("a=' OR 1=1 --")}`)).status,
  ).toBe(400)
})

test('a deleted batch is gone', async () => {
  const { client } = await runningService()
  const id = await submit(client, [job(1, 'sleep 60')])
  await done(client.deleteBatch(id))
  await done(client.deleteBatch(id))
  expect(await failureOf(client.getBatch(id))).toMatchObject({ kind: 'permanent', status: 404 })
  expect(await done(client.listBatches({ attributes: {} }))).toEqual([])
})

test('what is not a request is refused with a sentence', async () => {
  const running = await runningService()
  const post = async (body: unknown): Promise<string> =>
    (await api(running, 'POST', '/api/v1alpha/batches/create-fast', body)).text
  const batch = { billing_project: 'x', n_jobs: 1, token: 't', attributes: {} }
  expect(await post('{')).toBe('400: the body is not JSON')
  expect(await post({ batch })).toMatch(/^400: Invalid value undefined supplied to .*bunch/)
  expect(await post({ batch, bunch: [job(1, 'x', { in_update_parent_ids: [1] })] })).toContain(
    'not an earlier job',
  )
  expect(await post({ batch, bunch: [job(2, 'x')] })).toContain('job_id is not in 1..1')
  expect(await post({ batch, bunch: [] })).toContain('wrong number of jobs')
  expect(await post({ batch, bunch: [job(1, 'x', { resources: { cpu: 'lots' } })] })).toContain(
    'bad resource request',
  )
  expect(await post('x'.repeat(9 * 1024 * 1024))).toBe('413: the body is too large')
  // Nothing of a refused submit stays behind.
  expect(await done(running.client.listBatches({ attributes: {} }))).toEqual([])
})

test('the callback is told when the batch is over, again until it listens', async () => {
  const bodies: unknown[] = []
  let refusals = 2
  const listener = createServer((request, response) => {
    let text = ''
    request.on('data', (chunk) => (text += String(chunk)))
    request.on('end', () => {
      if (refusals-- > 0) response.statusCode = 503
      else bodies.push(JSON.parse(text))
      response.end()
    })
  })
  await new Promise<void>((listening) => listener.listen(0, '127.0.0.1', listening))
  onTestFinished(() => void listener.close())
  const callback = `http://127.0.0.1:${(listener.address() as AddressInfo).port}/callback`
  const { client } = await runningService()
  const id = await done(
    client.createBatch({ token: freshToken(), attributes: { pr: '7' }, callback, jobs: [job(1, 'true')] }),
  )
  await eventually(
    () => Promise.resolve(bodies.length),
    (count) => count > 0,
  )
  expect(bodies).toEqual([
    expect.objectContaining({ id, state: 'success', complete: true, attributes: { pr: '7' } }),
  ])
})

test('what keeps it from starting is one sentence', async () => {
  const dir = temporaryDir()
  const { service } = await runningService({ dir })
  const port = Number(new URL(service.url).port)
  expect(await failureOf(startLocalBatch({ dir: temporaryDir(), port }))).toEqual({
    code: 'port-in-use',
    sentence: `Port ${port} on 127.0.0.1 is in use.`,
    remedy: 'Stop what listens there, or choose another port.',
  })
  expect(await failureOf(startLocalBatch({ dir }))).toMatchObject({ code: 'state-in-use' })
  expect(await failureOf(startLocalBatch({ dir: '/dev/null/x' }))).toMatchObject({ code: 'state-unusable' })
  const other = temporaryDir()
  const { default: Database } = await import('libsql')
  const db = new Database(`${other}/batch.sqlite`)
  db.exec('PRAGMA user_version = 99')
  db.close()
  expect(await failureOf(startLocalBatch({ dir: other }))).toMatchObject({ code: 'state-version' })
  // A service that could not start left nothing locked.
  const after = await startLocalBatch({ dir: other })()
  expect(E.isLeft(after) && after.left.code).toBe('state-version')
})
