import type { Failure, Sha } from '@headgate/core'
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import type { GithubClient, GraphqlError } from '../client.js'
import { permanent, transient } from '../failure.js'
import { ask } from '../query/answer.js'
import { nodesOf, nullable, PageInfo, present } from '../query/codec.js'

/** Everything that was reported on one commit, with who, when, and for which branch. */
export const COMMIT_REPORTS = `
query CommitReports($owner: String!, $name: String!, $oid: GitObjectID!, $after: String) {
  repository(owner: $owner, name: $name) {
    object(oid: $oid) {
      ... on Commit {
        statusCheckRollup {
          contexts(first: 100, after: $after) {
            pageInfo { hasNextPage endCursor }
            nodes {
              __typename
              ... on CheckRun { name conclusion startedAt completedAt checkSuite { app { slug } branch { name } } }
              ... on StatusContext { context statusState: state createdAt creator { login } }
            }
          }
        }
      }
    }
  }
}`

const RawReport = t.intersection([
  t.type({ __typename: t.string }),
  t.partial({
    name: t.string,
    conclusion: nullable(t.string),
    startedAt: nullable(t.string),
    completedAt: nullable(t.string),
    checkSuite: nullable(
      t.partial({
        app: nullable(t.type({ slug: t.string })),
        branch: nullable(t.type({ name: t.string })),
      }),
    ),
    context: t.string,
    statusState: t.string,
    createdAt: t.string,
    creator: nullable(t.type({ login: t.string })),
  }),
])
type RawReport = t.TypeOf<typeof RawReport>

const Contexts = t.intersection([t.type({ pageInfo: PageInfo }), nodesOf(RawReport)])
type Contexts = t.TypeOf<typeof Contexts> | undefined
const Answer = t.type({
  repository: t.type({
    object: nullable(t.partial({ statusCheckRollup: nullable(t.type({ contexts: Contexts })) })),
  }),
})

/** One check as its reporter left it. Times in epoch milliseconds. */
export interface Report {
  readonly name: string
  /** The slug of the app, or the login of who set a status. */
  readonly reporter: string | undefined
  /** GitHub's word, upper case; undefined: not done. */
  readonly state: string | undefined
  /** The branch whose push it answers; undefined where GitHub does not say, or the branch is gone. */
  readonly branch: string | undefined
  readonly startedAt: number | undefined
  readonly endedAt: number | undefined
}

const time = (text: string | null | undefined): number | undefined => {
  const at = Date.parse(text ?? '')
  return Number.isNaN(at) ? undefined : at
}

/** Empty for a kind of check that GitHub has invented since. */
const reportOf = (raw: RawReport): ReadonlyArray<Report> => {
  if (raw.__typename === 'CheckRun' && raw.name !== undefined)
    return [
      {
        name: raw.name,
        reporter: raw.checkSuite?.app?.slug,
        state: raw.conclusion ?? undefined,
        branch: raw.checkSuite?.branch?.name,
        startedAt: time(raw.startedAt),
        endedAt: time(raw.completedAt),
      },
    ]
  if (raw.__typename === 'StatusContext' && raw.context !== undefined) {
    const at = time(raw.createdAt)
    const common = { name: raw.context, reporter: raw.creator?.login, branch: undefined }
    return [{ ...common, state: raw.statusState, startedAt: at, endedAt: at }]
  }
  return []
}

/** A forge that does not know the branch of a suite: time tells instead. */
const isBranchMissing = ({ path }: GraphqlError): boolean => path.endsWith('.checkSuite.branch')

const PAGES_MAX = 50

interface Repository {
  readonly owner: string
  readonly name: string
}

const readPage = async (
  client: GithubClient,
  { owner, name }: Repository,
  oid: Sha,
  after: string | null,
): Promise<E.Either<Failure, Contexts>> => {
  const call = { access: 'read', document: COMMIT_REPORTS, variables: { owner, name, oid, after } } as const
  const answer = await ask(client, call, Answer, isBranchMissing)
  if (E.isLeft(answer)) return answer
  const { object } = answer.right.repository
  return object === null || object === undefined
    ? E.left(transient('CommitNotFound', `GitHub does not show the commit ${oid} (yet).`))
    : E.right(object.statusCheckRollup?.contexts)
}

/** Reads all reports on a commit. */
export const readReports = async (
  client: GithubClient,
  repository: Repository,
  oid: Sha,
): Promise<E.Either<Failure, ReadonlyArray<Report>>> => {
  const found: Report[] = []
  let after: string | null = null
  for (let page = 0; page < PAGES_MAX; page++) {
    const contexts: E.Either<Failure, Contexts> = await readPage(client, repository, oid, after)
    if (E.isLeft(contexts)) return contexts
    found.push(...present(contexts.right).flatMap(reportOf))
    if (contexts.right?.pageInfo.hasNextPage !== true) return E.right(found)
    after = contexts.right.pageInfo.endCursor ?? null
  }
  return E.left(permanent('TooManyChecks', `${oid} has more than ${PAGES_MAX * 100} checks.`))
}
