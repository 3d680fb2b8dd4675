/** From a commit to the jobs of its batch. */
import { createHash } from 'node:crypto'
import * as E from 'fp-ts/lib/Either.js'
import { isNone, type Option } from 'fp-ts/lib/Option.js'
import type { Failure, Sha } from '@headgate/core'
import { decodeBuildFile } from '../buildFile/decode.js'
import type { Scope } from '../buildFile/kinds/common.js'
import { planJobs } from '../buildFile/plan/plan.js'
import type { PlanRequest, TemplateData } from '../buildFile/plan/request.js'
import { selectSteps, type Selection } from '../buildFile/select.js'
import type { JobSpec } from '../jobSpec.js'
import type { BatchInterpreterDeps } from './deps.js'
import { buildFileText } from './failure.js'

/** Why there are no jobs: the commit's own fault (final), or a read that failed. */
export type NoJobs =
  | { readonly _tag: 'Missing'; readonly text: string }
  | { readonly _tag: 'Invalid'; readonly text: string }
  | { readonly _tag: 'Unread'; readonly failure: Failure }

/** What jobs are wanted. */
export interface JobsRequest {
  readonly scope: Scope
  readonly commit: Sha
  /** The commit to compare with; none: every step is wanted. */
  readonly base: Option<Sha>
  readonly labels: ReadonlyArray<string>
  readonly code: TemplateData
  readonly token: string
}

const tokenOfStep =
  (batchToken: string) =>
  (step: string): string =>
    createHash('sha256').update(`${batchToken}/${step}`).digest('hex').slice(0, 10)

const changesOf = async (
  deps: BatchInterpreterDeps,
  request: JobsRequest,
): Promise<E.Either<Failure, ReadonlyArray<string> | undefined>> => {
  if (isNone(request.base)) return E.right(undefined)
  const changes = await deps.source.changedFiles(request.base.value, request.commit)
  return E.isLeft(changes) ? changes : E.right(isNone(changes.right) ? undefined : changes.right.value)
}

type Manifests = ReadonlyMap<string, string>

/** The manifests that the chosen steps deploy, as they are in the commit; one that is not there is left out. */
const manifestsOf = async (
  deps: BatchInterpreterDeps,
  commit: Sha,
  { steps, built }: Selection,
): Promise<E.Either<Failure, Manifests>> => {
  const paths = steps.flatMap((step) => (step.kind === 'deploy' && built.has(step.name) ? [step.config] : []))
  const manifests = new Map<string, string>()
  for (const path of new Set(paths)) {
    const text = await deps.source.readFile(commit, path)
    if (E.isLeft(text)) return text
    if (!isNone(text.right)) manifests.set(path, text.right.value)
  }
  return E.right(manifests)
}

const planRequestOf = (
  deps: BatchInterpreterDeps,
  request: JobsRequest,
  manifests: Manifests,
): PlanRequest => ({
  scope: request.scope,
  code: request.code,
  global: { ...(deps.cloud === undefined ? {} : { cloud: deps.cloud }), ...deps.global },
  storageUri: deps.storageUri,
  token: request.token,
  tokenOf: tokenOfStep(request.token),
  manifestOf: (path) => manifests.get(path),
  ...(deps.installation === undefined
    ? {}
    : { installation: { ...deps.installation, cloud: deps.cloud ?? 'gcp' } }),
})

const missing: NoJobs = {
  _tag: 'Missing',
  text: 'build.yaml: The commit that would land has no build.yaml. Add one at the root of the repository.',
}

/** Reads build.yaml from the commit, chooses its steps and plans their jobs. */
export const jobsOf = async (
  deps: BatchInterpreterDeps,
  request: JobsRequest,
): Promise<E.Either<NoJobs, ReadonlyArray<JobSpec>>> => {
  const text = await deps.source.readFile(request.commit, 'build.yaml')
  if (E.isLeft(text)) return E.left({ _tag: 'Unread', failure: text.left })
  if (isNone(text.right)) return E.left(missing)
  const file = decodeBuildFile(text.right.value)
  if (E.isLeft(file)) return E.left({ _tag: 'Invalid', text: buildFileText(file.left) })
  const changes = await changesOf(deps, request)
  if (E.isLeft(changes)) return E.left({ _tag: 'Unread', failure: changes.left })
  const selection = selectSteps(file.right, {
    scope: request.scope,
    cloud: deps.cloud,
    changedFiles: changes.right,
    labels: request.labels,
  })
  const manifests = await manifestsOf(deps, request.commit, selection)
  if (E.isLeft(manifests)) return E.left({ _tag: 'Unread', failure: manifests.left })
  const jobs = planJobs(selection, planRequestOf(deps, request, manifests.right))
  return E.isLeft(jobs) ? E.left({ _tag: 'Invalid', text: buildFileText(jobs.left) }) : jobs
}
