import * as E from 'fp-ts/lib/Either.js'
import { sequenceS } from 'fp-ts/lib/Apply.js'
import * as NEA from 'fp-ts/lib/NonEmptyArray.js'
import * as RA from 'fp-ts/lib/ReadonlyArray.js'
import type { FilePair, JobSpec, Secret, ServiceAccount } from '../../jobSpec.js'
import type { BuildFileError } from '../error.js'
import type { Text } from '../kinds/common.js'
import type { RunImageStep } from '../kinds/runImage.js'
import { renderTemplate } from '../render.js'
import { expandText } from './context.js'
import type { PlanRequest, TemplateData } from './request.js'

/** A job without its place in a batch. */
export type PlannedJob = Omit<JobSpec, 'job_id' | 'in_update_parent_ids' | 'absolute_parent_ids'>

type Result<A> = E.Either<NEA.NonEmptyArray<BuildFileError>, A>

/** Collects the errors of all parts. */
const validation = E.getApplicativeValidation(NEA.getSemigroup<BuildFileError>())

const resolve = (step: RunImageStep, what: string, value: Text, context: TemplateData): Result<string> => {
  const expanded = expandText(value, context)
  if (E.isRight(expanded)) return expanded
  return E.left([
    {
      code: 'bad-reference',
      sentence: `Step "${step.name}": ${what} refers to "${expanded.left}", which gives no text.`,
      ...step.place,
      step: step.name,
      remedy: 'Refer to a field that a step in dependsOn provides, or to global or code.',
    },
  ])
}

const renderScript = (step: RunImageStep, context: TemplateData): Result<string> => {
  const rendered = renderTemplate(step.script, context)
  if (E.isRight(rendered)) return rendered
  const { code, sentence, line } = rendered.left
  return E.left([
    {
      code,
      sentence: `Step "${step.name}": in ${line === undefined ? 'its script' : `line ${line} of its script`}, ${sentence}.`,
      ...step.place,
      step: step.name,
      remedy:
        code === 'undefined-name'
          ? 'Correct the name, or add the step that provides it to dependsOn.'
          : 'Correct the template.',
    },
  ])
}

const accountOf = (step: RunImageStep, context: TemplateData): Result<ServiceAccount | undefined> => {
  const account = step.serviceAccount
  if (account === undefined) return E.right(undefined)
  const namespace = resolve(step, 'serviceAccount.namespace', account.namespace, context)
  return E.isLeft(namespace) ? namespace : E.right({ namespace: namespace.right, name: account.name })
}

const secretsOf = (step: RunImageStep, context: TemplateData): Result<ReadonlyArray<Secret>> =>
  RA.traverseWithIndex(validation)((index, secret: RunImageStep['secrets'][number]) =>
    sequenceS(validation)({
      namespace: resolve(step, `secrets.${index}.namespace`, secret.namespace, context),
      name: resolve(step, `secrets.${index}.name`, secret.name, context),
      mount_path: E.right(secret.mountPath),
    }),
  )(step.secrets)

/** Which of a step's `numSplits` jobs this is. */
type Split = {
  readonly name: string
  readonly env: Readonly<Record<string, string>>
  readonly outputPrefix: string
}

const splitsOf = (step: RunImageStep): ReadonlyArray<Split> =>
  step.numSplits === 1
    ? [{ name: step.name, env: {}, outputPrefix: '' }]
    : Array.from({ length: step.numSplits }, (_, index) => ({
        name: `${step.name}_${index}`,
        env: { HAIL_RUN_IMAGE_SPLITS: String(step.numSplits), HAIL_RUN_IMAGE_SPLIT_INDEX: String(index) },
        // Splits must not overwrite each other's outputs.
        outputPrefix: `/${step.name}_${index}`,
      }))

type Resolved = {
  readonly image: string
  readonly script: string
  readonly account: ServiceAccount | undefined
  readonly secrets: ReadonlyArray<Secret>
}

const jobOf = (step: RunImageStep, split: Split, resolved: Resolved, request: PlanRequest): PlannedJob => {
  const remote = `${request.storageUri}/build/${request.token}`
  const inputs: ReadonlyArray<FilePair> = step.inputs.map(({ from, to }) => ({
    from: `${remote}${from}`,
    to,
  }))
  const outputs: ReadonlyArray<FilePair> = step.outputs.map(({ from, to }) => ({
    from,
    to: `${remote}${split.outputPrefix}${to}`,
  }))
  const env = Object.entries({ ...step.env, ...split.env }).map(([name, value]) => ({ name, value }))
  const regions = step.regions ?? request.regions
  return {
    always_run: step.alwaysRun,
    process: {
      type: 'docker',
      command: ['bash', '-c', resolved.script],
      image: resolved.image,
      mount_docker_socket: false,
    },
    attributes: { name: split.name },
    ...(env.length === 0 ? {} : { env }),
    ...(inputs.length === 0 ? {} : { input_files: inputs }),
    ...(outputs.length === 0 ? {} : { output_files: outputs }),
    timeout: step.timeout,
    ...(step.resources === undefined ? {} : { resources: step.resources }),
    ...(step.port === undefined ? {} : { port: step.port }),
    network: step.network,
    ...(resolved.secrets.length === 0 ? {} : { secrets: resolved.secrets }),
    ...(resolved.account === undefined ? {} : { service_account: resolved.account }),
    ...(regions === undefined ? {} : { regions }),
    ...(step.unconfined ? { unconfined: true } : {}),
  }
}

/** The jobs of a `runImage` step: one, or one per split. All of the step's errors are told at once. */
export const planRunImage = (
  step: RunImageStep,
  context: TemplateData,
  request: PlanRequest,
): Result<ReadonlyArray<PlannedJob>> => {
  const resolved: Result<Resolved> = sequenceS(validation)({
    image: resolve(step, 'image', step.image, context),
    script: renderScript(step, context),
    account: accountOf(step, context),
    secrets: secretsOf(step, context),
  })
  return E.isLeft(resolved)
    ? resolved
    : E.right(splitsOf(step).map((split) => jobOf(step, split, resolved.right, request)))
}
