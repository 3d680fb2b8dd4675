import {
  batchId,
  effectId,
  epochMs,
  prNumber,
  runId,
  sha,
  SortedMap,
  type BranchState,
  type TestRun,
} from '@headgate/core'
import * as E from 'fp-ts/lib/Either.js'
import { none, some } from 'fp-ts/lib/Option.js'
import * as S from 'fp-ts/lib/string.js'
import { expect, test } from 'vitest'
import type { GithubClient, RestCall } from '../../src/client.js'
import { makeCheckEngine, type EngineEffect } from '../../src/checks/engine.js'
import { permanent, transient } from '../../src/failure.js'
import { oid, scripted } from '../support/scripted.js'

const T = 1_700_000_000_000
const commit = sha(oid('c'))
const base = sha(oid('b'))
const members = [{ pr: prNumber(4), source: sha(oid('a')) }]

const running = (stage: Partial<Extract<TestRun['stage'], { _tag: 'Running' }>> = {}): TestRun => ({
  ...{ id: runId('run-e-7'), purpose: 'gate', base, members, chain: [commit], reason: 'new' },
  ...{ startedAt: epochMs(T), abandoned: false },
  stage: {
    ...{ _tag: 'Running', commit: some(commit), tree: none, batchId: batchId(7) },
    ...{ since: epochMs(T), lookAt: epochMs(T), ...stage },
  },
})
const stateOf = (runs: ReadonlyArray<TestRun>): Pick<BranchState, 'runs' | 'epoch'> => ({
  epoch: 'e',
  runs: runs.reduce(
    (map, run) => SortedMap.set(map, run.id, run),
    SortedMap.empty<TestRun['id'], TestRun>(S.Ord),
  ),
})
const checkRun = (conclusion: string | null) => ({
  ...{ __typename: 'CheckRun', name: 'test', conclusion },
  ...{ startedAt: new Date(T + 1000).toISOString(), completedAt: new Date(T + 9000).toISOString() },
  checkSuite: { app: { slug: 'github-actions' }, branch: { name: 'headgate/main/run-e-7' } },
})
const rollup = (...nodes: ReadonlyArray<unknown>) => ({
  repository: {
    object: { statusCheckRollup: { contexts: { pageInfo: { hasNextPage: false, endCursor: null }, nodes } } },
  },
})

const engineOn = (client: GithubClient, runs: ReadonlyArray<TestRun> = [running()]) => {
  const notes: string[] = []
  const act = makeCheckEngine({
    ...{ client, branch: { repository: 'acme/app', branch: 'main' }, state: () => stateOf(runs) },
    engine: { checks: { test: 'github-actions' }, minimumSeconds: 0, graceSeconds: 60 },
    ...{ now: () => T + 10_000, note: (run, why) => void notes.push(`${run}: ${why}`) },
  })
  return { act, notes }
}
const answers = { at: T + 10_000, answers: 'x' }
const read: EngineEffect = { _tag: 'ReadBatch', id: effectId('x'), batchId: batchId(7) }

test('submitting names the run by its number: nothing is sent, for the push has begun everything', async () => {
  const { client, calls } = scripted(() => ({}))
  const { act } = engineOn(client)
  const effect: EngineEffect = {
    ...{ _tag: 'SubmitTestBatch', id: effectId('x'), run: runId('run-e-7'), purpose: 'gate', commit, base },
    ...{ tree: none, members, sourceBranch: none, labels: [], reason: 'new' },
  }
  expect([await act(effect), await act(effect)]).toEqual([
    { _tag: 'TestBatchSubmitted', ...answers, batchId: 7 },
    { _tag: 'TestBatchSubmitted', ...answers, batchId: 7 },
  ])
  expect(calls).toEqual([])
})

test('a run stands as the checks of exactly its commit do', async () => {
  const { client, calls } = scripted((_, turn) => ({
    data: rollup(checkRun([null, 'SUCCESS', 'FAILURE'][turn] ?? null)),
  }))
  const { act, notes } = engineOn(client)
  const fates = [await act(read), await act(read), await act(read)]
  expect(fates.map((event) => event._tag === 'BatchObserved' && event.fate)).toEqual([
    { _tag: 'Known', state: 'running', complete: false },
    { _tag: 'Known', state: 'success', complete: true },
    { _tag: 'Known', state: 'failure', complete: true },
  ])
  expect(calls[0]?.variables).toMatchObject({ owner: 'acme', name: 'app', oid: commit })
  expect(notes).toEqual(['run-e-7: "test" ended as FAILURE.'])
})

test('more than a hundred checks are read to the end', async () => {
  const page = (hasNextPage: boolean, node: unknown) => {
    const data = rollup(node)
    data.repository.object.statusCheckRollup.contexts.pageInfo = { hasNextPage, endCursor: 'c' as never }
    return { data }
  }
  const { client, calls } = scripted((_, turn) =>
    turn === 0 ? page(true, { ...checkRun('FAILURE'), name: 'other' }) : page(false, checkRun('SUCCESS')),
  )
  expect(await engineOn(client).act(read)).toMatchObject({ fate: { state: 'success' } })
  expect(calls.map((call) => call.variables['after'])).toEqual([null, 'c'])
})

test('a run that is on no record is gone; a listing shows those that are', async () => {
  const { client } = scripted(() => ({ data: rollup(checkRun('SUCCESS')) }))
  expect(await engineOn(client, []).act(read)).toMatchObject({ fate: { _tag: 'Gone' } })
  expect(await engineOn(client).act({ _tag: 'ReadBatches', id: effectId('x') })).toEqual({
    ...{ _tag: 'BatchesObserved', ...answers, deploys: [] },
    tests: [
      {
        ...{ batchId: 7, run: 'run-e-7', purpose: 'gate', pr: some(4), source: oid('a'), target: base },
        ...{ commit: some(commit), tree: none, state: 'success', complete: true },
      },
    ],
  })
})

test('a read that fails is a failed effect, never a verdict', async () => {
  const { client } = scripted(() => ({ errors: [{ type: 'X', message: 'Something went wrong', path: '' }] }))
  const { act } = engineOn(client)
  for (const effect of [read, { _tag: 'ReadBatches', id: effectId('x') } as const])
    expect(await act(effect)).toMatchObject({ _tag: 'EffectFailed', failure: { kind: 'transient' } })
  const { client: missing } = scripted(() => ({ data: { repository: { object: null } } }))
  expect(await engineOn(missing).act(read)).toMatchObject({ failure: { code: 'CommitNotFound' } })
})

const cancelling = async (answer: (call: RestCall) => ReturnType<GithubClient['rest']>) => {
  const calls: RestCall[] = []
  const client: GithubClient = {
    graphql: () => Promise.reject(new Error('no GraphQL here')),
    rest: (call) => {
      calls.push(call)
      return answer(call)
    },
  }
  const event = await engineOn(client, []).act({
    ...{ _tag: 'CancelBatch', id: effectId('x'), batchId: batchId(7), reason: 'pushed' },
  })
  return { event, calls }
}
const workflows = E.right({
  workflow_runs: [
    { id: 1, status: 'completed' },
    { id: 2, status: 'in_progress' },
    { id: 3, status: 'queued' },
  ],
})

test('cancelling stops the workflows of that push that are not over, and forgives those that are not ours', async () => {
  const { event, calls } = await cancelling((call) =>
    Promise.resolve(
      call.access === 'read'
        ? workflows
        : call.parameters['run_id'] === 2
          ? E.left(permanent('Http409', ''))
          : E.right({}),
    ),
  )
  expect(event).toEqual({ _tag: 'BatchCancelled', ...answers })
  expect(calls[0]?.parameters).toMatchObject({ branch: 'headgate/main/run-e-7' })
  expect(calls.slice(1).map((call) => call.parameters['run_id'])).toEqual([2, 3])
  const forbidden = await cancelling(() => Promise.resolve(E.left(permanent('Forbidden', 'no actions'))))
  expect(forbidden.event._tag).toBe('BatchCancelled')
  const later = await cancelling(() => Promise.resolve(E.left(transient('Timeout', 'slow'))))
  expect(later.event).toMatchObject({ _tag: 'EffectFailed', failure: { code: 'Timeout' } })
})

test('a deploy is rejected in words', async () => {
  const { client } = scripted(() => ({}))
  const effect = { _tag: 'SubmitDeployBatch', id: effectId('x'), run: runId('run-e-9'), sha: base } as const
  expect(await engineOn(client).act(effect)).toMatchObject({ _tag: 'DeployBatchRejected' })
})
