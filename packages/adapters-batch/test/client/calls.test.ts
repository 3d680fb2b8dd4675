import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeBatchClient, tokenFromCommand, tokenFromFile, type TokenSource } from '../../src/index.js'
import {
  completed,
  done,
  failureOf,
  freshToken,
  job,
  runningService,
  temporaryDir,
} from '../support/service.js'

type Answer = { readonly status: number; readonly body: string }

const answering = (
  answers: ReadonlyArray<Answer>,
  options: { readonly token?: TokenSource; readonly retries?: number } = {},
) => {
  const seen: string[] = []
  const client = makeBatchClient({
    baseUrl: 'http://batch.test',
    token: () => Promise.resolve('one'),
    billingProject: 'ci',
    retryAfterMs: 1,
    ...options,
    fetch: (url, init) => {
      const authorization = new Headers(init?.headers).get('authorization') ?? ''
      seen.push(`${init?.method ?? ''} ${new URL(String(url)).pathname} ${authorization}`)
      const { status, body } = answers[seen.length - 1] ?? { status: 500, body: 'not expected' }
      return Promise.resolve(new Response(body, { status }))
    },
  })
  return { client, seen }
}

const projects = { status: 200, body: '[{"billing_project":"ci"}]' }
const submission = { token: 't', attributes: {}, jobs: [job(1, 'true')] }

test('a refused token is renewed once, for any call', async () => {
  const asked: Array<string | undefined> = []
  const token: TokenSource = (rejected) => {
    asked.push(rejected)
    return Promise.resolve(rejected === undefined ? 'old' : 'new')
  }
  const { client, seen } = answering([{ status: 401, body: '' }, projects], { token })
  expect(await done(client.getBillingProjects())).toEqual([{ billing_project: 'ci' }])
  expect(asked).toEqual([undefined, 'old'])
  expect(seen.map((line) => line.split(' ').at(-1))).toEqual(['old', 'new'])
  const never = answering([{ status: 401, body: '' }])
  expect(await failureOf(never.client.getBillingProjects())).toMatchObject({ status: 401 })
  expect(never.seen).toHaveLength(1)
})

test('what did nothing is tried again, as often as asked; what may have been done is not', async () => {
  const busy = { status: 503, body: '' }
  const patient = answering([busy, busy, projects], { retries: 2 })
  expect(await done(patient.client.getBillingProjects())).toHaveLength(1)
  const impatient = answering([busy, busy, projects], { retries: 1 })
  expect(await failureOf(impatient.client.getBillingProjects())).toMatchObject({ kind: 'transient' })
  const unknown = answering([{ status: 500, body: '' }], { retries: 5 })
  expect(await failureOf(unknown.client.createBatch(submission))).toMatchObject({ kind: 'unknown' })
  expect(unknown.seen).toHaveLength(1)
})

test('a token comes from a file, or from a command that is run when it must be', async () => {
  const file = join(temporaryDir(), 'token')
  const fromFile = tokenFromFile(file)
  await expect(fromFile()).rejects.toThrow('ENOENT')
  writeFileSync(file, ' first\n')
  expect(await fromFile()).toBe('first')
  writeFileSync(file, '')
  await expect(fromFile()).rejects.toThrow('empty')

  let time = 0
  const count = `${file}.count`
  const fromCommand = tokenFromCommand(['sh', '-c', `echo x >> ${count}; wc -l < ${count}`], {
    keptForMs: 1000,
    now: () => time,
  })
  expect(await Promise.all([fromCommand(), fromCommand()])).toEqual(['1', '1'])
  expect(await fromCommand('1')).toBe('2')
  expect(await fromCommand('1')).toBe('2')
  time = 2000
  expect(await fromCommand()).toBe('3')
  await expect(tokenFromCommand(['false'])()).rejects.toThrow()
})

test('a submit in bunches that is refused for good leaves no open batch; one that may go on is left', async () => {
  const large = { ...submission, jobs: Array.from({ length: 1100 }, (_, i) => job(i + 1, 'true')) }
  const opened = { status: 200, body: '{"id":7,"update_id":1}' }
  const gone = { status: 200, body: '' }
  const refused = answering([opened, { status: 400, body: 'bad resource request' }, gone])
  expect(await failureOf(refused.client.createBatch(large))).toMatchObject({ kind: 'permanent' })
  expect(refused.seen.at(-1)).toMatch(/^DELETE \/api\/v1alpha\/batches\/7 /)
  const later = answering([opened, { status: 500, body: '' }])
  expect(await failureOf(later.client.createBatch(large))).toMatchObject({ kind: 'unknown' })
  expect(later.seen).toHaveLength(2)
})

test('every call of the client is answered by the local Batch', async () => {
  const { client } = await runningService()
  const id = await done(client.createBatch({ ...submission, token: freshToken() }))
  const jobs = [{ ...job(1, 'echo more'), absolute_parent_ids: [1] }]
  const update = { token: freshToken(), jobs }
  expect(await done(client.updateBatch(id, update))).toBe(2)
  expect(await done(client.updateBatch(id, update))).toBe(2)
  const many = Array.from({ length: 1030 }, (_, i) => ({ ...job(i + 1, 'true'), absolute_parent_ids: [2] }))
  await done(client.updateBatch(id, { token: freshToken(), jobs: many }))
  await done(client.cancelJobGroup(id, 0))
  const batch = await completed(client, id)
  expect(batch.n_jobs).toBe(1032)
  expect(await done(client.getJobGroups(id, 0))).toEqual([])
  expect(await done(client.getJobGroup(id, 0))).toMatchObject({ job_group_id: 0, n_jobs: 1032 })
  expect(await done(client.getGroupJobs(id, 0, true))).toHaveLength(1032)
  expect(await done(client.getBillingProjects())).toMatchObject([{ billing_project: 'test', status: 'open' }])

  const second = await done(
    client.createBatch({ ...submission, token: freshToken(), jobs: [job(1, 'echo hello')] }),
  )
  await completed(client, second)
  expect(await done(client.getContainerLog(second, 1, 'main'))).toBe('hello\n')
  expect(await done(client.getContainerLog(second, 1, 'main', '1'))).toBe('hello\n')
  expect(await done(client.getAttempts(second, 1))).toMatchObject([{ attempt_id: '1', reason: 'success' }])
}, 60_000)
