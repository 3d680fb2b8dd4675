/** Attributes make a batch findable after a restart; they are all that is known of a batch made in an earlier life. */
import * as E from 'fp-ts/lib/Either.js'
import { isSome, none, some, type Option } from 'fp-ts/lib/Option.js'
import * as t from 'io-ts'
import {
  batchId,
  PrNumber,
  RunId,
  RunPurpose,
  Sha,
  type BatchState,
  type DeployBatchSnapshot,
  type EffectOf,
  type TestBatchSnapshot,
} from '@headgate/core'
import { isPassing, type BatchStatus } from '../client/codecs.js'
import { branchAttribute, type BatchInterpreterDeps } from './deps.js'

type Attributes = Readonly<Record<string, string>>

/**
 * Whose test it is. Several that are tested as one chain have no `pr`: found again after a loss of memory, their batch must
 * not pass for evidence about any one of them. `prs` and `sources` are for people.
 */
const memberAttributes = ({ members }: EffectOf<'SubmitTestBatch'>): Attributes => {
  const [member, ...others] = members
  if (member === undefined) return {}
  if (others.length === 0) return { pr: String(member.pr) }
  return {
    prs: members.map(({ pr }) => pr).join(' '),
    sources: members.map(({ source }) => source).join(' '),
  }
}

const subjectOf = ({ purpose, base, members }: EffectOf<'SubmitTestBatch'>): string => {
  if (purpose === 'head') return `head ${base.slice(0, 7)}`
  const numbers = members.map(({ pr }) => pr).join(', ')
  return members.length > 1 ? `PRs ${numbers}` : `PR ${numbers}`
}

/** Attributes of a test batch. */
export const testAttributes = (
  deps: BatchInterpreterDeps,
  effect: EffectOf<'SubmitTestBatch'>,
): Attributes => ({
  test: '1',
  ...memberAttributes(effect),
  ...(isSome(effect.sourceBranch) ? { source_branch: effect.sourceBranch.value } : {}),
  target_branch: branchAttribute(deps.branch),
  source_sha: effect.members.at(-1)?.source ?? effect.base,
  target_sha: effect.base,
  tested_sha: effect.commit,
  ...(isSome(effect.tree) ? { tested_tree: effect.tree.value } : {}),
  purpose: effect.purpose,
  namespace: deps.namespace,
  token: effect.run,
  name: `test ${subjectOf(effect)} on ${branchAttribute(deps.branch)}`,
  reason: effect.reason,
  batch_type: 'test',
})

/** Attributes of a deploy batch. */
export const deployAttributes = (
  deps: BatchInterpreterDeps,
  effect: EffectOf<'SubmitDeployBatch'>,
): Attributes => ({
  deploy: '1',
  target_branch: branchAttribute(deps.branch),
  sha: effect.sha,
  namespace: deps.namespace,
  token: effect.run,
  name: `deploy ${branchAttribute(deps.branch)}`,
  batch_type: 'deploy',
})

/** A batch's state as evidence, and whether it is over. */
export interface Standing {
  readonly state: BatchState
  readonly complete: boolean
}

/**
 * What a batch's status says. `success` only of a batch that is over with every job succeeded; one that has no jobs
 * yet (created, not committed) is still to run, whatever Batch calls it.
 */
export const standingOf = (batch: BatchStatus): Standing => {
  if (batch.n_jobs === 0 && batch.state !== 'cancelled') return { state: 'running', complete: false }
  switch (batch.state) {
    case 'failure':
    case 'cancelled':
      return { state: batch.state, complete: batch.complete }
    case 'open':
    case 'running':
      return { state: 'running', complete: false }
    case 'success':
    case 'complete':
      if (!batch.complete) return { state: 'running', complete: false }
      return { state: isPassing(batch) ? 'success' : 'failure', complete: true }
  }
}

const decoded = <A>(codec: t.Decoder<unknown, A>, value: unknown): Option<A> => {
  const result = codec.decode(value)
  return E.isRight(result) ? some(result.right) : none
}

/** As `decoded`, for an attribute that may be absent; a present one that makes no sense is a `none` outside. */
const decodedIfPresent = <A>(codec: t.Decoder<unknown, A>, value: string | undefined): Option<Option<A>> => {
  if (value === undefined) return some(none)
  const result = decoded(codec, value)
  return isSome(result) ? some(result) : none
}

const NumberFromText = new t.Type<PrNumber, number, unknown>(
  'PrNumberFromText',
  PrNumber.is,
  (u, c) =>
    typeof u === 'string' && /^[0-9]{1,15}$/.test(u) ? PrNumber.validate(Number(u), c) : t.failure(u, c),
  Number,
)

/** Whether a batch is this installation's, about this branch. */
export const isOurs = (deps: BatchInterpreterDeps, batch: BatchStatus): boolean =>
  batch.attributes?.['target_branch'] === branchAttribute(deps.branch) &&
  batch.attributes['namespace'] === deps.namespace &&
  (deps.user === undefined || batch.user === deps.user)

/** The test batch that the attributes speak of; none when they are somebody else's or incomplete. */
export const testSnapshot = (batch: BatchStatus): Option<TestBatchSnapshot> => {
  const attributes = batch.attributes ?? {}
  if (attributes['test'] !== '1') return none
  // The token is what makes a submit happen once; an attribute that says otherwise was not written by this program.
  if (attributes['token'] !== batch.token) return none
  const run = decoded(RunId, attributes['token'])
  const purpose = decoded(RunPurpose, attributes['purpose'])
  const source = decoded(Sha, attributes['source_sha'])
  const target = decoded(Sha, attributes['target_sha'])
  const pr = decodedIfPresent(NumberFromText, attributes['pr'])
  const commit = decodedIfPresent(Sha, attributes['tested_sha'])
  const tree = decodedIfPresent(Sha, attributes['tested_tree'])
  const complete = isSome(run) && isSome(purpose) && isSome(source) && isSome(target)
  if (!complete || !isSome(pr) || !isSome(commit) || !isSome(tree)) return none
  return some({
    batchId: batchId(batch.id),
    run: run.value,
    purpose: purpose.value,
    pr: pr.value,
    source: source.value,
    target: target.value,
    commit: commit.value,
    tree: tree.value,
    ...standingOf(batch),
  })
}

/** The deploy batch that the attributes speak of; none when they are somebody else's or incomplete. */
export const deploySnapshot = (batch: BatchStatus): Option<DeployBatchSnapshot> => {
  const attributes = batch.attributes ?? {}
  if (attributes['deploy'] !== '1' || attributes['token'] !== batch.token) return none
  const run = decoded(RunId, attributes['token'])
  const commit = decoded(Sha, attributes['sha'])
  if (!isSome(run) || !isSome(commit)) return none
  return some({ batchId: batchId(batch.id), run: run.value, sha: commit.value, ...standingOf(batch) })
}
