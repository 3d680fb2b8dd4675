/** The jobs of `deploy`; their scripts are Hail CI's, byte for byte (github.com/hail-is/hail, MIT licence). */
import * as E from 'fp-ts/lib/Either.js'
import { sequenceS } from 'fp-ts/lib/Apply.js'
import type { DeployStep, Wait } from '../kinds/deploy.js'
import { shellQuoted } from '../pythonShell.js'
import { agentOf, PRETTY_LOG, scriptJob } from './job.js'
import type { Installation, PlanRequest, TemplateData } from './request.js'
import { render, resolve, validation, type PlannedJob, type PlannedStep, type Result } from './resolve.js'

const logsOf = (namespace: string, { kind, name }: Wait): string =>
  `kubectl -n ${namespace} logs --tail=999999 ${kind === 'Pod' ? name : `-l app=${name}`} --all-containers=true | ${PRETTY_LOG}`

const conditionOf = (namespace: string, { name, resourceType }: Wait): string =>
  resourceType === 'statefulset'
    ? `kubectl -n ${namespace} wait --timeout=1h --for=condition=ready pods --selector=app=${name}`
    : `kubectl -n ${namespace} wait --timeout=1h --for=condition=available deployment ${name}`

const waitForRollout = (namespace: string, wait: Wait): string => `
set +e
kubectl -n ${namespace} rollout status --timeout=1h ${wait.resourceType} ${wait.name} && \
  ${conditionOf(namespace, wait)}
EC=$?
kubectl -n ${namespace} get ${wait.resourceType} -l app=${wait.name} -o yaml
kubectl -n ${namespace} get pods -l app=${wait.name} -o yaml
${logsOf(namespace, wait)}
set -e
(exit $EC)
`

const waitForPod = (namespace: string, wait: Wait): string => `
set +e
kubectl -n ${namespace} wait --timeout=1h pod --for=condition=podscheduled ${wait.name} \
  && python3 wait-for.py ${wait.timeout} ${namespace} Pod ${wait.name}
EC=$?
kubectl -n ${namespace} get pod ${wait.name} -o yaml | ${PRETTY_LOG}
${logsOf(namespace, wait)}
set -e
(exit $EC)
`

const waitFor = (namespace: string, wait: Wait): string => {
  if (wait.kind === 'Pod') return waitForPod(namespace, wait)
  return waitForRollout(
    namespace,
    wait.kind === 'Deployment' ? { ...wait, resourceType: 'deployment' } : wait,
  )
}

const scriptOf = (step: DeployStep, namespace: string, manifest: string): string => {
  const gone = step.wait
    .filter(({ kind }) => kind === 'Pod')
    .map(({ name }) => `kubectl -n ${namespace} delete --ignore-not-found pod ${name}\n`)
  const waits = step.wait.map((wait) => waitFor(namespace, wait))
  return `set -ex
date
${gone.join('')}
echo ${shellQuoted(manifest)} | kubectl -n ${namespace} apply -f -
${waits.join('')}
date
`
}

const manifestOf = (step: DeployStep, context: TemplateData, request: PlanRequest): Result<string> => {
  const template = request.manifestOf?.(step.config)
  if (template !== undefined) return render(step, step.config, template, context)
  return E.left([
    {
      code: 'missing-manifest',
      sentence: `Step "${step.name}": its config "${step.config}" is not in the repository.`,
      ...step.place,
      step: step.name,
      remedy: 'Correct the path, or add the file.',
    },
  ])
}

const attributesOf = (
  step: DeployStep,
  namespace: string,
  domain: string,
): Readonly<Record<string, string>> =>
  step.link === undefined
    ? { name: step.name }
    : { name: step.name, link: step.link.join(','), domain: `${namespace}.internal.${domain}` }

/** The job that applies the manifest and waits for what it starts. */
export const planDeploy = (
  step: DeployStep,
  context: TemplateData,
  request: PlanRequest,
  installation: Installation,
): Result<PlannedStep> => {
  const resolved = sequenceS(validation)({
    namespace: resolve(step, 'namespace', step.namespace, context),
    manifest: manifestOf(step, context, request),
  })
  if (E.isLeft(resolved)) return resolved
  const { namespace, manifest } = resolved.right
  const job: PlannedJob = {
    ...scriptJob(step.name, installation.ciUtilsImage, scriptOf(step, namespace, manifest), request),
    attributes: attributesOf(step, namespace, installation.domain),
    resources: { cpu: '0.25' },
    service_account: agentOf(installation),
  }
  return E.right({ jobs: [job], chained: false })
}

/** Prints the logs of what was deployed, when all that may use it is over. */
export const logsAfterDeploy = (
  step: DeployStep,
  context: TemplateData,
  request: PlanRequest,
  installation: Installation,
): PlannedJob | undefined => {
  const namespace = resolve(step, 'namespace', step.namespace, context)
  if (step.wait.length === 0 || E.isLeft(namespace)) return undefined
  const script = `${step.wait.map((wait) => `${logsOf(namespace.right, wait)}\n`).join('')}date\n`
  return {
    ...scriptJob(`${step.name}_logs`, installation.ciUtilsImage, script, request),
    always_run: true,
    resources: { cpu: '0.25' },
    service_account: agentOf(installation),
  }
}
