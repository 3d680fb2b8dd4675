/** How the service is known at GitHub, and how fast it may ask: one identity per repository, one pace per allowance. */
import {
  appIdentity,
  makeGithubClient,
  makePace,
  tokenIdentity,
  type GithubClient,
  type Identity,
  type Pace,
} from '@headgate/adapters-github'
import type { Credential } from '../config/credentials.js'
import { nameOfSecret, provider } from '../config/secret.js'

/** The identity for `owner/name` that a configuration names. */
export const identitiesOf = (credential: Credential, apiUrl: string): ((repository: string) => Identity) => {
  if (credential._tag === 'App')
    return appIdentity({
      appId: credential.id,
      privateKey: provider(credential.privateKey),
      baseUrl: apiUrl,
    }).of
  const identity = tokenIdentity(provider(credential.token), nameOfSecret(credential.token))
  return () => identity
}

/** Clients by repository; those with one allowance share one pace. */
export interface GithubAccess {
  readonly identityOf: (repository: string) => Identity
  readonly clientOf: (repository: string) => GithubClient
  /** The paces by the key of their identity. */
  readonly paces: ReadonlyMap<string, Pace>
}

export const githubAccess = (
  identityOf: (repository: string) => Identity,
  apiUrl: string,
  newPace: () => Pace = makePace,
): GithubAccess => {
  const paces = new Map<string, Pace>()
  const clientOf = (repository: string): GithubClient => {
    const identity = identityOf(repository)
    const pace = paces.get(identity.key) ?? newPace()
    paces.set(identity.key, pace)
    return makeGithubClient({ ...identity, baseUrl: apiUrl, pace })
  }
  return { identityOf, clientOf, paces }
}
