/** What reading, selecting and planning a build.yaml costs: a real file, and generated ones. */
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import * as E from 'fp-ts/lib/Either.js'
import { decodeBuildFile, planJobs, selectSteps } from '@headgate/adapters-batch'
import { median, type Outcome } from './report.js'

const reference = fileURLToPath(new URL('../../../shared/reference', import.meta.url))

const REPEATS = 7

/** Steps of every kind, each waiting for the three before it. */
const generated = (count: number): string => {
  const steps = Array.from({ length: count }, (_, index) => {
    const waits = [1, 2, 3].filter((back) => index % 20 >= back).map((back) => `s${index - back}`)
    const common = `name: s${index}, dependsOn: [${waits.join(', ')}], inputs: [{from: /repo/d${index % 100}, to: /io}]`
    return index % 20 === 0
      ? `  - {kind: buildImage2, ${common}, publishAs: i${index}, dockerFile: /io/Dockerfile}`
      : `  - {kind: runImage, ${common}, image: x, script: "run {{ code.sha }} {{ s${index - 1}.token }}"}`
  })
  return `steps:\n${steps.join('\n')}\n`
}

const globalOf = (): Readonly<Record<string, unknown>> => {
  const inputs = `${reference}/vectors/jobs-inputs-gcp.json`
  const read = existsSync(inputs)
    ? (JSON.parse(readFileSync(inputs, 'utf8')) as { global_config: object })
    : undefined
  return { cloud: 'gcp', ...read?.global_config }
}

/** Reads, selects (everything) and plans; how many jobs came of it. */
const planAll = (text: string, global: Readonly<Record<string, unknown>>): number => {
  const file = decodeBuildFile(text)
  if (E.isLeft(file)) throw new Error(file.left[0].sentence)
  const selection = selectSteps(file.right, {
    scope: 'test',
    cloud: 'gcp',
    changedFiles: undefined,
    labels: [],
  })
  const jobs = planJobs(selection, {
    scope: 'test',
    code: {
      sha: 'abc',
      number: 1,
      checkout_script: 'true',
      developers: [],
      target_sha: 'abc',
      source_sha: 'abc',
    },
    global,
    storageUri: 'gs://bucket',
    token: 'token',
    tokenOf: (name) => name,
    manifestOf: (path) => {
      const manifest = `${reference}/hail-manifests/${path}`
      return existsSync(manifest) ? readFileSync(manifest, 'utf8') : undefined
    },
    installation: {
      cloud: 'gcp',
      ciUtilsImage: 'utils',
      buildkitImage: 'buildkit',
      dockerPrefix: 'registry.test/acme',
      defaultNamespace: 'default',
      domain: 'acme.test',
    },
  })
  if (E.isLeft(jobs)) throw new Error(jobs.left[0].sentence)
  return jobs.right.length
}

const timed = (name: string, text: string) => {
  const global = globalOf()
  const samples = Array.from({ length: REPEATS }, () => {
    const [start, cpu] = [performance.now(), process.cpuUsage()]
    const jobs = planAll(text, global)
    return { ms: performance.now() - start, cpuMs: process.cpuUsage(cpu).user / 1000, jobs }
  })
  const times = samples.map(({ ms }) => ms)
  return {
    case: name,
    jobs: samples[0]?.jobs ?? 0,
    firstMs: Math.round(times[0] ?? 0),
    medianMs: Math.round(median(times)),
    // On a busy machine the clock says little; this includes the collector's threads.
    medianCpuMs: Math.round(median(samples.map(({ cpuMs }) => cpuMs))),
  }
}

/** The real file of the reference where it stands beside the checkout, and generated files. */
export const buildFigures = (): Outcome => {
  const real = `${reference}/hail-build.yaml`
  return {
    figures: [
      ...(existsSync(real) ? [timed('hail-build.yaml', readFileSync(real, 'utf8'))] : []),
      ...[100, 1_000, 10_000].map((count) => timed(`${count} generated steps`, generated(count))),
    ],
    remarks: existsSync(real) ? [] : [`No ${real}: generated files only.`],
  }
}
