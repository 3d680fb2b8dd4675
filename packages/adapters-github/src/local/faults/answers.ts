import type { Fault } from './plan.js'

type Limit = Extract<Fault, { readonly _tag: 'RateLimit' }>

const json = (status: number, body: object, headers: Readonly<Record<string, string>> = {}): Response =>
  new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
  })

/** What GitHub says when it has a bad day. */
export const serverError = (status: number): Response => json(status, { message: 'Server Error' })

const PRIMARY = 'API rate limit exceeded for user ID 1.'
const SECONDARY =
  'You have exceeded a secondary rate limit. Please wait a few minutes before you try again. If you reach out to GitHub Support for help, please include the request ID.'
const DOCS = 'https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api'

/**
 * GitHub's refusal of too many requests. The primary limit tells itself by its headers, and by GraphQL with status
 * 200 and an error of type `RATE_LIMITED`; the secondary one by `Retry-After`.
 * Source: docs.github.com, "Rate limits for the REST API" and "Rate limits and query limits for the GraphQL API".
 */
export const rateLimited = (fault: Limit, graphql: boolean, now: number): Response => {
  const message = fault.limit === 'primary' ? PRIMARY : SECONDARY
  if (fault.limit === 'secondary')
    return json(
      fault.status,
      { message, documentation_url: `${DOCS}#about-secondary-rate-limits` },
      { 'retry-after': String(Math.ceil(fault.seconds)) },
    )
  const headers = {
    'x-ratelimit-limit': '5000',
    'x-ratelimit-remaining': '0',
    'x-ratelimit-used': '5000',
    'x-ratelimit-reset': String(Math.ceil(now / 1000 + fault.seconds)),
    'x-ratelimit-resource': graphql ? 'graphql' : 'core',
  }
  return graphql
    ? json(200, { errors: [{ type: 'RATE_LIMITED', message }] }, headers)
    : json(fault.status, { message, documentation_url: DOCS }, headers)
}
