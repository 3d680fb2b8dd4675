/** GitHub for headgate: webhooks in, reads decoded, effects carried out. */
export {
  makeGithubClient,
  type ClientOptions,
  type GithubClient,
  type GraphqlAnswer,
  type GraphqlCall,
  type GraphqlError,
  type RestCall,
  type TokenProvider,
} from './client.js'
export { makeComments, type Comments, type Report } from './comments/comments.js'
export type { Access } from './failure.js'
export { makeCheckEngine, type CheckEngineOptions, type EngineEffect } from './checks/engine.js'
export type { CheckEngine } from './checks/verdict.js'
export { appIdentity, type AppIdentity, type AppOptions } from './identity/app.js'
export { tokenIdentity, type Identity, type Permissions } from './identity/identity.js'
export { isGithubEffect, makeGithubInterpreter, type GithubEffect } from './interpret.js'
export type { GithubInterpreterOptions } from './interpret/context.js'
export type { Combination, Recipe } from './mirror/combine.js'
export type { Person } from './mirror/commitTree.js'
export type { Whereabouts } from './mirror/fetch.js'
export { makeMirror, type Mirror, type MirrorOptions } from './mirror/mirror.js'
export { preparedRef } from './mirror/publish.js'
export { isBranchName, isRepositoryName } from './repositoryName.js'
export { addressedTo, addressesOf, type Address } from './webhook/address.js'
export { decodeHook, type DecodeFailure } from './webhook/decode.js'
export type { Hook } from './webhook/hook.js'
export { makePace, type Pace, type PaceOptions, type Usage } from './pace/pace.js'
export type { Finding, Landing } from './preflight/finding.js'
export { preflight, type Preflight, type PreflightOptions } from './preflight/preflight.js'
export { readScopes } from './preflight/scopes.js'
export { receiveHook, type HeaderLookup, type Received, type ReceiveFailure } from './webhook/receive.js'
export { redeliverMissed } from './webhook/redeliver.js'
export { verifySignature } from './webhook/verify.js'
