import { request } from '@octokit/request'
import type { TokenProvider } from '../client.js'

/**
 * The scopes of a classic personal token, which GitHub puts on every answer; undefined for other credentials, of which
 * it tells none. Rejects when GitHub does not answer.
 */
export const readScopes = async (
  token: TokenProvider,
  baseUrl: string,
  fetched: typeof fetch = fetch,
): Promise<ReadonlyArray<string> | undefined> => {
  const { headers } = await request('GET /rate_limit', {
    ...{ baseUrl, headers: { authorization: `token ${await token()}` } },
    request: { fetch: fetched, signal: AbortSignal.timeout(20_000) },
  })
  const scopes = headers['x-oauth-scopes']
  return typeof scopes === 'string'
    ? scopes
        .split(',')
        .map((scope) => scope.trim())
        .filter((scope) => scope !== '')
    : undefined
}
