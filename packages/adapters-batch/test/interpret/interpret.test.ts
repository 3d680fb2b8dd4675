import * as E from 'fp-ts/lib/Either.js'
import { none, some } from 'fp-ts/lib/Option.js'
import { expect, test } from 'vitest'
import { batchId, effectId, epochMs, Event, prNumber, runId, sha, type EffectOf } from '@headgate/core'
import { makeBatchInterpreter, type BatchInterpreterDeps, type CommitSource } from '../../src/index.js'
import { eventually, freshToken, job, done, runningService } from '../support/service.js'

const BUILD = `
steps:
  - {kind: runImage, name: unit, image: x, scopes: [test], script: "echo {{ code.source_sha }} {{ code.target_sha }} {{ global.cloud }}"}
  - {kind: runImage, name: docs, image: x, script: "true"}
  - {kind: runImage, name: ship, image: x, script: "echo {{ code.sha }}", scopes: [deploy]}
`

const sourceOf = (
  files: Readonly<Record<string, string>>,
  changed: ReadonlyArray<string> | undefined,
): CommitSource => ({
  readFile: (_commit, path) => {
    const text = files[path]
    return Promise.resolve(E.right(text === undefined ? none : some(text)))
  },
  changedFiles: () => Promise.resolve(E.right(changed === undefined ? none : some(changed))),
})

const running = async (more: Partial<BatchInterpreterDeps> = {}) => {
  const { client, service } = await runningService()
  const deps: BatchInterpreterDeps = {
    client,
    source: sourceOf({ 'build.yaml': BUILD }, undefined),
    branch: { repository: 'acme/app', branch: 'release/1' },
    repoUrl: '/nowhere',
    namespace: 'default',
    storageUri: 'local://storage',
    cloud: 'local',
    now: () => epochMs(1000),
    ...more,
  }
  return { client, service, deps, act: makeBatchInterpreter(deps) }
}

const submitTest = (run = freshToken()): EffectOf<'SubmitTestBatch'> => ({
  _tag: 'SubmitTestBatch',
  id: effectId(`e-${run}`),
  run: runId(run),
  purpose: 'gate',
  commit: sha('c0ffee'),
  tree: some(sha('7ee')),
  base: sha('ba5e'),
  members: [{ pr: prNumber(7), source: sha('50ce') }],
  sourceBranch: some('feature'),
  labels: [],
  reason: 'first test',
})

const readBatches: EffectOf<'ReadBatches'> = { _tag: 'ReadBatches', id: effectId('read') }

test('a submitted test is found again by its attributes, with what it tested', async () => {
  const { act, client } = await running()
  const effect = submitTest()
  const answer = await act(effect)
  if (answer._tag !== 'TestBatchSubmitted') throw new Error(JSON.stringify(answer))
  expect(answer.answers).toBe(effect.id)
  // Acting twice is acting once.
  expect(await act(effect)).toEqual(answer)

  const over = await eventually(
    () => act({ _tag: 'ReadBatch', id: effectId('look'), batchId: answer.batchId }),
    (event) => event._tag === 'BatchObserved' && event.fate._tag === 'Known' && event.fate.complete,
  )
  expect(over).toMatchObject({ fate: { _tag: 'Known', state: 'success', complete: true } })

  const listed = await act(readBatches)
  expect(Event.encode(listed)).toMatchObject({
    _tag: 'BatchesObserved',
    tests: [
      {
        batchId: answer.batchId,
        run: effect.run,
        purpose: 'gate',
        pr: 7,
        source: '50ce',
        target: 'ba5e',
        commit: 'c0ffee',
        tree: '7ee',
        state: 'success',
        complete: true,
      },
    ],
    deploys: [],
  })
  const log = await done(client.getLog(answer.batchId, 1))
  expect(log.main).toBe('50ce ba5e local\n')
})

test('a deploy runs what is in its scope and is listed as a deploy', async () => {
  const { act, client } = await running()
  const run = runId(freshToken())
  const answer = await act({ _tag: 'SubmitDeployBatch', id: effectId('d'), run, sha: sha('4ead') })
  if (answer._tag !== 'DeployBatchSubmitted') throw new Error(JSON.stringify(answer))
  const listed = await act(readBatches)
  expect(listed).toMatchObject({ tests: [], deploys: [{ batchId: answer.batchId, run, sha: '4ead' }] })
  const jobs = await done(client.getJobs(answer.batchId))
  expect(jobs.map((j) => j.name)).toContain('ship')
})

test('a commit without build.yaml and one with a bad build.yaml are rejected with every error in words', async () => {
  const { act: missing } = await running({ source: sourceOf({}, []) })
  expect(await missing(submitTest())).toMatchObject({ _tag: 'TestBatchRejected', code: 'BuildFileMissing' })
  const bad = 'steps:\n  - {kind: nope, name: a}\n  - {kind: runImage, name: b, image: x, script: "{{ x"}\n'
  const { act: invalid } = await running({ source: sourceOf({ 'build.yaml': bad }, []) })
  const answer = await invalid(submitTest())
  expect(answer).toMatchObject({ _tag: 'TestBatchRejected', code: 'BuildFileInvalid' })
  expect(answer._tag === 'TestBatchRejected' ? answer.text : '').toMatch(/^build\.yaml:2:\d+: .*"nope"/)
  expect(
    await invalid({ _tag: 'SubmitDeployBatch', id: effectId('d'), run: runId('r'), sha: sha('4ead') }),
  ).toMatchObject({ _tag: 'DeployBatchRejected' })
})

test('batches of others are ignored: another namespace, branch, or token than the attributes say', async () => {
  const { act, client, deps } = await running()
  const attributes = {
    test: '1',
    target_branch: 'acme/app:release/1',
    namespace: 'default',
    purpose: 'gate',
    pr: '7',
    source_sha: '50ce',
    target_sha: 'ba5e',
  }
  const make = (more: Record<string, string>, token = freshToken()) =>
    done(client.createBatch({ token, attributes: { ...attributes, token, ...more }, jobs: [job(1, 'true')] }))
  const good = await make({})
  await make({ namespace: 'other' })
  await make({ target_branch: 'acme/app:main' })
  await make({ token: 'stolen' })
  await make({ pr: 'seven' })
  await make({ source_sha: '' })
  const listed = await act(readBatches)
  expect(listed._tag === 'BatchesObserved' ? listed.tests.map((b) => b.batchId) : []).toEqual([good])
  const stranger = makeBatchInterpreter({ ...deps, user: 'somebody-else' })
  expect(await stranger(readBatches)).toMatchObject({ tests: [], deploys: [] })
})

test('a batch that is not there is gone, and needs no cancelling', async () => {
  const { act } = await running()
  const at = { batchId: batchId(4711) }
  expect(await act({ _tag: 'ReadBatch', id: effectId('r'), ...at })).toMatchObject({ fate: { _tag: 'Gone' } })
  expect(await act({ _tag: 'CancelBatch', id: effectId('c'), ...at, reason: 'x' })).toMatchObject({
    _tag: 'BatchCancelled',
    answers: 'c',
  })
})

test('failures are answers: a read of the forge, a Batch that is away, a source that throws', async () => {
  const failure = { kind: 'transient', code: 'away', text: 'GitHub is away.' } as const
  const unread = await running({
    source: { ...sourceOf({}, []), readFile: () => Promise.resolve(E.left(failure)) },
  })
  expect(await unread.act(submitTest())).toMatchObject({ _tag: 'EffectFailed', failure })

  const throwing = await running({
    source: { ...sourceOf({}, []), readFile: () => Promise.reject(new Error('defect')) },
  })
  expect(await throwing.act(submitTest())).toMatchObject({
    _tag: 'EffectFailed',
    failure: { kind: 'unknown', code: 'interpreter-defect' },
  })

  const away = await running()
  await away.service.close()
  expect(await away.act(readBatches)).toMatchObject({ _tag: 'EffectFailed', failure: { kind: 'transient' } })
  expect(await away.act(submitTest())).toMatchObject({ _tag: 'EffectFailed', failure: { kind: 'transient' } })
})

test('the checkout script ends the step when the commit cannot be had', async () => {
  const { act } = await running({
    source: sourceOf(
      {
        'build.yaml':
          'steps:\n  - {kind: runImage, name: a, image: x, script: "{{ code.checkout_script }}\\n\\ntrue"}\n',
      },
      [],
    ),
  })
  const answer = await act(submitTest())
  if (answer._tag !== 'TestBatchSubmitted') throw new Error(JSON.stringify(answer))
  const over = await eventually(
    () => act({ _tag: 'ReadBatch', id: effectId('look'), batchId: answer.batchId }),
    (event) => event._tag === 'BatchObserved' && event.fate._tag === 'Known' && event.fate.complete,
  )
  expect(over).toMatchObject({ fate: { state: 'failure' } })
})

test('with an installation, images and deploys are planned from the manifests of the commit', async () => {
  const file = `steps:
  - {kind: createNamespace, name: ns, namespaceName: default}
  - {kind: deploy, name: shop, config: shop.yaml, namespace: {valueFrom: ns.name}, dependsOn: [ns]}
`
  const installation = {
    ciUtilsImage: 'utils',
    buildkitImage: 'buildkit',
    dockerPrefix: 'registry.test',
    defaultNamespace: 'default',
    domain: 'acme.test',
  }
  const source = sourceOf({ 'build.yaml': file, 'shop.yaml': 'sha: {{ code.sha }}' }, undefined)
  const { act, client } = await running({ source, installation })
  const effect = submitTest()
  const answer = await act(effect)
  if (answer._tag !== 'TestBatchSubmitted') throw new Error(JSON.stringify(answer))
  const batch = await done(client.getBatch(answer.batchId))
  expect(batch.n_jobs).toBe(3)
  const without = await (
    await running({ source: sourceOf({ 'build.yaml': file }, undefined), installation })
  ).act(effect)
  expect(without).toMatchObject({
    _tag: 'TestBatchRejected',
    text: expect.stringContaining('its config "shop.yaml" is not in the repository') as string,
  })
})
