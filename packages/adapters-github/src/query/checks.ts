import type { CheckSnapshot, Failure, Sha } from '@headgate/core'
import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import * as t from 'io-ts'
import type { GithubClient } from '../client.js'
import { permanent, transient } from '../failure.js'
import { ask } from './answer.js'
import { nodesOf, nullable, PageInfo, present } from './codec.js'

/** The fields of a check rollup; used by every document that reads checks. */
export const CHECKS_FRAGMENT = `
fragment Checks on StatusCheckRollup {
  contexts(first: 100, after: $checksAfter) {
    pageInfo { hasNextPage endCursor }
    nodes {
      __typename
      ... on CheckRun { name conclusion checkSuite { app { slug } } }
      ... on StatusContext { context statusState: state creator { login } }
    }
  }
}`

/** The further checks of a commit that has more than a hundred. */
export const COMMIT_CHECKS = `
query CommitChecks($owner: String!, $name: String!, $oid: GitObjectID!, $checksAfter: String) {
  repository(owner: $owner, name: $name) {
    object(oid: $oid) { ... on Commit { statusCheckRollup { ...Checks } } }
  }
}
${CHECKS_FRAGMENT}`

const Login = nullable(t.type({ login: t.string }))
const CheckContext = t.intersection([
  t.type({ __typename: t.string }),
  t.partial({
    name: t.string,
    conclusion: nullable(t.string),
    checkSuite: nullable(t.type({ app: nullable(t.type({ slug: t.string })) })),
    context: t.string,
    statusState: t.string,
    creator: Login,
  }),
])
type CheckContext = t.TypeOf<typeof CheckContext>

/** A rollup, as `CHECKS_FRAGMENT` asks for it. */
export const Rollup = t.type({
  contexts: t.intersection([t.type({ pageInfo: PageInfo }), nodesOf(CheckContext)]),
})
export type Rollup = t.TypeOf<typeof Rollup>

const Answer = t.type({
  repository: t.type({ object: nullable(t.partial({ statusCheckRollup: nullable(Rollup) })) }),
})

/** Empty for a kind of check that GitHub has invented since. */
const snapshot = (raw: CheckContext): ReadonlyArray<CheckSnapshot> => {
  switch (raw.__typename) {
    case 'CheckRun':
      return raw.name === undefined
        ? []
        : [
            {
              name: raw.name,
              state: O.fromNullable(raw.conclusion),
              reporter: O.fromNullable(raw.checkSuite?.app?.slug),
            },
          ]
    case 'StatusContext':
      return raw.context === undefined
        ? []
        : [
            {
              name: raw.context,
              state: O.fromNullable(raw.statusState),
              reporter: O.fromNullable(raw.creator?.login),
            },
          ]
    default:
      return []
  }
}

/** The checks on the first page of a rollup. */
export const firstChecks = (rollup: Rollup | null | undefined): ReadonlyArray<CheckSnapshot> =>
  rollup === null || rollup === undefined ? [] : snapshots(rollup)

const snapshots = (rollup: Rollup): ReadonlyArray<CheckSnapshot> => present(rollup.contexts).flatMap(snapshot)

/** At most this many pages of a hundred checks are read of one commit. */
const PAGES_MAX = 50

/** All checks of a commit, given the first page of its rollup (none: it has no checks). */
export const allChecks = async (
  client: GithubClient,
  repository: { readonly owner: string; readonly name: string },
  oid: Sha,
  first: Rollup | null | undefined,
): Promise<E.Either<Failure, ReadonlyArray<CheckSnapshot>>> => {
  const found = [...firstChecks(first)]
  let page = first?.contexts.pageInfo
  for (let n = 1; page?.hasNextPage === true; n++) {
    if (n >= PAGES_MAX)
      return E.left(permanent('TooManyChecks', `${oid} has more than ${PAGES_MAX * 100} checks.`))
    const variables = { ...repository, oid, checksAfter: page.endCursor }
    const answer = await ask(client, { access: 'read', document: COMMIT_CHECKS, variables }, Answer)
    if (E.isLeft(answer)) return answer
    const rollup = answer.right.repository.object?.statusCheckRollup
    if (rollup === null || rollup === undefined)
      return E.left(transient('ChecksVanished', `The checks of ${oid} could not be read to the end.`))
    found.push(...snapshots(rollup))
    page = rollup.contexts.pageInfo
  }
  return E.right(found)
}
