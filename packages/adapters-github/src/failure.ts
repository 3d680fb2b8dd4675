import type { Failure } from '@headgate/core'

/** Does the call change anything at the forge? Decides what a lost answer means. */
export type Access = 'read' | 'write'

/** It certainly did not happen; asking again may help. */
export const transient = (code: string, text: string): Failure => ({ kind: 'transient', code, text })
/** It will never happen this way. */
export const permanent = (code: string, text: string): Failure => ({ kind: 'permanent', code, text })
/** It may have happened. */
export const unknown = (code: string, text: string): Failure => ({ kind: 'unknown', code, text })

/** The request went out and the answer was lost: harmless for a read, open for a write. */
export const lost = (access: Access, code: string, text: string): Failure =>
  access === 'read' ? transient(code, text) : unknown(code, text)

/** The message of anything that was thrown, on one line, without a stack. */
export const messageOf = (thrown: unknown): string =>
  (thrown instanceof Error ? thrown.message : String(thrown)).replace(/\s*\n\s*/g, ' ').slice(0, 500)

const field = (thrown: unknown, name: string): unknown =>
  typeof thrown === 'object' && thrown !== null && name in thrown
    ? (thrown as Readonly<Record<string, unknown>>)[name]
    : undefined

/** The error and its causes, outermost first; a circle of causes ends after ten. */
const chainOf = (thrown: unknown, depth = 10): ReadonlyArray<unknown> =>
  thrown === undefined || depth === 0 ? [] : [thrown, ...chainOf(field(thrown, 'cause'), depth - 1)]

/** Node's and undici's words for "no byte of the request reached the other side". */
const NEVER_SENT = new Set([
  ...['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT'],
  ...['CERT_HAS_EXPIRED', 'SELF_SIGNED_CERT_IN_CHAIN', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ...['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'ERR_TLS_CERT_ALTNAME_INVALID'],
])

/** AggregateError (one connection attempt per address) carries its code in its members. */
const codesOf = (link: unknown): ReadonlyArray<string> => {
  const members = field(link, 'errors')
  const all = [field(link, 'code'), ...(Array.isArray(members) ? members.map((m) => field(m, 'code')) : [])]
  return all.filter((code): code is string => typeof code === 'string')
}

/** A call that got no HTTP answer: refused, unresolvable, timed out, cut off. */
export const classifyNetwork = (thrown: unknown, access: Access): Failure => {
  const chain = chainOf(thrown)
  const codes = chain.flatMap(codesOf)
  const neverSent = codes.find((code) => NEVER_SENT.has(code))
  if (neverSent !== undefined)
    return transient('Unreachable', `GitHub can't be reached (${neverSent}): ${messageOf(thrown)}`)
  const timedOut = chain.some((link) => ['TimeoutError', 'AbortError'].includes(String(field(link, 'name'))))
  return timedOut
    ? lost(access, 'Timeout', 'GitHub did not answer in time.')
    : lost(access, 'ConnectionLost', `The connection to GitHub broke: ${messageOf(thrown)}`)
}

/** What a refused HTTP call looked like. */
export interface HttpRefusal {
  readonly status: number
  readonly message: string
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, unknown>>
  /** The credential that was used, in words. */
  readonly credential: string
}

const rateLimited = (refusal: HttpRefusal): boolean =>
  refusal.status === 429 ||
  (refusal.status === 403 &&
    (refusal.headers['retry-after'] !== undefined ||
      String(refusal.headers['x-ratelimit-remaining']) === '0' ||
      /rate limit|abuse detection/i.test(refusal.message)))

const patience = (headers: HttpRefusal['headers']): string => {
  const seconds = headers['retry-after']
  if (seconds !== undefined) return ` It asks for a pause of ${String(seconds)} s.`
  const reset = Number(headers['x-ratelimit-reset'])
  return Number.isFinite(reset) && reset > 0
    ? ` The limit resets at ${new Date(reset * 1000).toISOString()}.`
    : ''
}

/** An HTTP answer that is an error. */
export const classifyHttp = (refusal: HttpRefusal, access: Access): Failure => {
  const { status, message, credential } = refusal
  if (rateLimited(refusal))
    return transient('RateLimited', `GitHub limits our requests.${patience(refusal.headers)}`)
  if (status === 408 || status >= 500)
    return lost(access, `Http${status}`, `GitHub answered ${status}: ${message}`)
  switch (status) {
    case 401:
      return permanent('BadCredentials', `GitHub does not accept ${credential} (401: ${message}).`)
    case 403:
      return permanent('Forbidden', `${credential} may not do this (403: ${message}).`)
    case 404:
      return permanent('NotFound', `GitHub has no such thing, or ${credential} may not see it (404).`)
    default:
      return permanent(`Http${status}`, `GitHub refused (${status}): ${message}`)
  }
}

/** Anything that octokit threw, or that a call died of. */
export const classifyThrown = (thrown: unknown, access: Access, credential: string): Failure => {
  const response = field(thrown, 'response')
  const status = field(response, 'status')
  const headers = field(response, 'headers')
  return typeof status === 'number'
    ? classifyHttp(
        {
          status,
          message: messageOf(thrown),
          headers: typeof headers === 'object' && headers !== null ? (headers as HttpRefusal['headers']) : {},
          credential,
        },
        access,
      )
    : classifyNetwork(thrown, access)
}
