import { GraphQLError, type GraphQLFieldResolver } from 'graphql'
import type * as E from 'fp-ts/lib/Either.js'
import { isLeft } from 'fp-ts/lib/Either.js'
import type { Refusal } from '../failure.js'
import type { PullRow, RepoRow, UserRow } from '../store/rows.js'
import type { World } from '../world.js'

/** A value of a GraphQL type: its fields, or functions of (arguments, asking) that give them. */
export type Node = { readonly __typename: string; readonly [field: string]: unknown }

/** What every resolver is given beside its arguments; the makers let types refer to each other both ways. */
export type Asking = {
  readonly world: World
  readonly actor: UserRow
  readonly repositoryNode: (world: World, repo: RepoRow) => Node
  readonly pullNode: (world: World, pull: PullRow) => Node
}

/** A refusal as the GraphQL error GitHub would give. */
const refusalError = (refusal: Refusal): GraphQLError =>
  new GraphQLError(refusal.message, { extensions: { type: refusal.type } })

/** The value of an operation; a refusal becomes the field's error. */
export const orError = <A>(result: E.Either<Refusal, A>): A => {
  if (isLeft(result)) throw refusalError(result.left)
  return result.right
}

/** "Could not resolve to ..." */
export const unresolved = (what: string): GraphQLError =>
  new GraphQLError(`Could not resolve to ${what}`, { extensions: { type: 'NOT_FOUND' } })

/** A field of GitHub's schema that this server does not keep is an error that says so, never a silent null. */
export const fieldOf: GraphQLFieldResolver<unknown, Asking> = (source, args: unknown, asking, info) => {
  if (typeof source !== 'object' || source === null) return undefined
  const known = Object.hasOwn(source, info.fieldName)
  if (!known)
    throw new GraphQLError(`The local GitHub does not keep ${info.parentType.name}.${info.fieldName}.`, {
      extensions: { type: 'NOT_IMPLEMENTED' },
    })
  const value = (source as Readonly<Record<string, unknown>>)[info.fieldName]
  return typeof value === 'function' ? (value(args, asking) as unknown) : value
}
