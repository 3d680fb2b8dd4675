import { execute, GraphQLError, parse, validate, type DocumentNode } from 'graphql'
import * as E from 'fp-ts/lib/Either.js'
import { findRepo, findUser } from '../store/lookups.js'
import type { UserRow } from '../store/rows.js'
import { iso } from '../time.js'
import type { World } from '../world.js'
import { actorNode, viewerNode } from './actor.js'
import { fieldOf, unresolved, type Asking, type Node } from './answer.js'
import { mutations } from './mutations.js'
import { nodeById } from './node.js'
import { pullNode } from './pull.js'
import { repositoryNode } from './repository.js'
import { githubSchema } from './schema.js'

/** A GraphQL request as it came over the wire. */
export type Request = {
  readonly query: string
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined
  readonly operationName?: string | null | undefined
}

/** What is left of an hour's allowance, in points. */
export type Allowance = { readonly limit: number; readonly used: number; readonly resetAt: number }

const queries = (allowance: Allowance) => ({
  repository: ({ owner, name }: { readonly owner: string; readonly name: string }, { world }: Asking) => {
    const repo = findRepo(world.db, owner, name)
    if (repo === undefined) throw unresolved(`a Repository with the name '${owner}/${name}'.`)
    return repositoryNode(world, repo)
  },
  viewer: (_: unknown, { world, actor }: Asking) => viewerNode(world, actor),
  user: ({ login }: { readonly login: string }, { world }: Asking) => {
    const found = findUser(world.db, login)
    if (found === undefined) throw unresolved(`a User with the login of '${login}'.`)
    return actorNode(world, found)
  },
  node: ({ id }: { readonly id: string }, { world }: Asking) => nodeById(world, id),
  nodes: (
    { ids }: { readonly ids: ReadonlyArray<string> },
    { world }: Asking,
  ): ReadonlyArray<Promise<Node | null>> => ids.map((id) => nodeById(world, id)),
  rateLimit: {
    cost: 1,
    limit: allowance.limit,
    nodeCount: 0,
    used: allowance.used,
    remaining: allowance.limit - allowance.used,
    resetAt: iso(allowance.resetAt),
  },
})

/** GitHub puts the type of an error beside its message, and tells nothing of its own defects. */
const errorJson = (error: GraphQLError) => {
  const own = error.originalError === undefined || error.originalError instanceof GraphQLError
  if (!own) return { path: error.path, message: 'Something went wrong while executing your query.' }
  const type = error.extensions.type
  return {
    ...(typeof type === 'string' ? { type } : {}),
    ...(error.path === undefined ? {} : { path: error.path }),
    ...(error.locations === undefined ? {} : { locations: error.locations }),
    message: error.message,
  }
}

const parsed = (query: string): E.Either<GraphQLError, DocumentNode> =>
  E.tryCatch(
    () => parse(query),
    (error) => (error instanceof GraphQLError ? error : new GraphQLError(String(error))),
  )

/** Validating against 1600 types costs milliseconds; a client sends the same few documents over and over. */
const known = new Map<string, DocumentNode>()
const KNOWN_MAX = 500

/** Answers a GraphQL request. The answer is JSON for HTTP status 200, errors included, as at GitHub. */
export const answerGraphql = async (
  world: World,
  actor: UserRow,
  request: Request,
  allowance: Allowance,
): Promise<Readonly<Record<string, unknown>>> => {
  const schema = await githubSchema()
  const cached = known.get(request.query)
  const document = cached === undefined ? parsed(request.query) : E.right(cached)
  if (E.isLeft(document)) return { errors: [errorJson(document.left)] }
  if (cached === undefined) {
    const errors = validate(schema, document.right)
    if (errors.length > 0) return { errors: errors.map(errorJson) }
    if (known.size >= KNOWN_MAX) known.clear()
    known.set(request.query, document.right)
  }
  const contextValue: Asking = { world, actor, repositoryNode, pullNode }
  const result = await execute({
    schema,
    document: document.right,
    rootValue: { ...queries(allowance), ...mutations },
    contextValue,
    variableValues: request.variables ?? {},
    operationName: request.operationName ?? null,
    fieldResolver: fieldOf,
  })
  return {
    ...(result.data === undefined ? {} : { data: result.data }),
    ...(result.errors === undefined ? {} : { errors: result.errors.map(errorJson) }),
  }
}
