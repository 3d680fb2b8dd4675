/** The jobs of `createNamespace`; their scripts are Hail CI's, byte for byte (github.com/hail-is/hail, MIT licence). */
import type { CreateNamespaceStep } from '../kinds/createNamespace.js'
import { shellQuoted } from '../pythonShell.js'
import { agentOf, isUnderTest, scriptJob } from './job.js'
import { ownerOf, type Installation, type PlanRequest } from './request.js'
import type { PlannedJob, PlannedStep } from './resolve.js'

/** The namespace that the step gives: one of its own to a test, the developer's in scope dev. */
export const namespaceOf = (
  step: CreateNamespaceStep,
  request: PlanRequest,
  installation: Installation,
): string => {
  if (isUnderTest(installation)) return installation.defaultNamespace
  if (request.scope === 'deploy') return step.namespaceName
  return request.scope === 'dev'
    ? (request.namespace ?? ownerOf(request))
    : `${ownerOf(request)}-${step.namespaceName}-${request.tokenOf(step.name)}`
}

const namespaceManifest = (name: string): string => `apiVersion: v1
kind: Namespace
metadata:
  name: ${name}
  labels:
    for: test
---
`

const adminManifest = (step: CreateNamespaceStep, name: string): string => `kind: Role
apiVersion: rbac.authorization.k8s.io/v1
metadata:
  name: ${step.namespaceName}-admin
  namespace: ${name}
rules:
- apiGroups: [""]
  resources: ["*"]
  verbs: ["*"]
- apiGroups: ["apps"]
  resources: ["*"]
  verbs: ["*"]
---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: admin
  namespace: ${name}
---
apiVersion: v1
kind: Secret
type: kubernetes.io/service-account-token
metadata:
  name: admin-token
  namespace: ${name}
  annotations:
    kubernetes.io/service-account.name: admin
---
kind: RoleBinding
apiVersion: rbac.authorization.k8s.io/v1
metadata:
  name: admin-${step.namespaceName}-admin-binding
  namespace: ${name}
subjects:
- kind: ServiceAccount
  name: admin
  namespace: ${name}
roleRef:
  kind: Role
  name: ${step.namespaceName}-admin
  apiGroup: ""
`

const copyConfig = (step: CreateNamespaceStep, name: string): string => `
kubectl -n ${step.namespaceName} get -o json secret global-config \
  | jq '{apiVersion:"v1",kind:"Secret","type":"Opaque",metadata:{name:"global-config",namespace:"${name}"},data:(.data + {default_namespace:("${name}" | @base64)})}' \
  | kubectl -n ${name} apply -f -
`

const copySecret = (step: CreateNamespaceStep, secret: string, optional: boolean, name: string): string => `
kubectl -n ${step.namespaceName} get -o json secret ${secret} | jq 'del(.metadata) | .metadata.name = "${secret}"' | kubectl -n ${name} apply -f - ${optional ? '|| true' : ''}
`

const copies = (step: CreateNamespaceStep, name: string, cloud: string): string => {
  if (step.secrets.length === 0) return ''
  const config = step.namespaceName === 'default' ? copyConfig(step, name) : ''
  const secrets = step.secrets
    .filter(({ clouds }) => clouds === undefined || clouds.includes(cloud))
    .map((secret) => copySecret(step, secret.name, secret.optional === true, name))
  return config + secrets.join('')
}

/** The job that makes the namespace, its administrator and its copies of secrets; none in a CI under test. */
export const planCreateNamespace = (
  step: CreateNamespaceStep,
  request: PlanRequest,
  installation: Installation,
): PlannedStep => {
  if (isUnderTest(installation)) return { jobs: [], chained: false }
  const name = namespaceOf(step, request, installation)
  const manifest = `${request.scope === 'dev' ? '' : namespaceManifest(name)}${adminManifest(step, name)}`
  const secrets = request.scope === 'deploy' ? '' : copies(step, name, installation.cloud)
  const script = `
set -ex
date

echo ${shellQuoted(manifest)} | kubectl apply -f -
${secrets}
date
`
  const job: PlannedJob = {
    ...scriptJob(step.name, installation.ciUtilsImage, script, request),
    network: 'private',
    service_account: agentOf(installation),
  }
  return { jobs: [job], chained: false }
}

/** Deletes a test's namespace when all that may use it is over. */
export const cleanUpNamespace = (
  step: CreateNamespaceStep,
  request: PlanRequest,
  installation: Installation,
): PlannedJob | undefined => {
  if (request.scope !== 'test' || isUnderTest(installation)) return undefined
  const script = `
set -x
date

until kubectl delete namespace --ignore-not-found=true ${namespaceOf(step, request, installation)}
do
    echo 'failed, will sleep 2 and retry'
    sleep 2
done

date
true
`
  return {
    ...scriptJob(`cleanup_${step.name}`, installation.ciUtilsImage, script, request),
    always_run: true,
    network: 'private',
    service_account: agentOf(installation),
  }
}
