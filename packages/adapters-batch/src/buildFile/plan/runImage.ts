import * as E from 'fp-ts/lib/Either.js'
import { sequenceS } from 'fp-ts/lib/Apply.js'
import * as RA from 'fp-ts/lib/ReadonlyArray.js'
import type { FilePair, Secret, ServiceAccount } from '../../jobSpec.js'
import type { RunImageStep } from '../kinds/runImage.js'
import { inputsOf, remoteOf } from './job.js'
import type { PlanRequest, TemplateData } from './request.js'
import { render, resolve, validation, type PlannedJob, type PlannedStep, type Result } from './resolve.js'

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
  const inputs = inputsOf(step, request)
  const outputs: ReadonlyArray<FilePair> = step.outputs.map(({ from, to }) => ({
    from,
    to: `${remoteOf(request)}${split.outputPrefix}${to}`,
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
): Result<PlannedStep> => {
  const resolved: Result<Resolved> = sequenceS(validation)({
    image: resolve(step, 'image', step.image, context),
    script: render(step, 'its script', step.script, context),
    account: accountOf(step, context),
    secrets: secretsOf(step, context),
  })
  return E.isLeft(resolved)
    ? resolved
    : E.right({
        jobs: splitsOf(step).map((split) => jobOf(step, split, resolved.right, request)),
        chained: false,
      })
}
