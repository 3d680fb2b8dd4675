/** A submit whose outcome is not known. */
import * as E from 'fp-ts/lib/Either.js'
import { none, some } from 'fp-ts/lib/Option.js'
import { expect, test } from 'vitest'
import { effectId, epochMs, prNumber, runId, sha, type EffectOf } from '@headgate/core'
import { makeBatchInterpreter, type BatchClient, type BatchClientError } from '../../src/index.js'
import { done, freshToken, runningService } from '../support/service.js'

const lost: BatchClientError = {
  kind: 'unknown',
  code: 'timeout',
  sentence: 'Batch did not answer in time.',
  place: 'POST /api/v1alpha/batches/create-fast',
  remedy: 'Look the batch up by its token, then try again.',
}

const BUILD = 'steps:\n  - {kind: runImage, name: unit, image: x, script: "true", resources: {cpu: 0.25}}\n'

const interpreterOf = (client: BatchClient) =>
  makeBatchInterpreter({
    client,
    source: {
      readFile: () => Promise.resolve(E.right(some(BUILD))),
      changedFiles: () => Promise.resolve(E.right(none)),
    },
    branch: { repository: 'acme/app', branch: 'main' },
    repoUrl: '/nowhere',
    namespace: 'default',
    storageUri: 'local://storage',
    now: () => epochMs(1000),
  })

const order = (): EffectOf<'SubmitTestBatch'> => ({
  _tag: 'SubmitTestBatch',
  id: effectId('e'),
  run: runId(freshToken()),
  purpose: 'gate',
  commit: sha('c0ffee'),
  tree: some(sha('7ee')),
  base: sha('ba5e'),
  members: [{ pr: prNumber(3), source: sha('50ce3') }],
  sourceBranch: none,
  labels: [],
  reason: 'first test',
})

test('a submit that was done but not answered is found by its token', async () => {
  const { client } = await runningService()
  const act = interpreterOf({
    ...client,
    createBatch: (submission) => async () => {
      await done(client.createBatch(submission))
      return E.left(lost)
    },
  })
  expect(await act(order())).toMatchObject({ _tag: 'TestBatchSubmitted', batchId: 1 })
  expect(await done(client.listBatches({ attributes: {} }))).toHaveLength(1)
})

test('one that was not done is unknown, and submitting it again makes one batch', async () => {
  const { client } = await runningService()
  const effect = order()
  const act = interpreterOf({ ...client, createBatch: () => () => Promise.resolve(E.left(lost)) })
  expect(await act(effect)).toMatchObject({ _tag: 'EffectFailed', failure: { kind: 'unknown' } })
  const again = interpreterOf(client)
  const first = await again(effect)
  expect(first).toMatchObject({ _tag: 'TestBatchSubmitted' })
  expect(await again(effect)).toEqual(first)
  expect(await done(client.listBatches({ attributes: {} }))).toHaveLength(1)
})

test('one that stopped half way is not taken for a batch', async () => {
  const { client, service } = await runningService()
  const effect = order()
  const act = interpreterOf({
    ...client,
    createBatch:
      ({ token, attributes }) =>
      async () => {
        await fetch(`${service.url}/api/v1alpha/batches/create`, {
          method: 'POST',
          headers: { authorization: `Bearer ${service.token}` },
          body: JSON.stringify({ billing_project: 'test', n_jobs: 1, token, attributes }),
        })
        return E.left(lost)
      },
  })
  expect(await act(effect)).toMatchObject({ _tag: 'EffectFailed', failure: { kind: 'unknown' } })
  expect(await done(client.listBatches({ attributes: { token: effect.run } }))).toMatchObject([
    { state: 'open', n_jobs: 0 },
  ])
})
