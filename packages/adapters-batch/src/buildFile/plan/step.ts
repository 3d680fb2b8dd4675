import * as E from 'fp-ts/lib/Either.js'
import type { Step } from '../kinds/step.js'
import { cleanUpImage, planBuildImage } from './buildImage.js'
import { planCreateDatabase2 } from './createDatabase2.js'
import { cleanUpNamespace, planCreateNamespace } from './createNamespace.js'
import { logsAfterDeploy, planDeploy } from './deploy.js'
import type { PlanRequest, TemplateData } from './request.js'
import type { PlannedJob, PlannedStep, Result } from './resolve.js'
import { planRunImage } from './runImage.js'

const unsupported = (step: Step): Result<never> =>
  E.left([
    {
      code: 'kind-not-supported',
      sentence: `Step "${step.name}": kind ${step.kind} needs images and a cluster, and none are configured.`,
      ...step.place,
      step: step.name,
      remedy: 'Configure the installation, make it a runImage step, or keep it out of this scope.',
    },
  ])

/** The jobs of a step. All of its errors are told at once. */
export const planStep = (step: Step, context: TemplateData, request: PlanRequest): Result<PlannedStep> => {
  if (step.kind === 'runImage') return planRunImage(step, context, request)
  const { installation } = request
  if (installation === undefined) return unsupported(step)
  switch (step.kind) {
    case 'buildImage':
    case 'buildImage2':
      return planBuildImage(step, context, request, installation)
    case 'createNamespace':
      return E.right(planCreateNamespace(step, request, installation))
    case 'deploy':
      return planDeploy(step, context, request, installation)
    case 'createDatabase2':
      return planCreateDatabase2(step, context, request, installation)
  }
}

/** The job that runs when a step and all that depends on it are over, whatever came of them; undefined: none. */
export const cleanUpStep = (
  step: Step,
  context: () => TemplateData,
  request: PlanRequest,
): PlannedJob | undefined => {
  const { installation } = request
  if (installation === undefined) return undefined
  switch (step.kind) {
    case 'buildImage':
    case 'buildImage2':
      return cleanUpImage(step, request, installation)
    case 'createNamespace':
      return cleanUpNamespace(step, request, installation)
    case 'deploy':
      return logsAfterDeploy(step, context(), request, installation)
    case 'createDatabase2':
    case 'runImage':
      return undefined
  }
}
