/** The two effects that make a batch. */
import * as E from 'fp-ts/lib/Either.js'
import { none, some } from 'fp-ts/lib/Option.js'
import { batchId, type EffectOf, type Event } from '@headgate/core'
import type { JobSpec } from '../jobSpec.js'
import type { BatchClientError } from '../client/error.js'
import { deployAttributes, testAttributes } from './attributes.js'
import { codeOfDeploy, codeOfTest } from './code.js'
import type { BatchInterpreterDeps } from './deps.js'
import { effectFailed, failureOf } from './failure.js'
import { jobsOf } from './jobs.js'

/** The batch of this token, if it was made and is whole; one that is still open is not. */
const madeBefore = async (deps: BatchInterpreterDeps, token: string): Promise<number | undefined> => {
  const found = await deps.client.listBatches({ attributes: { token }, limit: 10 })()
  if (E.isLeft(found)) return undefined
  return found.right.find((batch) => batch.token === token && batch.closed && batch.n_jobs > 0)?.id
}

/**
 * Makes the batch. When it can't be known whether it was made, it is looked up by its token before anything else; if
 * that shows nothing, the failure says that it is unknown, and the next try, by the same token, can't make a second one.
 */
const create = async (
  deps: BatchInterpreterDeps,
  token: string,
  attributes: Readonly<Record<string, string>>,
  jobs: ReadonlyArray<JobSpec>,
): Promise<E.Either<BatchClientError, number>> => {
  const made = await deps.client.createBatch({
    token,
    attributes,
    jobs,
    ...(deps.callbackUrl === undefined ? {} : { callback: deps.callbackUrl }),
  })()
  if (E.isRight(made) || made.left.kind !== 'unknown') return made
  const id = await madeBefore(deps, token)
  return id === undefined ? made : E.right(id)
}

/** Reads, selects, plans and submits the test of a prepared commit (or of the head itself). */
export const submitTest = async (
  deps: BatchInterpreterDeps,
  effect: EffectOf<'SubmitTestBatch'>,
): Promise<Event> => {
  const jobs = await jobsOf(deps, {
    scope: 'test',
    commit: effect.commit,
    base: effect.purpose === 'head' ? none : some(effect.base),
    labels: effect.labels,
    code: codeOfTest(deps, effect),
    token: effect.run,
  })
  const answers = effect.id
  if (E.isLeft(jobs)) {
    const at = deps.now()
    if (jobs.left._tag === 'Unread') return effectFailed(at, answers, jobs.left.failure)
    const code = jobs.left._tag === 'Missing' ? 'BuildFileMissing' : 'BuildFileInvalid'
    return { _tag: 'TestBatchRejected', at, answers, code, text: jobs.left.text }
  }
  const made = await create(deps, effect.run, testAttributes(deps, effect), jobs.right)
  return E.isLeft(made)
    ? effectFailed(deps.now(), answers, failureOf(made.left))
    : { _tag: 'TestBatchSubmitted', at: deps.now(), answers, batchId: batchId(made.right) }
}

/** Reads, plans and submits the deploy of a head. */
export const submitDeploy = async (
  deps: BatchInterpreterDeps,
  effect: EffectOf<'SubmitDeployBatch'>,
): Promise<Event> => {
  const jobs = await jobsOf(deps, {
    scope: 'deploy',
    commit: effect.sha,
    base: none,
    labels: [],
    code: codeOfDeploy(deps, effect),
    token: effect.run,
  })
  const answers = effect.id
  if (E.isLeft(jobs))
    return jobs.left._tag === 'Unread'
      ? effectFailed(deps.now(), answers, jobs.left.failure)
      : { _tag: 'DeployBatchRejected', at: deps.now(), answers, text: jobs.left.text }
  const made = await create(deps, effect.run, deployAttributes(deps, effect), jobs.right)
  return E.isLeft(made)
    ? effectFailed(deps.now(), answers, failureOf(made.left))
    : { _tag: 'DeployBatchSubmitted', at: deps.now(), answers, batchId: batchId(made.right) }
}
