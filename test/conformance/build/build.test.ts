/** What the reference selects and builds, against this; and that the comparison notices. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, onTestFinished, test } from 'vitest'
import { decodeBuildFile } from '@headgate/adapters-batch'
import { compareJobs, compareSelection } from './compare.js'
import { defaultRecordings } from './files.js'
import { play } from './play.js'
import type { Inputs, JobsRecording } from './recording.js'

const recordings = defaultRecordings.filter(existsSync)
if (recordings.length === 0)
  console.warn(`skipped: no recordings of build.yaml beside the checkout (${defaultRecordings[0]})`)

describe.skipIf(recordings.length === 0)('the recordings of the reference', () => {
  test.each(recordings.map((path) => [basename(path), path]))('%s is equal', (_, path) => {
    const played = play(path)
    if (E.isLeft(played)) throw new Error(played.left)
    expect(played.right.length).toBeGreaterThan(30)
    expect(played.right.filter(({ differs }) => differs.length > 0)).toEqual([])
  })
})

const file = () => {
  const decoded = decodeBuildFile(`
steps:
  - {kind: runImage, name: a, image: x, script: 'a {{ token }}', inputs: [{from: /repo/a, to: /io}], timeout: 9}
  - {kind: runImage, name: b, image: x, script: b, dependsOn: [a]}
`)
  if (E.isLeft(decoded)) throw new Error(JSON.stringify(decoded.left))
  return decoded.right
}

const inputs: Inputs = {
  global_config: {},
  env: { HAIL_CI_STORAGE_URI: 's' },
  batch_token: 'tok',
  region: 'r',
}

const job = { command: ['bash', '-c'], image: 'x', network: 'public', regions: ['r'], always_run: false }
const recorded: JobsRecording = {
  scope: 'test',
  cloud: 'gcp',
  requested_step_names: null,
  excluded_step_names: [],
  pr_labels: [],
  namespace: null,
  deployed_services: [],
  code_config: {},
  steps: ['a', 'b'],
  jobs: [
    {
      ...job,
      id: 1,
      name: 'a',
      parents: null,
      attributes: { name: 'a' },
      timeout: 9,
      script_sha256: 'd319ad05c2b32399152b4a1efde93f392b86b8823de2628b09847985bc87a327',
      input_files: [['s/build/tok/repo/a', '/io']],
    },
    {
      ...job,
      id: 2,
      name: 'b',
      parents: ['a'],
      attributes: { name: 'b' },
      timeout: 3600,
      script_sha256: '3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d',
    },
  ],
}

const differences = (changed: JobsRecording) =>
  compareJobs(file(), changed, inputs, undefined).filter(({ differs }) => differs.length > 0)

const withJob = (index: number, change: object): JobsRecording => ({
  ...recorded,
  jobs: recorded.jobs.map((one, at) => (at === index ? { ...one, ...change } : one)),
})

describe('the comparison', () => {
  test('finds what is equal equal', () => expect(differences(recorded)).toEqual([]))

  test.each<[string, object]>([
    ['parents', { parents: [] }],
    ['image', { image: 'y' }],
    ['always_run', { always_run: true }],
    ['timeout', { timeout: 3601 }],
    ['resources', { resources: { cpu: '1' } }],
    ['input_files', { input_files: [['s', '/io']] }],
    ['output_files', { output_files: [['/io', 's']] }],
    ['env', { env: { A: 'b' } }],
    ['secrets', { secrets: [{ name: 's', namespace: 'n', mount_path: '/s' }] }],
    ['network', { network: 'private' }],
    ['service_account', { service_account: { name: 's', namespace: 'n' } }],
    ['attributes', { attributes: { name: 'b', link: 'x' } }],
    ['script_sha256', { script_sha256: '0' }],
    ['command', { command: ['sh', '-c'] }],
    ['regions', { regions: ['elsewhere'] }],
    ['unconfined', { unconfined: true }],
    ['port', { port: 80 }],
  ])('notices another %s', (field, change) => {
    expect(differences(withJob(1, change))).toEqual([{ case: 'b', differs: [field] }])
  })

  test('notices a missing, an additional and a moved job, and other steps', () => {
    const [a, b] = recorded.jobs
    if (a === undefined || b === undefined) throw new Error('no jobs')
    expect(differences({ ...recorded, jobs: [a, b, { ...b, name: 'c' }] })).toEqual([
      { case: 'c', differs: ['not made'] },
    ])
    expect(differences({ ...recorded, jobs: [a] })).toEqual([{ case: 'b', differs: ['made here only'] }])
    expect(differences({ ...recorded, jobs: [b, a] }).map(({ differs }) => differs)).toEqual([['id'], ['id']])
    expect(differences({ ...recorded, steps: ['a'] })).toEqual([{ case: 'steps', differs: ['steps'] }])
  })

  test('notices another selection', () => {
    const line = { id: 1, config: '', scope: 'test' as const, cloud: 'gcp', changed_files: ['a/x'] }
    const of = (more: object) => compareSelection(file(), { ...line, requested: ['a', 'b'], ...more }).differs
    expect(of({ closure_added: [], not_built: [], namespace: false })).toEqual([])
    expect(of({ requested: ['a'] })).toEqual(['requested'])
    expect(of({ closure_added: ['a'] })).toEqual(['closure_added'])
    expect(of({ namespace: true })).toEqual(['namespace'])
  })
})

test('a recording that cannot be played is a sentence', () => {
  const folder = mkdtempSync(join(tmpdir(), 'headgate-build-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'jobs.json')
  expect(play(path)).toMatchObject({ _tag: 'Left' })
  writeFileSync(path, '{"scope":"test"}')
  expect(play(path)).toMatchObject({ left: expect.stringContaining('Invalid value undefined') as string })
})
