import type { Failure } from '@headgate/core'
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import type { GithubClient, GraphqlError } from '../client.js'
import { permanent } from '../failure.js'
import { ask } from '../query/answer.js'
import type { BranchPlace } from '../query/branch.js'
import { CHECKS_FRAGMENT, Rollup } from '../query/checks.js'
import { nodesOf, nullable } from '../query/codec.js'

/** Everything that decides how, and whether, this service may land on a branch. */
export const PREFLIGHT = `
query Preflight($owner: String!, $name: String!, $ref: String!, $branch: String!, $checksAfter: String) {
  repository(owner: $owner, name: $name) {
    viewerPermission isArchived isDisabled mergeCommitAllowed squashMergeAllowed rebaseMergeAllowed
    ref(qualifiedName: $ref) {
      target { ... on Commit { statusCheckRollup { ...Checks } } }
      branchProtectionRule {
        requiresApprovingReviews requiresLinearHistory requiresCommitSignatures requiresStrictStatusChecks lockBranch
        requiredStatusChecks { context app { slug } }
      }
      refUpdateRule {
        requiredApprovingReviewCount requiredStatusCheckContexts requiresLinearHistory requiresSignatures viewerCanPush
      }
      rules(first: 100) {
        nodes {
          type
          parameters {
            ... on RequiredStatusChecksParameters {
              strictRequiredStatusChecksPolicy requiredStatusChecks { context }
            }
          }
        }
      }
    }
    pullRequests(baseRefName: $branch, last: 20) { nodes { statusCheckRollup { ...Checks } } }
    refs(refPrefix: "refs/heads/headgate/", last: 20) {
      nodes { target { ... on Commit { statusCheckRollup { ...Checks } } } }
    }
  }
}
${CHECKS_FRAGMENT}`

const flag = nullable(t.boolean)
const Checked = nullable(t.partial({ statusCheckRollup: nullable(Rollup) }))
const Protection = t.partial({
  requiresApprovingReviews: flag,
  requiresLinearHistory: flag,
  requiresCommitSignatures: flag,
  requiresStrictStatusChecks: flag,
  lockBranch: flag,
  requiredStatusChecks: nullable(
    t.array(t.type({ context: t.string, app: nullable(t.type({ slug: t.string })) })),
  ),
})
const UpdateRule = t.partial({
  requiredApprovingReviewCount: nullable(t.number),
  requiredStatusCheckContexts: nullable(t.array(nullable(t.string))),
  requiresLinearHistory: flag,
  requiresSignatures: flag,
  viewerCanPush: flag,
})
const Rule = t.type({
  type: t.string,
  parameters: nullable(
    t.partial({
      strictRequiredStatusChecksPolicy: t.boolean,
      requiredStatusChecks: t.array(t.type({ context: t.string })),
    }),
  ),
})
const Ref = t.partial({
  target: Checked,
  branchProtectionRule: nullable(Protection),
  refUpdateRule: nullable(UpdateRule),
  rules: nullable(nodesOf(Rule)),
})
const RawPreflight = t.partial({
  viewerPermission: nullable(t.string),
  isArchived: flag,
  isDisabled: flag,
  mergeCommitAllowed: flag,
  squashMergeAllowed: flag,
  rebaseMergeAllowed: flag,
  ref: nullable(Ref),
  pullRequests: nullable(nodesOf(t.partial({ statusCheckRollup: nullable(Rollup) }))),
  refs: nullable(nodesOf(t.type({ target: Checked }))),
})
/** The repository as `PREFLIGHT` asks for it; every part may be missing. */
export type RawPreflight = t.TypeOf<typeof RawPreflight>

const Answer = t.type({ repository: nullable(RawPreflight) })

/** What was read, and what GitHub would not show. */
export interface PreflightReading {
  readonly raw: RawPreflight
  readonly hidden: ReadonlyArray<GraphqlError>
}

/** A hole below the repository hides one thing; the rest still says a lot. */
const isHole = (error: GraphqlError): boolean => error.path.startsWith('repository.')

/** Reads the settings in one request. Left: the repository can't be read at all. */
export const readPreflight = async (
  client: GithubClient,
  { owner, name, branch }: BranchPlace,
): Promise<E.Either<Failure, PreflightReading>> => {
  const variables = { owner, name, branch, ref: `refs/heads/${branch}` }
  const holes = new Map<string, GraphqlError>()
  const noted = (error: GraphqlError): boolean => {
    if (isHole(error)) holes.set(error.path, error)
    return isHole(error)
  }
  const answer = await ask(client, { access: 'read', document: PREFLIGHT, variables }, Answer, noted)
  if (E.isLeft(answer)) return answer
  const { repository } = answer.right
  return repository === null || repository === undefined
    ? E.left(permanent('NOT_FOUND', `GitHub has no ${owner}/${name}, or does not show it.`))
    : E.right({ raw: repository, hidden: [...holes.values()] })
}
