import type { Failure, PrNumber, Sha } from '@headgate/core'
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import type { GithubClient } from '../client.js'
import { permanent } from '../failure.js'
import { ObjectId } from '../objectId.js'
import { ask } from './answer.js'
import type { BranchPlace } from './branch.js'
import { nullable } from './codec.js'

/** What must be known right before a landing: the head, and where the pull request stands. */
export const LANDING = `
query Landing($owner: String!, $name: String!, $ref: String!, $number: Int!) {
  repository(owner: $owner, name: $name) {
    id
    ref(qualifiedName: $ref) { target { oid } }
    pullRequest(number: $number) { id state baseRefName headRefOid mergeCommit { oid } }
  }
}`

/** The compare-and-swap: moves refs only from `beforeOid`. */
export const UPDATE_REFS = `
mutation UpdateRefs($repositoryId: ID!, $refUpdates: [RefUpdate!]!) {
  updateRefs(input: { repositoryId: $repositoryId, refUpdates: $refUpdates }) { clientMutationId }
}`

/** The forge's merge button, guarded by the source. */
export const MERGE_PULL_REQUEST = `
mutation MergePullRequest(
  $pullRequestId: ID!, $expectedHeadOid: GitObjectID!, $mergeMethod: PullRequestMergeMethod!, $commitHeadline: String
) {
  mergePullRequest(
    input: {
      pullRequestId: $pullRequestId, expectedHeadOid: $expectedHeadOid
      mergeMethod: $mergeMethod, commitHeadline: $commitHeadline
    }
  ) {
    pullRequest { state mergeCommit { oid } }
  }
}`

const Oid = nullable(t.type({ oid: ObjectId }))
const PullRequest = t.type({
  id: t.string,
  state: t.string,
  baseRefName: t.string,
  headRefOid: ObjectId,
  mergeCommit: Oid,
})
const LandingAnswer = t.type({
  repository: t.type({
    id: t.string,
    ref: nullable(t.type({ target: Oid })),
    pullRequest: nullable(PullRequest),
  }),
})
const MergeAnswer = t.type({
  mergePullRequest: nullable(
    t.type({ pullRequest: nullable(t.type({ state: t.string, mergeCommit: Oid })) }),
  ),
})

/** The forge as it stands right before (or after) a landing. */
export interface LandingView {
  readonly repositoryId: string
  readonly head: Sha
  readonly pr: PrNumber
  readonly pullRequest: t.TypeOf<typeof PullRequest>
}

/** Reads the head together with one pull request. */
export const readLanding = async (
  client: GithubClient,
  { owner, name, branch }: BranchPlace,
  pr: PrNumber,
): Promise<E.Either<Failure, LandingView>> => {
  const variables = { owner, name, ref: `refs/heads/${branch}`, number: pr }
  const answer = await ask(client, { access: 'read', document: LANDING, variables }, LandingAnswer)
  if (E.isLeft(answer)) return answer
  const { id, ref, pullRequest } = answer.right.repository
  if (!ref?.target) return E.left(permanent('BranchMissing', `${owner}/${name} has no branch "${branch}".`))
  if (!pullRequest) return E.left(permanent('NOT_FOUND', `${owner}/${name} has no pull request #${pr}.`))
  return E.right({ repositoryId: id, head: ref.target.oid, pr, pullRequest })
}

/** Moves the branch from `before` to `after`, or not at all. */
export const updateBranch = (
  client: GithubClient,
  repositoryId: string,
  branch: string,
  before: Sha,
  after: Sha,
): Promise<E.Either<Failure, unknown>> => {
  const refUpdates = [{ name: `refs/heads/${branch}`, beforeOid: before, afterOid: after, force: false }]
  return ask(
    client,
    { access: 'write', document: UPDATE_REFS, variables: { repositoryId, refUpdates } },
    t.unknown,
  )
}

/** Has the forge merge; gives the commit it made, undefined when it does not say. */
export const mergePullRequest = async (
  client: GithubClient,
  order: {
    readonly pullRequestId: string
    readonly expectedHeadOid: Sha
    readonly mergeMethod: 'MERGE' | 'SQUASH' | 'REBASE'
    readonly commitHeadline: string | null
  },
): Promise<E.Either<Failure, Sha | undefined>> => {
  const call = { access: 'write', document: MERGE_PULL_REQUEST, variables: order } as const
  const answer = await ask(client, call, MergeAnswer)
  return E.isLeft(answer) ? answer : E.right(answer.right.mergePullRequest?.pullRequest?.mergeCommit?.oid)
}
