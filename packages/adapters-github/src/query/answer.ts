import type { Failure } from '@headgate/core'
import * as E from 'fp-ts/lib/Either.js'
import type { Type } from 'io-ts'
import type { GithubClient, GraphqlAnswer, GraphqlCall, GraphqlError } from '../client.js'
import { lost, permanent, transient, type Access } from '../failure.js'
import { placeOf } from '../place.js'

const FINAL = new Set([
  'NOT_FOUND',
  'FORBIDDEN',
  'UNPROCESSABLE',
  'INSUFFICIENT_SCOPES',
  'MAX_NODE_LIMIT_EXCEEDED',
])

/** GitHub's own faults, as far as their wording is known; such a mutation may still have been carried out. */
const GITHUBS_OWN = /something went wrong|timed? ?out|temporarily|internal error/i

/** What a GraphQL error means for the call. */
export const classifyGraphql = (error: GraphqlError, access: Access): Failure => {
  const where = error.path === '' ? '' : ` (at ${error.path})`
  if (error.type === 'RATE_LIMITED' || /rate limit/i.test(error.message))
    return transient('RateLimited', `GitHub limits our requests: ${error.message}`)
  if (GITHUBS_OWN.test(error.message) || /^(INTERNAL|SERVICE_UNAVAILABLE|LOADING)/.test(error.type))
    return lost(access, 'ForgeTrouble', `GitHub had trouble${where}: ${error.message}`)
  if (error.type === 'INSUFFICIENT_SCOPES')
    return permanent(error.type, `The GitHub token lacks a permission${where}: ${error.message}`)
  return permanent(FINAL.has(error.type) ? error.type : 'Refused', `GitHub refused${where}: ${error.message}`)
}

/** The data of an answer, if it is all there: an answer with holes would pass for a world with less in it. */
const dataOf = (
  answer: GraphqlAnswer,
  access: Access,
  tolerable: (error: GraphqlError, data: unknown) => boolean,
): E.Either<Failure, unknown> => {
  const failures = answer.errors
    .filter((error) => !tolerable(error, answer.data))
    .map((error) => classifyGraphql(error, access))
  const worst = failures.find((failure) => failure.kind !== 'permanent') ?? failures[0]
  return worst === undefined ? E.right(answer.data) : E.left(worst)
}

/** Asks GraphQL and decodes; an answer of another shape is a failure that names the field. */
export const ask = async <A>(
  client: GithubClient,
  call: GraphqlCall,
  codec: Type<A, unknown>,
  tolerable: (error: GraphqlError, data: unknown) => boolean = () => false,
): Promise<E.Either<Failure, A>> => {
  const answer = await client.graphql(call)
  if (E.isLeft(answer)) return answer
  const data = dataOf(answer.right, call.access, tolerable)
  if (E.isLeft(data)) return data
  const decoded = codec.decode(data.right)
  if (E.isRight(decoded)) return decoded
  return E.left(
    lost(call.access, 'UnexpectedAnswer', `GitHub's answer has an unexpected ${placeOf(decoded.left)}.`),
  )
}
