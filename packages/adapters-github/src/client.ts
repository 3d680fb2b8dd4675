import type { Failure } from '@headgate/core'
import { Octokit } from '@octokit/core'
import { graphql as octokitGraphql, GraphqlResponseError } from '@octokit/graphql'
import * as E from 'fp-ts/lib/Either.js'
import type { Pace } from './pace/pace.js'
import { classifyThrown, messageOf, permanent, transient, type Access } from './failure.js'

/** One entry of a GraphQL answer's `errors`. */
export interface GraphqlError {
  /** GitHub's word, such as `NOT_FOUND`; empty when it gave none. */
  readonly type: string
  readonly message: string
  /** Where in the answer, joined with dots. */
  readonly path: string
}

/** What came back: data, errors, or both. */
export interface GraphqlAnswer {
  readonly data: unknown
  readonly errors: ReadonlyArray<GraphqlError>
}

/** A GraphQL document with its variables. */
export interface GraphqlCall {
  readonly access: Access
  readonly document: string
  readonly variables: Readonly<Record<string, unknown>>
}

/** A REST call; `route` is octokit's form, such as `POST /repos/{owner}/{repo}/statuses/{sha}`. */
export interface RestCall {
  readonly access: Access
  readonly route: string
  readonly parameters: Readonly<Record<string, unknown>>
}

/** The port to GitHub. Neither call ever rejects. */
export interface GithubClient {
  readonly graphql: (call: GraphqlCall) => Promise<E.Either<Failure, GraphqlAnswer>>
  readonly rest: (call: RestCall) => Promise<E.Either<Failure, unknown>>
}

/** Gives the current token; called before every request, so that short-lived tokens may be renewed. */
export type TokenProvider = () => Promise<string>

export interface ClientOptions {
  /** The API root: GitHub.com by default, `https://host/api/v3` for an Enterprise server. */
  readonly baseUrl?: string
  readonly token: TokenProvider
  /** How error texts call the credential, such as `the token in GITHUB_TOKEN`. */
  readonly credential?: string
  /** Per call, in milliseconds. */
  readonly timeoutMs?: number
  readonly userAgent?: string
  readonly fetch?: typeof fetch
  /** Shared by all clients that use one allowance; none: requests go out at once. */
  readonly pace?: Pace
}

/** The token, if it can be had and fits into a header (an error about a header would quote it). */
export const readToken = async (
  token: TokenProvider,
  credential: string,
): Promise<E.Either<Failure, string>> => {
  try {
    const secret = (await token()).trim()
    return /^[\x21-\x7e]+$/.test(secret)
      ? E.right(secret)
      : E.left(permanent('BadCredentials', `${credential} is empty or not a token.`))
  } catch (thrown) {
    return E.left(transient('NoCredential', `${credential} can't be had: ${messageOf(thrown)}`))
  }
}

const text = (u: unknown): string => (typeof u === 'string' ? u : '')

const errorOf = (u: unknown): GraphqlError => {
  const raw = (typeof u === 'object' && u !== null ? u : {}) as Readonly<Record<string, unknown>>
  const extensions = (raw['extensions'] ?? {}) as Readonly<Record<string, unknown>>
  return {
    type: text(raw['type']) || text(extensions['code']),
    message: text(raw['message']) || 'no message',
    path: Array.isArray(raw['path']) ? raw['path'].map(String).join('.') : '',
  }
}

const partial = (thrown: unknown): E.Either<unknown, GraphqlAnswer> => {
  if (!(thrown instanceof GraphqlResponseError)) return E.left(thrown)
  const { errors } = thrown as { readonly errors: unknown }
  return E.right({ data: thrown.data as unknown, errors: Array.isArray(errors) ? errors.map(errorOf) : [] })
}

/** Tells the pace of every answer. GraphQL speaks of limits in answers of status 200, so bodies are looked at, too. */
const heeding = (pace: Pace | undefined, fetched: typeof fetch): typeof fetch =>
  pace === undefined
    ? fetched
    : async (input, init) => {
        const response = await fetched(input, init)
        const suspicious = response.status === 403 || /\/graphql$/.test(response.url || String(input))
        const body = suspicious ? await response.clone().text() : ''
        pace.heed(
          { status: response.status, header: (name) => response.headers.get(name) },
          isAboutLimits(body, response.status),
        )
        return response
      }

const isAboutLimits = (body: string, status: number): boolean =>
  status === 403 ? /rate limit|abuse detection/i.test(body) : /"type":\s*"RATE_LIMITED"/.test(body)

const atOnce: Pace['inTurn'] = async (_access, work) => E.right(await work())

/** A client of the real GitHub, an Enterprise server or a local GitHub: only `baseUrl` differs. */
export const makeGithubClient = (options: ClientOptions): GithubClient => {
  const { token, credential = 'the GitHub token', timeoutMs = 20_000 } = options
  const userAgent = options.userAgent ?? 'headgate'
  const baseUrl = (options.baseUrl ?? 'https://api.github.com').replace(/\/+$/, '')
  const { pace } = options
  const request = { fetch: heeding(pace, options.fetch ?? fetch) }
  const inTurn = pace?.inTurn ?? atOnce
  const graphql = octokitGraphql.defaults({ baseUrl, headers: { 'user-agent': userAgent }, request })
  const octokit = new Octokit({ baseUrl, userAgent, request })

  const call = async <A>(
    access: Access,
    send: (authorization: string, signal: AbortSignal) => Promise<A>,
    salvage: (thrown: unknown) => E.Either<unknown, A>,
  ): Promise<E.Either<Failure, A>> => {
    const secret = await readToken(token, credential)
    if (E.isLeft(secret)) return secret
    try {
      return await inTurn(access, () => send(`token ${secret.right}`, AbortSignal.timeout(timeoutMs)))
    } catch (thrown) {
      const saved = salvage(thrown)
      return E.isRight(saved) ? saved : E.left(classifyThrown(thrown, access, credential))
    }
  }

  return {
    graphql: ({ access, document, variables }) =>
      call(
        access,
        async (authorization, signal) => {
          const sent = { ...variables, headers: { authorization }, request: { ...request, signal } }
          return { data: await graphql<unknown>(document, sent), errors: [] }
        },
        partial,
      ),
    rest: ({ access, route, parameters }) =>
      call<unknown>(
        access,
        async (authorization, signal) => {
          const sent = { ...parameters, headers: { authorization }, request: { ...request, signal } }
          return (await octokit.request(route, sent)).data as unknown
        },
        E.left,
      ),
  }
}
