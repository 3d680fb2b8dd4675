import { createHash } from 'node:crypto'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { decodeBuildFile } from '../../src/buildFile/decode.js'
import type { RunImageStep } from '../../src/buildFile/kinds/runImage.js'
import type { PlanRequest } from '../../src/buildFile/plan/request.js'
import { planRunImage } from '../../src/buildFile/plan/runImage.js'
import { referenceText, skipReason } from '../support/reference.js'

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
  ])('runImage steps of %s in %s are built alike', (build, vectors, cloud, least) => {
    const recorded = JSON.parse(referenceText(`vectors/${vectors}`)) as Recorded
    const inputs = JSON.parse(referenceText(`vectors/jobs-inputs-${cloud}.json`)) as {
      global_config: Record<string, string>
      env: Record<string, string>
      batch_token: string
      region: string
    }
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
