import { createAppAuth } from '@octokit/auth-app'
import { request } from '@octokit/request'
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { ownerAndName } from '../repositoryName.js'
import type { Identity, Permissions } from './identity.js'

export interface AppOptions {
  /** The App's number or its client id. */
  readonly appId: string
  /** The App's private key in PEM form; read when a token must be made, so that the key may be changed. */
  readonly privateKey: () => Promise<string>
  /** The API root, as for the client. */
  readonly baseUrl: string
  readonly fetch?: typeof fetch
  /** Epoch milliseconds. */
  readonly now?: () => number
}

/** An App of GitHub: one identity per repository, one token per installation. */
export interface AppIdentity {
  /** The identity that the App has where `owner/name` lives. */
  readonly of: (repository: string) => Identity
}

/** A token lives for an hour; one with less than this left is renewed, so that none expires during a long fetch. */
const RENEW_BEFORE_MS = 20 * 60_000

interface Grant {
  readonly token: string
  readonly expiresAt: number
  readonly permissions: Permissions
}

const Installation = t.type({ id: t.number })

/**
 * Signs in as a GitHub App (JWT), finds the installation of each repository, and keeps its installation token fresh. Calls
 * at the same time share one renewal. What fails rejects, and is tried again at the next call.
 *
 * @example
 * const app = appIdentity({ appId: '12345', privateKey: () => readFile('app.pem', 'utf8'), baseUrl })
 * const client = makeGithubClient({ ...app.of('acme/app'), baseUrl })
 */
export const appIdentity = (options: AppOptions): AppIdentity => {
  const now = options.now ?? Date.now
  const calling = request.defaults({
    baseUrl: options.baseUrl,
    ...(options.fetch === undefined ? {} : { request: { fetch: options.fetch } }),
  })
  const installations = new Map<string, number>()
  const grants = new Map<number, Grant>()
  const renewals = new Map<string, Promise<Grant>>()

  const signIn = async () => {
    const privateKey = await options.privateKey()
    return createAppAuth({ appId: options.appId, privateKey, request: calling })
  }

  const installationOf = async (repository: string): Promise<number> => {
    const known = installations.get(repository)
    if (known !== undefined) return known
    const { token } = await (await signIn())({ type: 'app' })
    const { owner, name } = ownerAndName({ repository })
    const { data } = await calling('GET /repos/{owner}/{repo}/installation', {
      ...{ owner, repo: name, headers: { authorization: `bearer ${token}` } },
    })
    const found = Installation.decode(data)
    if (E.isLeft(found)) throw new Error('GitHub described the installation in an unexpected way.')
    installations.set(repository, found.right.id)
    return found.right.id
  }

  const renew = async (repository: string): Promise<Grant> => {
    const installationId = await installationOf(repository)
    const kept = grants.get(installationId)
    if (kept !== undefined && kept.expiresAt - now() > RENEW_BEFORE_MS) return kept
    try {
      const made = await (await signIn())({ type: 'installation', installationId, refresh: true })
      const { token, permissions } = made
      const grant = { token, permissions, expiresAt: Date.parse(made.expiresAt) }
      grants.set(installationId, grant)
      return grant
    } catch (thrown) {
      // The App may have been installed anew, under another number.
      installations.delete(repository)
      throw thrown
    }
  }

  const grantOf = (repository: string): Promise<Grant> => {
    const known = installations.get(repository)
    const kept = known === undefined ? undefined : grants.get(known)
    if (kept !== undefined && kept.expiresAt - now() > RENEW_BEFORE_MS) return Promise.resolve(kept)
    const out = renewals.get(repository)
    if (out !== undefined) return out
    const renewal = renew(repository).finally(() => renewals.delete(repository))
    renewals.set(repository, renewal)
    return renewal
  }

  return {
    of: (given) => {
      const repository = given.toLowerCase()
      return {
        token: async () => (await grantOf(repository)).token,
        credential: `the GitHub App ${options.appId}`,
        // All repositories of an owner are in one installation.
        key: `app/${ownerAndName({ repository }).owner}`,
        permissions: async () => (await grantOf(repository)).permissions,
      }
    },
  }
}
