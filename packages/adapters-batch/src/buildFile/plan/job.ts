import type { FilePair } from '../../jobSpec.js'
import type { CommonStep } from '../kinds/common.js'
import type { Installation, PlanRequest } from './request.js'
import type { PlannedJob } from './resolve.js'

/** Where the batch's files are. */
export const remoteOf = (request: PlanRequest): string => `${request.storageUri}/build/${request.token}`

/** A step's inputs as copies from storage. */
export const inputsOf = (step: CommonStep, request: PlanRequest): ReadonlyArray<FilePair> =>
  step.inputs.map(({ from, to }) => ({ from: `${remoteOf(request)}${from}`, to }))

/** A job of the CI's own making that runs a script. */
export const scriptJob = (
  name: string,
  image: string,
  script: string,
  request: PlanRequest,
  shell = 'bash',
): PlannedJob => ({
  always_run: false,
  process: { type: 'docker', command: [shell, '-c', script], image, mount_docker_socket: false },
  attributes: { name },
  ...(request.regions === undefined ? {} : { regions: request.regions }),
})

/** May make namespaces and deploy. */
export const agentOf = (installation: Installation) => ({
  namespace: installation.defaultNamespace,
  name: 'ci-agent',
})

/** Whether this is a CI under test: it has one namespace, and makes none. */
export const isUnderTest = (installation: Installation): boolean =>
  installation.defaultNamespace !== 'default'

/** Prints the lines of a service's log for people. */
export const PRETTY_LOG =
  "jq -Rr '. as $raw | try (fromjson | if .hail_log == 1 then     " +
  '([.severity, .asctime, .filename, .funcNameAndLine, .message, .exc_info] | @tsv)' +
  "     else $raw end) catch $raw'"
