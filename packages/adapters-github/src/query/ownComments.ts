import type { Failure, PrNumber } from '@headgate/core'
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import type { GithubClient } from '../client.js'
import { ask } from './answer.js'
import { nodesOf, nullable, PageInfo, present } from './codec.js'

/** What we ourselves have said on a pull request: what others write may look the same. */
export const OWN_COMMENTS = `
query OwnComments($owner: String!, $name: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      comments(first: 100, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes { databaseId body viewerDidAuthor }
      }
    }
  }
}`

const Comments = t.intersection([
  nodesOf(t.type({ databaseId: nullable(t.number), body: t.string, viewerDidAuthor: t.boolean })),
  t.type({ pageInfo: PageInfo }),
])
const Answer = t.type({ repository: t.type({ pullRequest: nullable(t.type({ comments: Comments })) }) })

export interface OwnComment {
  readonly id: number
  readonly body: string
}

/** More than any conversation has; a forge that never ends a list is not followed for ever. */
const PAGES_MAX = 50

const ownIn = (comments: t.TypeOf<typeof Comments>): ReadonlyArray<OwnComment> =>
  present(comments).flatMap(({ databaseId, body, viewerDidAuthor }) =>
    viewerDidAuthor && typeof databaseId === 'number' ? [{ id: databaseId, body }] : [],
  )

/** Our own comments on a pull request, oldest first; none where there is no such pull request. */
export const readOwnComments = async (
  client: GithubClient,
  { owner, name }: { readonly owner: string; readonly name: string },
  number: PrNumber,
): Promise<E.Either<Failure, ReadonlyArray<OwnComment>>> => {
  const own: OwnComment[] = []
  let after: string | null | undefined
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const variables = { owner, name, number, after: after ?? null }
    const answer = await ask(client, { access: 'read', document: OWN_COMMENTS, variables }, Answer)
    if (E.isLeft(answer)) return answer
    const comments = answer.right.repository.pullRequest?.comments
    if (!comments) break
    own.push(...ownIn(comments))
    after = comments.pageInfo.endCursor
    if (!comments.pageInfo.hasNextPage || !after) break
  }
  return E.right(own)
}
