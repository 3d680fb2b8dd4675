/** The adapters of a service: clients and mirrors that all branches share, and each branch's interpreter. */
import * as E from 'fp-ts/lib/Either.js'
import { isNone, some, type Option } from 'fp-ts/lib/Option.js'
import type { BranchState, PrNumber } from '@headgate/core'
import {
  makeBatchClient,
  makeBatchInterpreter,
  type BatchClient,
  type BatchInterpreter,
} from '@headgate/adapters-batch'
import { makeCheckEngine, makeGithubInterpreter, makeMirror, type Mirror } from '@headgate/adapters-github'
import type { Watched } from '../config/config.js'
import { branchPath, pullRequestPath } from '../http/address.js'
import type { Interpret } from './actor.js'
import { githubAccess, type GithubAccess } from './identities.js'
import { makeInterpret } from './interpret.js'
import { makeLimit } from './limit.js'
import type { BatchOptions, ServiceOptions } from './options.js'

const GITHUB_WIDTH = 8
const BATCH_WIDTH = 8
/** What all branches share. */
export interface Shared {
  readonly options: ServiceOptions
  readonly github: GithubAccess
  /** Undefined: no branch is tested on Batch. */
  readonly batchClient: BatchClient | undefined
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
    const { token, credential } = github.identityOf(repository)
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
    github: githubAccess(github.identityOf, github.apiUrl),
    batchClient:
      batch === undefined
        ? undefined
        : makeBatchClient({
            baseUrl: batch.url,
            token: batch.token,
            billingProject: batch.billingProject,
          }),
    mirrorOf,
    limits: { github: makeLimit(GITHUB_WIDTH), batch: makeLimit(BATCH_WIDTH) },
    address: { url: '' },
  }
}

const batchInterpreter = (
  shared: Shared,
  { name }: Watched,
  client: BatchClient,
  batch: BatchOptions,
): BatchInterpreter => {
  const mirror = shared.mirrorOf(name.repository)
  return makeBatchInterpreter({
    client,
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
    callbackUrl: `${shared.address.url}/callbacks/batch`,
    ...(batch.cloud === undefined ? {} : { cloud: batch.cloud }),
    ...(batch.user === undefined ? {} : { user: batch.user }),
    ...(batch.installation === undefined ? {} : { installation: batch.installation }),
    now: shared.options.clock,
  })
}

/** What runs the tests of a branch. Undefined: Batch, of which the configuration says nothing. */
const engineInterpreter = (
  shared: Shared,
  watched: Watched,
  state: () => BranchState,
): BatchInterpreter | undefined => {
  const { batch, clock, log } = shared.options
  const { engine, name } = watched
  if (engine._tag === 'GithubChecks')
    return makeCheckEngine({
      client: shared.github.clientOf(name.repository),
      branch: name,
      engine,
      state,
      now: clock,
      note: (run, why) => log.info({ run, why }, 'checks failed a test run'),
    })
  return shared.batchClient === undefined || batch === undefined
    ? undefined
    : batchInterpreter(shared, watched, shared.batchClient, batch)
}

/** The interpreter of one branch. Made when the address of the service is known: links and callbacks carry it. */
export const interpretOf = (shared: Shared, watched: Watched, state: () => BranchState): Interpret => {
  const { options, address } = shared
  const { clock } = options
  const { name } = watched
  const statusTargetUrl = (pr: Option<PrNumber>): string =>
    `${address.url}${isNone(pr) ? branchPath(name) : pullRequestPath(name, pr.value)}`
  return makeInterpret({
    github: makeGithubInterpreter({
      client: shared.github.clientOf(name.repository),
      mirror: shared.mirrorOf(name.repository),
      branch: name,
      statusContext: () => state().policy.statusContext,
      statusTargetUrl,
      now: clock,
    }),
    engine: engineInterpreter(shared, watched, state),
    githubLimit: shared.limits.github,
    batchLimit: shared.limits.batch,
    clock,
    log: options.log,
  })
}
