/** What the adapters let through as evidence, and where the gate's rules come from. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { none } from 'fp-ts/lib/Option.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { describe, expect, onTestFinished, test } from 'vitest'
import {
  decodeBuildFile,
  makeBatchInterpreter,
  selectSteps,
  type BatchInterpreterDeps,
  type BatchStatus,
} from '@headgate/adapters-batch'
import { batchId, effectId, epochMs, Event } from '@headgate/core'
import { readConfig } from '../../packages/runner/src/config/config.js'

const honest: BatchStatus = {
  ...{
    id: 7,
    state: 'success',
    complete: true,
    closed: true,
    token: 'run-x-1',
    user: 'ci',
    billing_project: 'p',
  },
  ...{ n_jobs: 2, n_completed: 2, n_succeeded: 2, n_failed: 0, n_cancelled: 0 },
  attributes: {
    ...{
      test: '1',
      pr: '1',
      source_branch: 'f',
      target_branch: 'acme/app:main',
      source_sha: 's1',
      target_sha: 'b',
    },
    ...{ tested_sha: 'm', tested_tree: 't', purpose: 'gate', namespace: 'default', token: 'run-x-1' },
    ...{ name: 'test', reason: 'first test', batch_type: 'test' },
  },
}
const told = (change: Readonly<Record<string, string | undefined>>): BatchStatus => {
  const attributes = Object.entries({ ...honest.attributes, ...change }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  )
  return { ...honest, attributes: Object.fromEntries(attributes) }
}

/** An interpreter whose Batch says this and nothing else. */
const reading = (batch: BatchStatus) => {
  const absent = () => TE.left({ kind: 'permanent', code: 'x', text: 'x' } as never)
  const client: BatchInterpreterDeps['client'] = {
    ...{ createBatch: absent, cancelBatch: absent, deleteBatch: absent },
    ...{ getJobs: absent, getJob: absent, getLog: absent, updateBatch: absent, getContainerLog: absent },
    ...{ getAttempts: absent, getJobGroups: absent, getJobGroup: absent, getGroupJobs: absent },
    ...{ cancelJobGroup: absent, getBillingProjects: absent },
    listBatches: () => TE.right([batch]),
    getBatch: () => TE.right(batch),
  }
  return makeBatchInterpreter({
    ...{ client, branch: { repository: 'acme/app', branch: 'main' }, namespace: 'default', user: 'ci' },
    ...{ repoUrl: '/nowhere', storageUri: 'local://s', now: () => epochMs(1) },
    source: {
      readFile: () => Promise.resolve(E.right(none)),
      changedFiles: () => Promise.resolve(E.right(none)),
    },
  })
}
const listed = async (batch: BatchStatus) => {
  const event = await reading(batch)({ _tag: 'ReadBatches', id: effectId('r') })
  if (event._tag !== 'BatchesObserved') throw new Error(event._tag)
  return event.tests
}

describe('5.30 a try build, or anybody else’s, passed for a gate build', () => {
  test('5.30 the honest one is listed, so what follows is told apart by its flaw', async () => {
    expect(await listed(honest)).toMatchObject([{ batchId: 7, purpose: 'gate', state: 'success' }])
  })

  test.each<[string, BatchStatus]>([
    ['a try build', told({ purpose: 'try' })],
    ['one that says no purpose', told({ purpose: undefined })],
    ['one whose token is not the one it was submitted with', told({ token: 'run-x-2' })],
    ['one of another user', { ...honest, user: 'mallory' }],
    ['one of another installation', told({ namespace: 'dev' })],
    ['one of another branch', told({ target_branch: 'acme/app:release' })],
    ['a deploy', told({ test: undefined, deploy: '1', sha: 's1' })],
    ['one that says no source', told({ source_sha: undefined })],
    ['one whose pull request is no number', told({ pr: '1;2' })],
  ])('5.30 %s is not listed as a test', async (_name, batch) => {
    expect(await listed(batch)).toEqual([])
  })
})

describe('5.10 what did not fail passed for a success', () => {
  test.each<[string, Partial<BatchStatus>]>([
    ['a job was cancelled', { n_cancelled: 1, n_succeeded: 1 }],
    ['a job failed', { n_failed: 1, n_succeeded: 1 }],
    ['a job is missing', { n_succeeded: 1, n_completed: 2 }],
    ['it is not over', { complete: false }],
    ['it has no jobs yet', { n_jobs: 0, n_completed: 0, n_succeeded: 0 }],
    ['it was cancelled', { state: 'cancelled' }],
    ['it is open', { state: 'open', complete: false, closed: false }],
  ])('5.10 Batch calls it a success, but %s: it is none', async (_name, change) => {
    const batch = { ...honest, ...change }
    const event = await reading(batch)({ _tag: 'ReadBatch', id: effectId('r'), batchId: batchId(7) })
    expect(event).toMatchObject({ _tag: 'BatchObserved', fate: { _tag: 'Known' } })
    expect(JSON.stringify(Event.encode(event))).not.toContain('"success"')
    for (const test of await listed(batch)) expect(test.state).not.toBe('success')
  })
})

describe('5.25 the gate’s configuration was read from the commit under test', () => {
  const BUILD = `steps:
  - { kind: runImage, name: a, image: x, script: "true", inputs: [{ from: /repo/a, to: /a }] }
  - { kind: runImage, name: b, image: x, script: "true", inputs: [{ from: /repo/b, to: /b }] }
`
  const selected = (changedFiles: ReadonlyArray<string>) => {
    const build = decodeBuildFile(BUILD)
    if (E.isLeft(build)) throw new Error('the build file does not decode')
    const request = { scope: 'test', cloud: undefined, changedFiles, labels: [] } as const
    return selectSteps(build.right, request).steps.map((step) => step.name)
  }

  test('5.25 a change to build.yaml itself runs every step, so no step can be edited away unseen', () => {
    expect(selected(['a/x'])).toEqual(['a'])
    expect(selected(['a/x', 'build.yaml'])).toEqual(['a', 'b'])
  })

  test('5.25 required checks, labels, approvals come from the service’s own file, which no pull request can edit', () => {
    const dir = mkdtempSync(join(tmpdir(), 'headgate-rules-'))
    onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
    writeFileSync(join(dir, 'build.yaml'), `policy: { trustedAuthors: [mallory] }\n${BUILD}`)
    expect(E.isLeft(decodeBuildFile(`policy: { trustedAuthors: [mallory] }\n${BUILD}`))).toBe(true)
    expect(E.isLeft(readConfig(join(dir, 'build.yaml')))).toBe(true)
  })
})
