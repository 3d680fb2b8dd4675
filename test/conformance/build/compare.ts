/** Compares what the reference made with what is made here. */
import { createHash } from 'node:crypto'
import * as E from 'fp-ts/lib/Either.js'
import {
  planJobs,
  requestedSteps,
  selectNamedSteps,
  type BuildFile,
  type JobSpec,
  type PlanRequest,
  type Selection,
} from '@headgate/adapters-batch'
import type { Inputs, JobsRecording, RecordedJob, SelectionCase } from './recording.js'

/** What one case is called, and in what it differs (nothing: equal). */
export type Compared = { readonly case: string; readonly differs: ReadonlyArray<string> }

const namesOf = (steps: Selection['steps']): ReadonlyArray<string> => steps.map(({ name }) => name)

const sameJson = (a: unknown, b: unknown): boolean => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b))

/** Keys of mappings in one order; the order of lists counts. */
const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]))
}

const differing = (theirs: object, ours: object): ReadonlyArray<string> => {
  const [left, right] = [theirs, ours] as Readonly<Record<string, unknown>>[]
  return [...new Set([...Object.keys(theirs), ...Object.keys(ours)])].filter(
    (key) => !sameJson(left?.[key], right?.[key]),
  )
}

/** A recorded selection against ours. What the line does not say is not compared. */
export const compareSelection = (file: BuildFile, recorded: SelectionCase): Compared => {
  const { scope, changed_files: files } = recorded
  const cloud = recorded.cloud ?? undefined
  const requested = requestedSteps(file, files, scope, cloud)
  const selection = selectNamedSteps(file, { scope, cloud, steps: requested, excluded: [], labels: [] })
  const all = namesOf(selection.steps)
  const ours = {
    requested: [...requested].sort(),
    closure_added: all.filter((name) => !requested.has(name)).sort(),
    not_built: all.filter((name) => !selection.built.has(name)).sort(),
    namespace: selection.steps.some(({ kind }) => kind === 'deploy'),
  }
  const theirs = {
    requested: [...recorded.requested].sort(),
    closure_added:
      recorded.closure_added === undefined ? ours.closure_added : [...recorded.closure_added].sort(),
    not_built: recorded.not_built === undefined ? ours.not_built : [...recorded.not_built].sort(),
    namespace: recorded.namespace ?? ours.namespace,
  }
  return { case: `selection ${recorded.id}`, differs: differing(theirs, ours) }
}

/** The recording's tokens: a counter, one for each step of the file, two more for each database of a test. */
const tokensOf = (file: BuildFile, scope: JobsRecording['scope']): ReadonlyMap<string, string> => {
  const names = file.steps.flatMap((step) =>
    step.kind === 'createDatabase2' && scope === 'test'
      ? [step.name, `${step.name}/admin`, `${step.name}/user`]
      : [step.name],
  )
  return new Map(names.map((name, index) => [name, `t${String(index + 1).padStart(11, '0')}`]))
}

const requestOf = (
  file: BuildFile,
  recorded: JobsRecording,
  inputs: Inputs,
  manifestOf: PlanRequest['manifestOf'],
): PlanRequest => {
  const tokens = tokensOf(file, recorded.scope)
  const env = (name: string): string => inputs.env[name] ?? ''
  return {
    scope: recorded.scope,
    code: recorded.code_config,
    global: inputs.global_config,
    storageUri: env('HAIL_CI_STORAGE_URI'),
    token: inputs.batch_token,
    tokenOf: (name) => tokens.get(name) ?? 'unknown',
    regions: [inputs.region],
    installation: {
      cloud: recorded.cloud,
      ciUtilsImage: env('HAIL_CI_UTILS_IMAGE'),
      buildkitImage: env('HAIL_BUILDKIT_IMAGE'),
      dockerPrefix: inputs.global_config['docker_prefix'] ?? '',
      defaultNamespace: env('HAIL_DEFAULT_NAMESPACE'),
      domain: inputs.global_config['domain'] ?? '',
    },
    ...(recorded.namespace === null ? {} : { namespace: recorded.namespace }),
    ...(manifestOf === undefined ? {} : { manifestOf }),
  }
}

/** Absent, null, false and empty all say the same to Batch. */
const said = (fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(fields).filter(
      ([, value]) =>
        value !== undefined &&
        value !== null &&
        value !== false &&
        !(typeof value === 'object' && Object.keys(value).length === 0),
    ),
  )

const digest = (script: string): string => createHash('sha256').update(script).digest('hex')

const theirJob = (job: RecordedJob, index: number) => said({ ...job, id: index + 1 })

const ourJob = (job: JobSpec, nameOf: ReadonlyMap<number, string>) => {
  const { process, job_id: id, in_update_parent_ids: parents, absolute_parent_ids: _, ...rest } = job
  const pairs = (files: JobSpec['input_files']) => files?.map(({ from, to }) => [from, to])
  return said({
    ...rest,
    id,
    name: job.attributes['name'],
    parents: parents.map((parent) => nameOf.get(parent)),
    image: process.image,
    command: process.command.slice(0, 2),
    script_sha256: digest(process.command[2] ?? ''),
    env: Object.fromEntries((job.env ?? []).map(({ name, value }) => [name, value])),
    input_files: pairs(job.input_files),
    output_files: pairs(job.output_files),
  })
}

const compareJobLists = (
  theirs: ReadonlyArray<RecordedJob>,
  ours: ReadonlyArray<JobSpec>,
): ReadonlyArray<Compared> => {
  const nameOf = new Map(ours.map((job) => [job.job_id, job.attributes['name'] ?? '']))
  const byName = new Map(ours.map((job) => [job.attributes['name'], job]))
  const known = new Set(theirs.map(({ name }) => name))
  const compared = theirs.map((job, index): Compared => {
    const mine = byName.get(job.name)
    const differs = mine === undefined ? ['not made'] : differing(theirJob(job, index), ourJob(mine, nameOf))
    return { case: job.name, differs }
  })
  const more = [...nameOf.values()].filter((name) => !known.has(name))
  return [...compared, ...more.map((name) => ({ case: name, differs: ['made here only'] }))]
}

/** A recording of jobs against ours: a case for the chosen steps, and one for each job. */
export const compareJobs = (
  file: BuildFile,
  recorded: JobsRecording,
  inputs: Inputs,
  manifestOf: PlanRequest['manifestOf'],
): ReadonlyArray<Compared> => {
  const selection = selectNamedSteps(file, {
    scope: recorded.scope,
    cloud: recorded.cloud,
    steps: recorded.requested_step_names ?? [],
    excluded: recorded.excluded_step_names,
    labels: recorded.pr_labels,
  })
  const services = selection.steps.flatMap((step) =>
    step.kind === 'deploy' ? step.wait.map(({ name }) => name) : [],
  )
  const steps: Compared = {
    case: 'steps',
    differs: differing(
      { steps: recorded.steps, deployed_services: recorded.deployed_services },
      { steps: namesOf(selection.steps), deployed_services: services },
    ),
  }
  const planned = planJobs(selection, requestOf(file, recorded, inputs, manifestOf))
  if (E.isRight(planned)) return [steps, ...compareJobLists(recorded.jobs, planned.right)]
  const errors = planned.left.map(({ sentence }) => sentence)
  return [steps, ...recorded.jobs.map(({ name }) => ({ case: name, differs: errors.slice(0, 3) }))]
}
