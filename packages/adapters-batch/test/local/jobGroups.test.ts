/**
 * The requests are those that Hail's own Python client (hailtop.batch_client) makes, in its order and with all its
 * fields; what is asserted is what it reads from the answers.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { eventually, runningService, type Running } from '../support/service.js'

type Json = Record<string, unknown>

const pythonClient = ({ service }: Running) => {
  const call = async (method: string, path: string, body?: unknown): Promise<Json> => {
    const response = await fetch(`${service.url}/api/v1alpha${path}`, {
      method,
      headers: { authorization: `Bearer ${service.token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(text)
    return text === '' ? {} : (JSON.parse(text) as Json)
  }
  return {
    get: (path: string) => call('GET', path),
    post: (path: string, body: unknown) => call('POST', path, body),
    patch: (path: string) => call('PATCH', path),
  }
}

const specOf = (id: number, script: string, more: Json = {}): Json => ({
  always_run: false,
  always_copy_output: false,
  job_id: id,
  absolute_parent_ids: [],
  in_update_parent_ids: [],
  process: { command: ['/bin/sh', '-c', script], image: 'ubuntu:22.04', type: 'docker' },
  in_update_job_group_id: 0,
  ...more,
})

const batchOf = (jobs: number, groups: number, more: Json = {}): Json => ({
  billing_project: 'test',
  n_jobs: jobs,
  n_job_groups: groups,
  token: `python-${jobs}-${groups}`,
  ...more,
})

const done = (value: Json): boolean => value['complete'] === true

const idsOf = (page: Json): ReadonlyArray<unknown> => (page['jobs'] as Json[]).map((entry) => entry['job_id'])

test('a batch with nested job groups in one request, then more of it by an update', async () => {
  const client = pythonClient(await runningService())
  const made = await client.post('/batches/create-fast', {
    bunch: [
      specOf(1, 'true', { in_update_job_group_id: 1 }),
      specOf(2, 'exit 3', { in_update_job_group_id: 2 }),
      specOf(3, 'true'),
    ],
    job_groups: [
      { job_group_id: 1, attributes: { name: 'outer' }, in_update_parent_id: 0 },
      { job_group_id: 2, in_update_parent_id: 1 },
    ],
    batch: batchOf(3, 2),
  })
  expect(made).toMatchObject({ start_job_group_id: 1, start_job_id: 1 })
  const batch = `/batches/${String(made['id'])}`
  await eventually(() => client.get(batch), done)
  const outer = await client.get(`${batch}/job-groups/1`)
  expect(outer).toMatchObject({
    job_group_id: 1,
    state: 'failure',
    complete: true,
    n_jobs: 2,
    n_succeeded: 1,
    n_failed: 1,
    attributes: { name: 'outer' },
    cost: 0,
  })
  expect(await client.get(`${batch}/job-groups/0`)).toMatchObject({ n_jobs: 3, state: 'failure' })
  expect((await client.get(`${batch}/job-groups`))['job_groups']).toEqual([outer])
  expect((await client.get(`${batch}/job-groups/1/job-groups`))['job_groups']).toMatchObject([
    { job_group_id: 2 },
  ])
  expect(idsOf(await client.get(`${batch}/job-groups/1/jobs`))).toEqual([1])
  expect(idsOf(await client.get(`${batch}/job-groups/1/jobs?recursive=True`))).toEqual([1, 2])
  expect(idsOf(await client.get(`${batch}/job-groups/0/jobs?recursive=True`))).toEqual([1, 2, 3])
  expect(idsOf(await client.get(`${batch}/job-groups/0/jobs?q=bad&recursive=true`))).toEqual([2])

  const updated = await client.post(`${batch}/update-fast`, {
    job_groups: [{ job_group_id: 1, absolute_parent_id: 1 }],
    bunch: [specOf(1, 'true', { in_update_job_group_id: 1, absolute_parent_ids: [1] })],
    update: { n_jobs: 1, n_job_groups: 1, token: 'more' },
  })
  expect(updated).toEqual({ update_id: 2, start_job_group_id: 3, start_job_id: 4 })
  await eventually(() => client.get(batch), done)
  expect(await client.get(`${batch}/job-groups/3`)).toMatchObject({ n_jobs: 1, state: 'success' })
  expect(await client.get(`${batch}/job-groups/1`)).toMatchObject({ n_jobs: 3, n_completed: 3 })
})

test('the bunched path takes groups before jobs and begins at commit', async () => {
  const client = pythonClient(await runningService())
  const opened = await client.post('/batches/create', batchOf(2, 1))
  const batch = `/batches/${String(opened['id'])}`
  const update = `${batch}/updates/${String(opened['update_id'])}`
  await client.post(`${update}/job-groups/create`, [{ job_group_id: 1, in_update_parent_id: 0 }])
  await expect(client.get(`${batch}/job-groups/1`)).rejects.toThrow('404')
  const bunch = [1, 2].map((id) => specOf(id, 'true', { in_update_job_group_id: 1 }))
  await expect(client.patch(`${update}/commit`)).rejects.toThrow('wrong number of jobs')
  await client.post(`${update}/jobs/create`, bunch)
  expect(await client.patch(`${update}/commit`)).toEqual({ start_job_group_id: 1, start_job_id: 1 })
  await eventually(() => client.get(batch), done)
  expect(await client.get(`${batch}/job-groups/1`)).toMatchObject({ state: 'success', n_jobs: 2 })
})

test('cancelling a group ends its jobs and those of the groups within, and no others', async () => {
  const client = pythonClient(await runningService({ cpus: 8 }))
  const made = await client.post('/batches/create-fast', {
    bunch: [
      specOf(1, 'sleep 100', { in_update_job_group_id: 1 }),
      specOf(2, 'sleep 100', { in_update_job_group_id: 2 }),
      specOf(3, 'sleep 1'),
      specOf(4, 'true', { in_update_job_group_id: 2, in_update_parent_ids: [2] }),
      specOf(5, 'true', { in_update_job_group_id: 1, in_update_parent_ids: [1], always_run: true }),
    ],
    job_groups: [
      { job_group_id: 1, in_update_parent_id: 0 },
      { job_group_id: 2, in_update_parent_id: 1 },
    ],
    batch: batchOf(5, 2),
  })
  const batch = `/batches/${String(made['id'])}`
  await client.patch(`${batch}/job-groups/1/cancel`)
  const ended = await eventually(() => client.get(batch), done)
  expect(ended).toMatchObject({ state: 'cancelled', n_succeeded: 2, n_cancelled: 3 })
  const jobs = (await client.get(`${batch}/jobs`))['jobs'] as Json[]
  expect(jobs.map((entry) => entry['state'])).toEqual([
    'Cancelled',
    'Cancelled',
    'Success',
    'Cancelled',
    'Success',
  ])
  expect(await client.get(`${batch}/job-groups/2`)).toMatchObject({ state: 'cancelled', complete: true })
  await expect(client.patch(`${batch}/job-groups/9/cancel`)).rejects.toThrow('404')
})

test('a group is cancelled after its n-th failure, and its callback is told', async () => {
  const heard: Json[] = []
  const server = createServer((request, response) => {
    let text = ''
    request.on('data', (chunk: Buffer) => (text += chunk.toString()))
    request.on('end', () => {
      heard.push(JSON.parse(text) as Json)
      response.end()
    })
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  onTestFinished(() => void server.close())
  const callback = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const client = pythonClient(await runningService({ cpus: 1 }))
  const made = await client.post('/batches/create-fast', {
    bunch: [
      specOf(1, 'exit 1', { in_update_job_group_id: 1 }),
      specOf(2, 'true', { in_update_job_group_id: 1 }),
      specOf(3, 'true'),
    ],
    job_groups: [{ job_group_id: 1, in_update_parent_id: 0, cancel_after_n_failures: 1, callback }],
    batch: batchOf(3, 1),
  })
  const batch = `/batches/${String(made['id'])}`
  const ended = await eventually(() => client.get(batch), done)
  expect(ended).toMatchObject({ n_failed: 1, n_cancelled: 1, n_succeeded: 1 })
  await eventually(
    () => Promise.resolve(heard.length),
    (count) => count === 1,
  )
  expect(heard[0]).toMatchObject({ job_group_id: 1, state: 'failure', n_jobs: 2, complete: true })
})

test.each([
  ['a group that is not there', { in_update_job_group_id: 0, absolute_job_group_id: 7 }, []],
  ['a group within itself', {}, [{ job_group_id: 1, in_update_parent_id: 1 }]],
  ['a limit of no failures', {}, [{ job_group_id: 1, cancel_after_n_failures: 0 }]],
  ['an amount of memory that is none', { resources: { memory: 'much' } }, []],
])('%s is refused', async (_, more, groups) => {
  const client = pythonClient(await runningService())
  const body = {
    bunch: [specOf(1, 'true', more)],
    job_groups: groups,
    batch: batchOf(1, groups.length),
  }
  await expect(client.post('/batches/create-fast', body)).rejects.toThrow(/^400/)
})
