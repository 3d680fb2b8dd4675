/** `@headgate/adapters-batch`: `build.yaml`, and a client of Hail Batch. The local Batch is behind `/local`. */
export { decodeBuildFile } from './buildFile/decode.js'
export type { BuildFile } from './buildFile/decode.js'
export type { BuildFileError, Place } from './buildFile/error.js'
export type { CommonStep, Scope, Text } from './buildFile/kinds/common.js'
export type { RunImageStep } from './buildFile/kinds/runImage.js'
export type { Step } from './buildFile/kinds/step.js'
export { planJobs } from './buildFile/plan/plan.js'
export type { PlanRequest, TemplateData } from './buildFile/plan/request.js'
export { renderTemplate } from './buildFile/render.js'
export type { RenderFailure } from './buildFile/render.js'
export { requestedSteps, selectSteps } from './buildFile/select.js'
export type { Selection, SelectionRequest } from './buildFile/select.js'
export { makeBatchClient } from './client/client.js'
export type { BatchClient, BatchQuery } from './client/client.js'
export { isPassing } from './client/codecs.js'
export type {
  BatchStatus,
  BillingProject,
  JobAttempt,
  JobEntry,
  JobGroupStatus,
  JobLog,
  JobStatus,
} from './client/codecs.js'
export { tokenFromCommand, tokenFromFile } from './client/credentials.js'
export type { TokenSource } from './client/credentials.js'
export type { BatchClientError } from './client/error.js'
export type { BatchClientOptions } from './client/http.js'
export type { BatchSubmission, BatchUpdate } from './client/submit.js'
export type { FilePair, JobSpec, Resources, Secret, ServiceAccount } from './jobSpec.js'
export { makeBatchInterpreter } from './interpret.js'
export type { BatchInterpreter } from './interpret.js'
export { branchAttribute } from './interpret/deps.js'
export type { BatchInterpreterDeps, CommitSource } from './interpret/deps.js'
export { isBatchEffect } from './interpret/effect.js'
export type { BatchEffect } from './interpret/effect.js'
