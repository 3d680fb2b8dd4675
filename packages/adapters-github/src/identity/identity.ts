import type { TokenProvider } from '../client.js'

/** What a credential may do, where GitHub says: permission names with `read`, `write` or `admin`. */
export type Permissions = Readonly<Record<string, string>>

/** How the service proves to GitHub who it is, for one repository. */
export interface Identity {
  readonly token: TokenProvider
  /** How error texts call the credential. */
  readonly credential: string
  /** Identities with the same key share one allowance of requests. */
  readonly key: string
  /** What the credential was granted; undefined where GitHub does not tell (personal tokens). Rejects as `token` does. */
  readonly permissions: () => Promise<Permissions | undefined>
}

/** A personal access token, classic or fine-grained; it is read again for each request, so it may be renewed. */
export const tokenIdentity = (token: TokenProvider, credential: string): Identity => ({
  token,
  credential,
  key: 'token',
  permissions: () => Promise.resolve(undefined),
})
