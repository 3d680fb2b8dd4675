/** The adapters of a service: clients and mirrors that all branches share, and each branch's interpreter. */
import * as E from 'fp-ts/lib/Either.js'
import { isNone, some, type Option } from 'fp-ts/lib/Option.js'
import type { BranchName, PrNumber } from '@headgate/core'
import { makeBatchClient, makeBatchInterpreter, type BatchClient } from '@headgate/adapters-batch'
import {
  makeGithubClient,
  makeGithubInterpreter,
  makeMirror,
  type GithubClient,
  type Mirror,
} from '@headgate/adapters-github'
import { branchPath, pullRequestPath } from '../http/address.js'
import type { Interpret } from './actor.js'
import { makeInterpret } from './interpret.js'
import { makeLimit } from './limit.js'
import type { ServiceOptions } from './options.js'

const GITHUB_WIDTH = 8
const BATCH_WIDTH = 8
/** What all branches share. */
export interface Shared {
  readonly options: ServiceOptions
  readonly githubClient: GithubClient
  readonly batchClient: BatchClient
  readonly mirrorOf: (repository: string) => Mirror
  readonly limits: {
    readonly github: ReturnType<typeof makeLimit>
    readonly batch: ReturnType<typeof makeLimit>
  }
  /** Known once the service listens, before any effect is acted on. */
  readonly address: { url: string }
}

/** Clients, mirrors and limits; nothing is called yet. */
export const sharedOf = (options: ServiceOptions): Shared => {
  const { github, batch } = options
  const mirrors = new Map<string, Mirror>()
  const mirrorOf = (repository: string): Mirror => {
    const key = repository.toLowerCase()
    const known = mirrors.get(key)
    if (known !== undefined) return known
    const { token, credential } = github
    const made = makeMirror({
      dir: options.mirrorDir,
      repository,
      remoteUrl: github.remoteUrl(repository),
      token,
      credential,
    })
    mirrors.set(key, made)
    return made
  }
  return {
    options,
    githubClient: makeGithubClient({
      baseUrl: github.apiUrl,
      token: github.token,
      credential: github.credential,
    }),
    batchClient: makeBatchClient({
      baseUrl: batch.url,
      token: batch.token,
      billingProject: batch.billingProject,
    }),
    mirrorOf,
    limits: { github: makeLimit(GITHUB_WIDTH), batch: makeLimit(BATCH_WIDTH) },
    address: { url: '' },
  }
}

/** The interpreter of one branch. Made when the address of the service is known: links and callbacks carry it. */
export const interpretOf = (shared: Shared, name: BranchName, statusContext: () => string): Interpret => {
  const { options, address } = shared
  const { clock, batch } = options
  const mirror = shared.mirrorOf(name.repository)
  const statusTargetUrl = (pr: Option<PrNumber>): string =>
    `${address.url}${isNone(pr) ? branchPath(name) : pullRequestPath(name, pr.value)}`
  return makeInterpret({
    github: makeGithubInterpreter({
      client: shared.githubClient,
      mirror,
      branch: name,
      statusContext,
      statusTargetUrl,
      now: clock,
    }),
    batch: makeBatchInterpreter({
      client: shared.batchClient,
      source: {
        readFile: mirror.readFile,
        changedFiles: async (base, commit) =>
          E.map(some<ReadonlyArray<string>>)(await mirror.changedFiles(base, commit)),
      },
      branch: name,
      repoUrl: batch.repoUrl(name.repository),
      namespace: batch.namespace,
      storageUri: batch.storageUri,
      global: batch.global,
      callbackUrl: `${address.url}/callbacks/batch`,
      ...(batch.cloud === undefined ? {} : { cloud: batch.cloud }),
      ...(batch.user === undefined ? {} : { user: batch.user }),
      ...(batch.installation === undefined ? {} : { installation: batch.installation }),
      now: clock,
    }),
    githubLimit: shared.limits.github,
    batchLimit: shared.limits.batch,
    clock,
    log: options.log,
  })
}
