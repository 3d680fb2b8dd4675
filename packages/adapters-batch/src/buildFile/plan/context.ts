import type { Step } from '../kinds/step.js'
import { imagesOf } from './buildImage.js'
import { namespaceOf } from './createNamespace.js'
import type { PlanRequest, TemplateData } from './request.js'

/** What the templates of dependents see of a step. */
const stepData = (step: Step, request: PlanRequest): TemplateData => {
  const token = request.tokenOf(step.name)
  const { installation } = request
  if (installation === undefined) return { token }
  switch (step.kind) {
    case 'buildImage':
    case 'buildImage2':
      return { token, image: imagesOf(step, request, installation).image }
    case 'createNamespace':
      return { token, kind: step.kind, name: namespaceOf(step, request, installation) }
    case 'createDatabase2':
      return {
        token,
        admin_secret_name: `sql-${step.databaseName}-admin-config`,
        user_secret_name: `sql-${step.databaseName}-user-config`,
      }
    case 'deploy':
    case 'runImage':
      return { token }
  }
}

/** The context of a step's templates; its dependencies come last, in the order of dependsOn. */
export const contextOf = (
  step: Step,
  known: ReadonlyMap<string, Step>,
  request: PlanRequest,
): TemplateData => ({
  global: request.global,
  token: request.tokenOf(step.name),
  deploy: request.scope === 'deploy',
  scope: request.scope,
  code: request.code,
  ci_storage_uri: request.storageUri,
  ...Object.fromEntries(
    step.dependsOn.flatMap((name) => {
      const dependency = known.get(name)
      return dependency === undefined ? [] : [[name, stepData(dependency, request)]]
    }),
  ),
})
