import type { Failure, Sha } from '@headgate/core'
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import type { GithubClient } from '../client.js'
import { transient } from '../failure.js'
import { ObjectId } from '../objectId.js'
import { ask } from './answer.js'
import { nodesOf, nullable, present } from './codec.js'

/** The parents and the tree of a commit. */
export const COMMIT = `
query Commit($owner: String!, $name: String!, $oid: GitObjectID!) {
  repository(owner: $owner, name: $name) {
    object(oid: $oid) { ... on Commit { tree { oid } parents(first: 100) { nodes { oid } } } }
  }
}`

const CommitAnswer = t.type({
  repository: t.type({
    object: nullable(
      t.partial({ tree: t.type({ oid: ObjectId }), parents: nodesOf(t.type({ oid: ObjectId })) }),
    ),
  }),
})

interface Repository {
  readonly owner: string
  readonly name: string
}

/** Parents in order, and the tree. A commit that the forge does not show (yet) is a transient failure. */
export const readCommit = async (
  client: GithubClient,
  { owner, name }: Repository,
  oid: Sha,
): Promise<E.Either<Failure, { readonly parents: ReadonlyArray<Sha>; readonly tree: Sha }>> => {
  const call = { access: 'read', document: COMMIT, variables: { owner, name, oid } } as const
  const answer = await ask(client, call, CommitAnswer)
  if (E.isLeft(answer)) return answer
  const { tree, parents } = answer.right.repository.object ?? {}
  return tree === undefined || parents === undefined
    ? E.left(transient('CommitNotFound', `GitHub does not show the commit ${oid} (yet).`))
    : E.right({ parents: present(parents).map((parent) => parent.oid), tree: tree.oid })
}
