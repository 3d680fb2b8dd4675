import type { Failure, PullRequestSnapshot, Sha } from '@headgate/core'
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import type { GithubClient, GraphqlError } from '../client.js'
import { permanent, transient } from '../failure.js'
import { ObjectId } from '../objectId.js'
import { ask } from './answer.js'
import { nodesOf, nullable, PageInfo, present } from './codec.js'
import { isFilesMissing, PULL_REQUEST_FRAGMENT, RawPullRequest, toSnapshot } from './pullRequest.js'

/**
 * The head, the required checks and one page of the open pull requests. Three sources of required checks, because each
 * is hidden from some: `branchProtectionRule` from tokens without administration, `refUpdateRule` from none but it knows
 * no rulesets, `rules` holds the rulesets.
 */
export const BRANCH = `
query Branch(
  $owner: String!, $name: String!, $ref: String!, $branch: String!, $after: String, $checksAfter: String
) {
  repository(owner: $owner, name: $name) {
    ref(qualifiedName: $ref) {
      target { oid }
      branchProtectionRule { requiredStatusCheckContexts }
      refUpdateRule { requiredStatusCheckContexts }
      rules(first: 100) {
        nodes { parameters { ... on RequiredStatusChecksParameters { requiredStatusChecks { context } } } }
      }
    }
    pullRequests(
      states: [OPEN], baseRefName: $branch, first: 50, after: $after, orderBy: { field: CREATED_AT, direction: ASC }
    ) {
      pageInfo { hasNextPage endCursor }
      nodes { ...Snapshot }
    }
  }
}
${PULL_REQUEST_FRAGMENT}`

/** The head alone. */
export const HEAD = `
query Head($owner: String!, $name: String!, $ref: String!) {
  repository(owner: $owner, name: $name) {
    ref(qualifiedName: $ref) { target { oid } }
  }
}`

const Contexts = nullable(t.partial({ requiredStatusCheckContexts: nullable(t.array(nullable(t.string))) }))
const Target = t.type({ target: nullable(t.type({ oid: ObjectId })) })
const Rule = t.type({
  parameters: nullable(t.partial({ requiredStatusChecks: nullable(t.array(t.type({ context: t.string }))) })),
})
const Ref = t.intersection([
  Target,
  t.partial({ branchProtectionRule: Contexts, refUpdateRule: Contexts, rules: nullable(nodesOf(Rule)) }),
])
const BranchAnswer = t.type({
  repository: t.type({
    ref: nullable(Ref),
    pullRequests: t.intersection([t.type({ pageInfo: PageInfo }), nodesOf(RawPullRequest)]),
  }),
})
const HeadAnswer = t.type({ repository: t.type({ ref: nullable(Target) }) })

/** What one read of a branch shows. */
export interface BranchReading {
  readonly head: Sha
  readonly requiredChecks: ReadonlyArray<string>
  readonly pullRequests: ReadonlyArray<PullRequestSnapshot>
}

/** Where to read: a repository and a branch, apart. */
export interface BranchPlace {
  readonly owner: string
  readonly name: string
  readonly branch: string
}

const names = (contexts: t.TypeOf<typeof Contexts>): ReadonlyArray<string> =>
  (contexts?.requiredStatusCheckContexts ?? []).flatMap((name) => (typeof name === 'string' ? [name] : []))

const required = (ref: t.TypeOf<typeof Ref>): ReadonlyArray<string> => {
  const fromRules = present(ref.rules).flatMap((rule) => rule.parameters?.requiredStatusChecks ?? [])
  const all = [
    ...names(ref.branchProtectionRule),
    ...names(ref.refUpdateRule),
    ...fromRules.map((check) => check.context),
  ]
  return [...new Set(all)].sort()
}

/**
 * Holes in the answer that hide no required check: a token without administration may not read the protection rule (the
 * update rule says the same to everyone), and a forge that keeps no rulesets says so.
 */
const hidesNothing = ({ path, type }: GraphqlError): boolean =>
  (path === 'repository.ref.branchProtectionRule' &&
    (type === 'FORBIDDEN' || type === 'INSUFFICIENT_SCOPES')) ||
  (path === 'repository.ref.rules' && type === 'NOT_IMPLEMENTED')

const tolerable = (error: GraphqlError): boolean => hidesNothing(error) || isFilesMissing(error)

const missing = (place: BranchPlace): Failure =>
  permanent('BranchMissing', `${place.owner}/${place.name} has no branch "${place.branch}".`)

/** At most this many pages of fifty pull requests are read. */
const PAGES_MAX = 400

const readPage = (client: GithubClient, { owner, name, branch }: BranchPlace, after: string | undefined) => {
  const variables = { owner, name, branch, ref: `refs/heads/${branch}`, after: after ?? null }
  return ask(client, { access: 'read', document: BRANCH, variables }, BranchAnswer, tolerable)
}

/** Reads the head (as of the first page), the required checks and every open pull request against the branch. */
export const readBranch = async (
  client: GithubClient,
  place: BranchPlace,
): Promise<E.Either<Failure, BranchReading>> => {
  const { branch } = place
  const raws = new Map<number, RawPullRequest>()
  let first: t.TypeOf<typeof Ref> | undefined
  let after: string | undefined
  for (let page = 0; page < PAGES_MAX; page++) {
    const answer: E.Either<Failure, t.TypeOf<typeof BranchAnswer>> = await readPage(client, place, after)
    if (E.isLeft(answer)) return answer
    const { ref, pullRequests } = answer.right.repository
    if (ref === null || ref === undefined) return E.left(missing(place))
    const nodes = pullRequests.nodes ?? []
    // A pull request left out would pass for a closed one.
    if (nodes.some((node) => node === null || node === undefined))
      return E.left(transient('PartialAnswer', 'GitHub left out a pull request.'))
    first ??= ref
    present(pullRequests)
      .filter((raw) => raw.state === 'OPEN' && raw.baseRefName === branch)
      .forEach((raw) => raws.set(raw.number, raw))
    const { hasNextPage, endCursor } = pullRequests.pageInfo
    if (!hasNextPage) return complete(client, place, first, [...raws.values()])
    if (endCursor === null || endCursor === undefined || endCursor === after)
      return E.left(transient('PartialAnswer', 'GitHub promised more pull requests and gave no way to them.'))
    after = endCursor
  }
  return E.left(permanent('TooManyPullRequests', `More than ${PAGES_MAX * 50} pull requests are open.`))
}

const complete = async (
  client: GithubClient,
  place: BranchPlace,
  ref: t.TypeOf<typeof Ref>,
  raws: ReadonlyArray<RawPullRequest>,
): Promise<E.Either<Failure, BranchReading>> => {
  if (ref.target === null || ref.target === undefined) return E.left(missing(place))
  const pullRequests: PullRequestSnapshot[] = []
  for (const raw of raws) {
    const snapshot = await toSnapshot(client, place, raw)
    if (E.isLeft(snapshot)) return snapshot
    pullRequests.push(snapshot.right)
  }
  return E.right({ head: ref.target.oid, requiredChecks: required(ref), pullRequests })
}

/** Reads the head of the branch. */
export const readHead = async (client: GithubClient, place: BranchPlace): Promise<E.Either<Failure, Sha>> => {
  const { owner, name, branch } = place
  const variables = { owner, name, ref: `refs/heads/${branch}` }
  const answer = await ask(client, { access: 'read', document: HEAD, variables }, HeadAnswer)
  if (E.isLeft(answer)) return answer
  const oid = answer.right.repository.ref?.target?.oid
  return oid === undefined ? E.left(missing(place)) : E.right(oid)
}
