import {
  dependenciesIn,
  prNumber,
  type Failure,
  type PrNumber,
  type PullRequestFate,
  type PullRequestSnapshot,
  type ReviewDecision,
} from '@headgate/core'
import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import * as t from 'io-ts'
import type { GithubClient, GraphqlError } from '../client.js'
import { ObjectId } from '../objectId.js'
import { ask } from './answer.js'
import { allChecks, CHECKS_FRAGMENT, Rollup } from './checks.js'
import { nodesOf, nullable, present } from './codec.js'

/**
 * What a snapshot needs. GitHub allows a hundred labels on a pull request; of reviewers beyond a hundred, approvals go
 * uncounted, which holds back and never lets through. Of the files the first hundred must do, here and in the read of a
 * whole branch alike: they make a queue faster, never safer, and are not worth requests of their own.
 */
export const PULL_REQUEST_FRAGMENT = `
fragment Snapshot on PullRequest {
  number title body isDraft state baseRefName headRefOid headRefName reviewDecision
  author { login }
  labels(first: 100) { nodes { name } }
  files(first: 100) { nodes { path } }
  latestOpinionatedReviews(first: 100, writersOnly: true) { nodes { state commit { oid } } }
  statusCheckRollup { ...Checks }
}
${CHECKS_FRAGMENT}`

/** One pull request by number. */
export const PULL_REQUEST = `
query PullRequest($owner: String!, $name: String!, $number: Int!, $checksAfter: String) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) { ...Snapshot mergeCommit { oid } }
  }
}
${PULL_REQUEST_FRAGMENT}`

/** A pull request as `PULL_REQUEST_FRAGMENT` asks for it. */
export const RawPullRequest = t.type({
  number: t.refinement(t.number, (n) => Number.isSafeInteger(n) && n > 0, 'PullRequestNumber'),
  title: t.string,
  body: t.string,
  isDraft: t.boolean,
  state: t.string,
  baseRefName: t.string,
  headRefOid: ObjectId,
  headRefName: t.string,
  reviewDecision: nullable(t.string),
  author: nullable(t.type({ login: t.string })),
  labels: nullable(nodesOf(t.type({ name: t.string }))),
  files: nullable(nodesOf(t.type({ path: t.string }))),
  latestOpinionatedReviews: nullable(
    nodesOf(t.type({ state: t.string, commit: nullable(t.type({ oid: ObjectId })) })),
  ),
  statusCheckRollup: nullable(Rollup),
})
export type RawPullRequest = t.TypeOf<typeof RawPullRequest>

const Answer = t.type({
  repository: t.type({
    pullRequest: nullable(
      t.intersection([RawPullRequest, t.type({ mergeCommit: nullable(t.type({ oid: ObjectId })) })]),
    ),
  }),
})

/** No decision, and a decision that GitHub has invented since, both count as none. */
const decision = (word: string | null | undefined): ReviewDecision =>
  word === 'APPROVED' || word === 'CHANGES_REQUESTED' || word === 'REVIEW_REQUIRED' ? word : 'NONE'

/** The login GitHub shows for an account that was deleted. */
const GHOST = 'ghost'

/** Completes a raw pull request with its further checks. */
export const toSnapshot = async (
  client: GithubClient,
  repository: { readonly owner: string; readonly name: string },
  raw: RawPullRequest,
): Promise<E.Either<Failure, PullRequestSnapshot>> => {
  const checks = await allChecks(client, repository, raw.headRefOid, raw.statusCheckRollup)
  if (E.isLeft(checks)) return checks
  const approving = present(raw.latestOpinionatedReviews).filter((review) => review.state === 'APPROVED')
  return E.right({
    number: prNumber(raw.number),
    title: raw.title,
    author: raw.author?.login ?? GHOST,
    source: raw.headRefOid,
    sourceBranch: raw.headRefName,
    draft: raw.isDraft,
    labels: present(raw.labels).map((label) => label.name),
    reviewDecision: decision(raw.reviewDecision),
    approvedShas: [...new Set(approving.flatMap((review) => (review.commit ? [review.commit.oid] : [])))],
    checks: checks.right,
    paths: [...new Set(present(raw.files).map((file) => file.path))],
    dependsOn: dependenciesIn(raw.body, `${repository.owner}/${repository.name}`),
  })
}

/** A diff that is too much for GitHub: without the files a queue is slower, without the read there is none. */
export const isFilesMissing = ({ path }: GraphqlError): boolean => path.endsWith('.files')

/** Asks what became of a pull request; `Elsewhere` when it is open against another branch. */
export const readPullRequest = async (
  client: GithubClient,
  repository: { readonly owner: string; readonly name: string },
  branch: string,
  number: PrNumber,
): Promise<E.Either<Failure, PullRequestFate>> => {
  const call = { access: 'read', document: PULL_REQUEST, variables: { ...repository, number } } as const
  // A number that is an issue, or was deleted by GitHub's staff, is an error at exactly this place.
  const answer = await ask(
    client,
    call,
    Answer,
    (error) =>
      isFilesMissing(error) || (error.type === 'NOT_FOUND' && error.path === 'repository.pullRequest'),
  )
  if (E.isLeft(answer)) return answer
  const raw = answer.right.repository.pullRequest
  if (raw === null || raw === undefined) return E.right({ _tag: 'Closed' })
  if (raw.state === 'MERGED') return E.right({ _tag: 'Merged', commit: O.fromNullable(raw.mergeCommit?.oid) })
  if (raw.state !== 'OPEN') return E.right({ _tag: 'Closed' })
  if (raw.baseRefName !== branch) return E.right({ _tag: 'Elsewhere' })
  const snapshot = await toSnapshot(client, repository, raw)
  return E.isLeft(snapshot) ? snapshot : E.right({ _tag: 'Open', snapshot: snapshot.right })
}
