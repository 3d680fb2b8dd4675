import * as E from 'fp-ts/lib/Either.js'
import { expect, test } from 'vitest'
import { decodeBuildFile } from '../../src/buildFile/decode.js'
import { planJobs } from '../../src/buildFile/plan/plan.js'
import type { PlanRequest } from '../../src/buildFile/plan/request.js'
import { selectSteps } from '../../src/buildFile/select.js'
import type { JobSpec } from '../../src/jobSpec.js'

const request: PlanRequest = {
  scope: 'test',
  code: { sha: 'abc', checkout_script: 'git init -q' },
  global: { cloud: 'gcp' },
  storageUri: 'gs://bucket',
  token: 'tok',
  tokenOf: (name) => `t-${name}`,
}

const plan = (text: string, more: Partial<PlanRequest> = {}) => {
  const file = decodeBuildFile(text)
  if (E.isLeft(file)) throw new Error(JSON.stringify(file.left, undefined, 1))
  const wanted = { ...request, ...more }
  const selection = selectSteps(file.right, {
    scope: wanted.scope,
    cloud: 'gcp',
    changedFiles: undefined,
    labels: [],
  })
  return planJobs(selection, wanted)
}

const jobs = (text: string, more: Partial<PlanRequest> = {}): ReadonlyArray<JobSpec> => {
  const planned = plan(text, more)
  if (E.isLeft(planned)) throw new Error(JSON.stringify(planned.left, undefined, 1))
  return planned.right
}

const errors = (text: string) => {
  const planned = plan(text)
  return E.isLeft(planned) ? planned.left : []
}

test('a step becomes a job with everything it asks for', () => {
  expect(
    jobs(`
steps:
  - kind: runImage
    name: checkout
    image: ubuntu:24.04
    script: |
      mkdir -p io/repo && cd io/repo
      {{ code.checkout_script }}
    outputs: [{from: /io/repo/, to: /repo}]
  - kind: runImage
    name: check
    image: ubuntu:24.04
    script: echo {{ checkout.token }} {{ scope }}
    dependsOn: [checkout]
    inputs: [{from: /repo/src, to: /io/src}]
    timeout: 900
    alwaysRun: true
    resources: {cpu: 0.25, memory: standard, storage: 10Gi, preemptible: false}
    port: 5000
    network: private
    env: {A: b}
    unconfined: true
    regions: [here]
    secrets: [{name: s, namespace: ns, mountPath: /s}]
    serviceAccount: {name: admin, namespace: ns}
`),
  ).toEqual([
    {
      job_id: 1,
      in_update_parent_ids: [],
      absolute_parent_ids: [],
      always_run: false,
      process: {
        type: 'docker',
        command: ['bash', '-c', 'mkdir -p io/repo && cd io/repo\ngit init -q'],
        image: 'ubuntu:24.04',
        mount_docker_socket: false,
      },
      attributes: { name: 'checkout' },
      output_files: [{ from: '/io/repo/', to: 'gs://bucket/build/tok/repo' }],
      timeout: 3600,
      network: 'public',
    },
    {
      job_id: 2,
      in_update_parent_ids: [1],
      absolute_parent_ids: [],
      always_run: true,
      process: {
        type: 'docker',
        command: ['bash', '-c', 'echo t-checkout test'],
        image: 'ubuntu:24.04',
        mount_docker_socket: false,
      },
      attributes: { name: 'check' },
      env: [{ name: 'A', value: 'b' }],
      input_files: [{ from: 'gs://bucket/build/tok/repo/src', to: '/io/src' }],
      timeout: 900,
      resources: { cpu: '0.25', memory: 'standard', storage: '10Gi', preemptible: false },
      port: 5000,
      network: 'private',
      secrets: [{ namespace: 'ns', name: 's', mount_path: '/s' }],
      service_account: { namespace: 'ns', name: 'admin' },
      regions: ['here'],
      unconfined: true,
    },
  ])
})

test('splits become jobs, and dependents wait for all of them', () => {
  const planned = jobs(`
steps:
  - {kind: runImage, name: a, image: x, script: x, numSplits: 2, outputs: [{from: /io/o, to: /o}]}
  - {kind: runImage, name: b, image: x, script: x, dependsOn: [a]}
`)
  expect(planned.map((job) => [job.attributes['name'], job.in_update_parent_ids])).toEqual([
    ['a_0', []],
    ['a_1', []],
    ['b', [1, 2]],
  ])
  expect(planned[1]?.env).toEqual([
    { name: 'HAIL_RUN_IMAGE_SPLITS', value: '2' },
    { name: 'HAIL_RUN_IMAGE_SPLIT_INDEX', value: '1' },
  ])
  expect(planned.slice(0, 2).map((job) => job.output_files?.[0]?.to)).toEqual([
    'gs://bucket/build/tok/a_0/o',
    'gs://bucket/build/tok/a_1/o',
  ])
})

test('a dependency that is not built in the scope is not waited for', () => {
  const [only] = jobs(`
steps:
  - {kind: runImage, name: a, image: x, script: x, scopes: [deploy]}
  - {kind: runImage, name: b, image: x, script: 'echo {{ a.token }}', dependsOn: [a]}
`)
  expect(only).toMatchObject({
    job_id: 1,
    in_update_parent_ids: [],
    process: { command: ['bash', '-c', 'echo t-a'] },
  })
})

test('all errors are told at once, with step, place and remedy', () => {
  expect(
    errors(`steps:
  - kind: buildImage2
    name: image
    dockerFile: Dockerfile
    publishAs: image
  - kind: runImage
    name: a
    image: {valueFrom: image.image}
    script: |
      true
      echo {{ code.nothing }}
    secrets: [{name: {valueFrom: nobody.name}, namespace: ns, mountPath: /s}]
    dependsOn: [image]
`),
  ).toEqual([
    {
      code: 'kind-not-supported',
      sentence: 'Step "image": kind buildImage2 needs images and a cluster, and none are configured.',
      step: 'image',
      line: 2,
      column: 5,
      remedy: 'Configure the installation, make it a runImage step, or keep it out of this scope.',
    },
    expect.objectContaining({
      code: 'bad-reference',
      sentence: 'Step "a": image refers to "image.image", which gives no text.',
      line: 6,
    }),
    expect.objectContaining({
      code: 'undefined-name',
      sentence: 'Step "a": in line 2 of its script, "code.nothing" is not defined.',
      step: 'a',
    }),
    expect.objectContaining({
      code: 'bad-reference',
      sentence: 'Step "a": secrets.0.name refers to "nobody.name", which gives no text.',
    }),
  ])
})

test('a file without anything to run is an error, not a batch without jobs', () => {
  expect(errors('steps: []').map((error) => error.code)).toEqual(['no-steps'])
})
