import { createHash } from 'node:crypto'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import type { RunImageStep } from '../../src/index.js'
import { decodeBuildFile, planJobs, selectSteps, type JobSpec, type PlanRequest } from '../../src/index.js'
import { planRunImage } from '../../src/buildFile/plan/runImage.js'
import { referenceText, skipReason } from '../support/reference.js'

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
  return planJobs(file.right, selection, wanted)
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
      sentence:
        'Step "image": kind buildImage2 needs Hail Batch images or Kubernetes; this version runs runImage only.',
      step: 'image',
      line: 2,
      column: 5,
      remedy: 'Make it a runImage step, or keep it out of this scope.',
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

type RecordedJob = Readonly<Record<string, unknown>> & { readonly name: string }
type Recorded = {
  readonly scope: 'test' | 'deploy' | 'dev'
  readonly code_config: Readonly<Record<string, unknown>>
  readonly namespace: string
  readonly step_tokens: Readonly<Record<string, string>>
  readonly jobs: ReadonlyArray<RecordedJob>
}

describe.skipIf(skipReason !== undefined)('the recorded jobs of the reference', () => {
  const scope = { test: 'test-pr-12345', deploy: 'deploy', dev: 'dev' }

  /** What the kinds that are not built here would give to templates. */
  const dataOf = (recorded: Recorded, step: Readonly<Record<string, unknown>>, prefix: string) => {
    const token = recorded.step_tokens[String(step['name'])]
    switch (step['kind']) {
      case 'buildImage2':
        return { token, image: `${prefix}/${String(step['publishAs'])}:${scope[recorded.scope]}-${token}` }
      case 'createNamespace':
        return { token, kind: 'createNamespace', name: recorded.namespace }
      case 'createDatabase2':
        return { token, user_secret_name: `sql-${String(step['databaseName'])}-user-config` }
      default:
        return { token }
    }
  }

  const expected = (job: RecordedJob) => {
    const pairs = (value: unknown) =>
      (value as [string, string][] | null)?.map(([from, to]) => ({ from, to }))
    const env = Object.entries((job['env'] ?? {}) as Record<string, string>)
    const secrets = job['secrets'] as unknown[]
    return Object.fromEntries(
      Object.entries({
        always_run: job['always_run'],
        image: job['image'],
        script: job['script_sha256'],
        attributes: job['attributes'],
        env: env.length === 0 ? undefined : env.map(([name, value]) => ({ name, value })),
        input_files: pairs(job['input_files']),
        output_files: pairs(job['output_files']),
        timeout: job['timeout'],
        resources: job['resources'] ?? undefined,
        port: job['port'] ?? undefined,
        network: job['network'],
        secrets: secrets.length === 0 ? undefined : secrets,
        service_account: job['service_account'] ?? undefined,
        regions: job['regions'],
      }).filter(([, value]) => value !== undefined),
    )
  }

  test.each([
    ['hail-build.yaml', 'jobs-test-gcp.json', 'gcp', 100],
    ['hail-build.yaml', 'jobs-test-azure.json', 'azure', 50],
    ['hail-build.yaml', 'jobs-deploy-gcp.json', 'gcp', 10],
    ['hail-build.yaml', 'jobs-dev-gcp.json', 'gcp', 100],
    ['hail-test-resources-build.yaml', 'jobs-testresources-test-gcp.json', 'gcp', 8],
  ])('runImage steps of %s in %s are built alike', async (build, vectors, cloud, least) => {
    const recorded = JSON.parse(referenceText(`vectors/${vectors}`)) as Recorded
    const inputs = JSON.parse(referenceText(`vectors/jobs-inputs-${cloud}.json`)) as {
      global_config: Record<string, string>
      env: Record<string, string>
      batch_token: string
      region: string
    }
    const { parse } = await import('yaml')
    const raw = (parse(referenceText(build), { version: '1.1' }) as { steps: Record<string, unknown>[] })
      .steps
    const rawOf = new Map(raw.map((step) => [step['name'], step]))
    const file = decodeBuildFile(referenceText(build))
    if (E.isLeft(file)) throw new Error(JSON.stringify(file.left, undefined, 1))
    const prefix = String(inputs.global_config['docker_prefix'])
    const planRequest: PlanRequest = {
      scope: recorded.scope,
      code: recorded.code_config,
      global: inputs.global_config,
      storageUri: String(inputs.env['HAIL_CI_STORAGE_URI']),
      token: inputs.batch_token,
      tokenOf: (name) => recorded.step_tokens[name] ?? '',
      regions: [inputs.region],
    }
    const byName = new Map(recorded.jobs.map((job) => [job.name, job]))
    let compared = 0
    const steps = file.right.steps.filter((step): step is RunImageStep => step.kind === 'runImage')
    for (const step of steps.filter(
      (candidate) => byName.has(candidate.name) || byName.has(`${candidate.name}_0`),
    )) {
      const context = {
        global: planRequest.global,
        token: planRequest.tokenOf(step.name),
        deploy: recorded.scope === 'deploy',
        scope: recorded.scope,
        code: planRequest.code,
        ci_storage_uri: planRequest.storageUri,
        ...Object.fromEntries(
          step.dependsOn.map((name) => [name, dataOf(recorded, rawOf.get(name) ?? {}, prefix)]),
        ),
      }
      const planned = planRunImage(step, context, planRequest)
      if (E.isLeft(planned)) throw new Error(JSON.stringify(planned.left, undefined, 1))
      for (const { process, ...job } of planned.right) {
        const name = String(job.attributes['name'])
        const script = createHash('sha256')
          .update(process.command[2] ?? '')
          .digest('hex')
        const theirs = byName.get(name)
        expect(theirs, name).toBeDefined()
        if (theirs === undefined) continue
        expect({ ...job, image: process.image, script }, name).toEqual(expected(theirs))
        compared += 1
      }
    }
    expect(compared).toBeGreaterThanOrEqual(least)
  })
})
