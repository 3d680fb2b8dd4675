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
export { receiveHook, type HeaderLookup, type Received, type ReceiveFailure } from './webhook/receive.js'
export { verifySignature } from './webhook/verify.js'
