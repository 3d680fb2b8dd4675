import type { Failure, PrNumber } from '@headgate/core'
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import type { GithubClient } from '../client.js'
import { ask } from './answer.js'
import { nodesOf, nullable, present } from './codec.js'

/** Whether a pull request is still open, and what was said on it last. */
export const CONVERSATION = `
query Conversation($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) { state comments(last: 100) { nodes { body } } }
  }
}`

const Answer = t.type({
  repository: t.type({
    pullRequest: nullable(t.type({ state: t.string, comments: nodesOf(t.type({ body: t.string })) })),
  }),
})

/** The state of a pull request and its newest hundred comments; undefined when there is none. */
export const readConversation = async (
  client: GithubClient,
  { owner, name }: { readonly owner: string; readonly name: string },
  number: PrNumber,
): Promise<
  E.Either<Failure, { readonly state: string; readonly comments: ReadonlyArray<string> } | undefined>
> => {
  const call = { access: 'read', document: CONVERSATION, variables: { owner, name, number } } as const
  const answer = await ask(client, call, Answer)
  if (E.isLeft(answer)) return answer
  const found = answer.right.repository.pullRequest
  return E.right(
    found
      ? { state: found.state, comments: present(found.comments).map((comment) => comment.body) }
      : undefined,
  )
}
