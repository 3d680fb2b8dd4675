/** Batch's answers may hold anything: a read is a fact or a failure, never a throw; and a fact is one the journal takes. */
import * as fc from 'fast-check'
import { none } from 'fp-ts/lib/Option.js'
import { expect, test } from 'vitest'
import { batchId, effectId, epochMs, Event } from '@headgate/core'
import {
  deep,
  deepText,
  mutated,
  mutatedText,
  seeded,
  strangeValue,
} from '../../../../test/support/hostile.js'
import { makeBatchClient } from '../../src/client/client.js'
import { branchAttribute, type BatchInterpreterDeps } from '../../src/interpret/deps.js'
import { cancelBatch, readBatch, readBatches } from '../../src/interpret/read.js'

const options = seeded('batch', 400)
const branch = { repository: 'acme/app', branch: 'main' }

const depsOf = (text: string, status: number): BatchInterpreterDeps => ({
  client: makeBatchClient({
    baseUrl: 'http://batch.test',
    token: () => Promise.resolve('secret'),
    billingProject: 'ci',
    fetch: () => Promise.resolve(new Response(text, { status })),
  }),
  source: {} as never,
  branch,
  repoUrl: 'http://git.test/acme/app',
  namespace: 'default',
  storageUri: 'local://x',
  global: {},
  callbackUrl: 'http://me.test',
  now: () => epochMs(5),
})

const sha = 'a'.repeat(40)
const good = {
  id: 7,
  state: 'success',
  complete: true,
  closed: true,
  n_jobs: 1,
  n_completed: 1,
  n_succeeded: 1,
  n_failed: 0,
  n_cancelled: 0,
  token: 'run-x-1',
  user: 'ci',
  billing_project: 'ci',
  attributes: {
    test: '1',
    token: 'run-x-1',
    purpose: 'gate',
    pr: '12',
    source_sha: sha,
    target_sha: sha,
    tested_sha: sha,
    tested_tree: sha,
    target_branch: branchAttribute(branch),
    namespace: 'default',
  },
}
const deploy = {
  ...good,
  id: 8,
  token: 'run-x-2',
  attributes: {
    deploy: '1',
    token: 'run-x-2',
    sha,
    target_branch: branchAttribute(branch),
    namespace: 'default',
  },
}
const page = { batches: [good, deploy], last_batch_id: null }

const id = effectId('x#1')
const reads: Readonly<Record<string, (deps: BatchInterpreterDeps) => Promise<Event>>> = {
  'a listing': (deps) => readBatches(deps, { _tag: 'ReadBatches', id }),
  'a batch': (deps) => readBatch(deps, { _tag: 'ReadBatch', id, batchId: batchId(7) }),
  'a cancel': (deps) => cancelBatch(deps, { _tag: 'CancelBatch', id, batchId: batchId(7), reason: 'x' }),
}

/** The event, after it went through the journal. */
const sound = async (name: string, text: string, status = 200): Promise<Event> => {
  const event = await (reads[name] as (deps: BatchInterpreterDeps) => Promise<Event>)(depsOf(text, status))
  expect(Event.decode(JSON.parse(JSON.stringify(Event.encode(event))))).toEqual({
    _tag: 'Right',
    right: event,
  })
  if (event._tag === 'EffectFailed') expect(event.failure.text.length).toBeLessThan(100_000)
  return event
}

test('good answers are facts', async () => {
  expect(await sound('a batch', JSON.stringify(good))).toMatchObject({ fate: { state: 'success' } })
  expect(await sound('a listing', JSON.stringify(page))).toMatchObject({
    tests: [{ batchId: 7, pr: { value: 12 } }],
    deploys: [{ batchId: 8 }],
  })
})

const answers = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom<unknown>(good, page).chain(mutated) },
  { weight: 1, arbitrary: strangeValue },
)
const texts = fc.oneof(
  { weight: 6, arbitrary: answers.map((json) => JSON.stringify(json) ?? '') },
  { weight: 1, arbitrary: mutatedText(JSON.stringify(page)) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
)

test.each(Object.keys(reads))('%s: anything', async (name) => {
  const seen = new Set<string>()
  const statuses = fc.constantFrom(200, 200, 200, 400, 404, 500)
  await fc.assert(
    fc.asyncProperty(texts, statuses, async (text, status) => {
      seen.add((await sound(name, text, status))._tag)
    }),
    options,
  )
  expect(seen).toContain('EffectFailed')
  expect(seen.size).toBe(2)
})

test.each(Object.keys(reads))('%s: nested a hundred thousand deep', async (name) => {
  await sound(name, deepText(100_000))
  const inside = JSON.stringify({ ...good, attributes: 'DEEP' }).replace('"DEEP"', deepText(100_000))
  await sound(name, inside)
  await sound(name, `{"batches":[${inside}]}`)
  expect(deep(3)).toEqual([{ next: [null] }])
})

test.each([-1, 1.5, 2 ** 53, 1e308, '7', null])('the id %s is no batch', async (id) => {
  expect(await sound('a batch', JSON.stringify({ ...good, id }))).toMatchObject({ _tag: 'EffectFailed' })
  expect(await sound('a listing', JSON.stringify({ batches: [{ ...good, id }] }))).toMatchObject({
    _tag: 'EffectFailed',
  })
})

test('attributes never make a batch somebody it is not', async () => {
  await fc.assert(
    fc.asyncProperty(mutated({ ...page, batches: [good] }), async (json) => {
      const event = await sound('a listing', JSON.stringify(json))
      if (event._tag !== 'BatchesObserved') return
      for (const test of event.tests) {
        expect(test.run).toMatch(/^\S+$/)
        expect(test.pr === none || test.pr._tag === 'Some' || test.pr._tag === 'None').toBe(true)
      }
    }),
    options,
  )
})
