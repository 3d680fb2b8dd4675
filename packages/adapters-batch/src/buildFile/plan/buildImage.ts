/**
 * The jobs of `buildImage2`. Their scripts are Hail CI's, byte for byte, so that both make the same jobs
 * (github.com/hail-is/hail, MIT licence).
 */
import * as E from 'fp-ts/lib/Either.js'
import * as RA from 'fp-ts/lib/ReadonlyArray.js'
import type { BuildImageStep } from '../kinds/buildImage.js'
import { pythonJson, shellQuoted } from '../pythonShell.js'
import { inputsOf, isUnderTest, scriptJob } from './job.js'
import { ownerOf, type Installation, type PlanRequest, type TemplateData } from './request.js'
import { resolve, validation, type PlannedJob, type PlannedStep, type Result } from './resolve.js'

const RETRY = `function retry() {
    "$@" ||
        (sleep 2 && "$@") ||
        (sleep 5 && "$@");
}`

type Images = {
  readonly image: string
  /** Where layers of earlier builds are: of this owner, and of the branch. */
  readonly cache: string
  readonly branchCache: string
}

/** The names of what the step publishes. */
export const imagesOf = (step: BuildImageStep, request: PlanRequest, installation: Installation): Images => {
  const base = `${installation.dockerPrefix}/${step.publishAs}`
  const token = request.tokenOf(step.name)
  const branchCache = `${base}:cache`
  if (request.scope === 'test')
    return {
      image: `${base}:test-${ownerOf(request)}-${token}`,
      cache: `${base}:cache-${ownerOf(request)}`,
      branchCache,
    }
  if (request.scope === 'dev')
    return { image: `${base}:dev-${token}`, cache: `${base}:cache-${ownerOf(request)}`, branchCache }
  return isUnderTest(installation)
    ? {
        image: `${base}:test-deploy-${token}`,
        cache: `${base}:cache-${installation.defaultNamespace}-deploy`,
        branchCache,
      }
    : { image: `${base}:deploy-${token}`, cache: branchCache, branchCache }
}

const buildScript = (
  step: BuildImageStep,
  images: Images,
  buildArgs: ReadonlyArray<readonly [string, string]>,
  context: TemplateData,
): string => {
  const template =
    typeof step.dockerFile === 'string'
      ? step.dockerFile
      : `/home/user/Dockerfile.in.${String(context['token'])}`
  const inline =
    typeof step.dockerFile === 'string' ? '' : `echo ${shellQuoted(step.dockerFile.inline)} > ${template};\n`
  const args = buildArgs.map(([name, value]) => `--opt build-arg:${shellQuoted(name)}=${shellQuoted(value)}`)
  const directory = step.contextPath === undefined || step.contextPath === '' ? '/io' : step.contextPath
  return `
set -ex

${inline}

time python3      ~/jinja2_render.py      ${shellQuoted(pythonJson(context))}      ${template}      /home/user/Dockerfile

set +x
/bin/sh /home/user/convert-cloud-credentials-to-docker-auth-config
set -x

${RETRY}

export BUILDKITD_FLAGS='--oci-worker-no-process-sandbox --oci-worker-snapshotter=overlayfs'
export BUILDCTL_CONNECT_RETRIES_MAX=100 # https://github.com/moby/buildkit/issues/1423
retry buildctl-daemonless.sh \\
     build \\
     --frontend dockerfile.v0 \\
     --local context=${shellQuoted(directory)} \\
     --local dockerfile=/home/user \\
     --output 'type=image,"name=${shellQuoted(images.image)},${shellQuoted(images.cache)}",push=true' \\
     --export-cache type=inline \\
     --import-cache type=registry,ref=${shellQuoted(images.cache)} \\
     --import-cache type=registry,ref=${shellQuoted(images.branchCache)} \\
     ${args.join(' \\\n')} \\
     --trace=/home/user/trace
cat /home/user/trace
`
}

const argumentsOf = (
  step: BuildImageStep,
  context: TemplateData,
): Result<ReadonlyArray<readonly [string, string]>> =>
  RA.traverse(validation)((argument: BuildImageStep['buildArgs'][number]) => {
    const value = resolve(step, `buildArgs.${argument.name}`, argument.value, context)
    return E.isLeft(value) ? value : E.right([argument.name, value.right] as const)
  })(step.buildArgs)

/** The job that builds the image. */
export const planBuildImage = (
  step: BuildImageStep,
  context: TemplateData,
  request: PlanRequest,
  installation: Installation,
): Result<PlannedStep> => {
  const buildArgs = argumentsOf(step, context)
  if (E.isLeft(buildArgs)) return buildArgs
  // The last of equal names counts, in the place of the first.
  const distinct = [...new Map(buildArgs.right)]
  const script = buildScript(step, imagesOf(step, request, installation), distinct, context)
  const inputs = inputsOf(step, request)
  const job: PlannedJob = {
    ...scriptJob(step.name, installation.buildkitImage, script, request, '/bin/sh'),
    env: [{ name: 'REGISTRY', value: installation.dockerPrefix.split('/')[0] ?? '' }],
    ...(inputs.length === 0 ? {} : { input_files: inputs }),
    ...(step.resources === undefined ? {} : { resources: step.resources }),
    unconfined: true,
  }
  return E.right({ jobs: [job], chained: false })
}

const untilGone = (untag: string, show: string): string => `
until ${untag} || ! ${show}
do
    echo 'failed, will sleep 2 and retry'
    sleep 2
done

date
true
`

const azureLogin = `
set +x
cat <<EOF | tee /etc/yum.repos.d/kubernetes.repo
[kubernetes]
name=Kubernetes
baseurl=https://pkgs.k8s.io/core:/stable:/v1.31/rpm/
enabled=1
gpgcheck=1
gpgkey=https://pkgs.k8s.io/core:/stable:/v1.31/rpm/repodata/repomd.xml.key
EOF
yum install -y kubectl jq
USERNAME=$(cat $AZURE_APPLICATION_CREDENTIALS | jq -j '.appId')
PASSWORD=$(cat $AZURE_APPLICATION_CREDENTIALS | jq -j '.password')
TENANT=$(cat $AZURE_APPLICATION_CREDENTIALS | jq -j '.tenant')
az login --service-principal -u $USERNAME -p $PASSWORD --tenant $TENANT
set -x
`

const azureCleanup = (image: string, registry: string): string => {
  const where = `-n ${shellQuoted(registry)} --image ${shellQuoted(image.slice(registry.length + 1))}`
  return `${azureLogin}${untilGone(`az acr repository untag ${where}`, `az acr repository show ${where}`)}`
}

const gcpCleanup = (image: string): string => {
  const quoted = shellQuoted(image)
  return untilGone(
    `gcloud -q container images untag ${quoted}`,
    `gcloud -q container images describe ${quoted}`,
  )
}

/** Takes the image's tag away when all that may use it is over; what a deploy published stays. */
export const cleanUpImage = (
  step: BuildImageStep,
  request: PlanRequest,
  installation: Installation,
): PlannedJob | undefined => {
  if (request.scope === 'deploy' && !isUnderTest(installation)) return undefined
  const { image } = imagesOf(step, request, installation)
  const azure = installation.cloud === 'azure'
  const script = azure ? azureCleanup(image, installation.dockerPrefix) : gcpCleanup(image)
  const container = azure ? 'mcr.microsoft.com/azure-cli' : installation.ciUtilsImage
  return {
    ...scriptJob(`cleanup_${step.name}`, container, `\nset -x\ndate\n${script}`, request),
    always_run: true,
    resources: { cpu: '0.25' },
    timeout: 300,
  }
}
