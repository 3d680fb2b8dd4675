/** The service: a journal, an actor per watched branch with its interpreters, and the HTTP face. */
import { join } from 'node:path'
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
import type { Watched } from '../config/config.js'
import { makeApp } from '../http/app.js'
import { branchPath, pullRequestPath } from '../http/address.js'
import { listen, type Listening } from '../http/listen.js'
import type { Decision } from '../narrate/decision.js'
import type { Problem } from '../problem.js'
import type { Journal } from '../store/journal.js'
import { makeActor, type Actor, type Step } from './actor.js'
import type { Clock } from './clock.js'
import { makeInterpret } from './interpret.js'
import { makeLimit } from './limit.js'
import type { Log } from './log.js'

export interface ServiceOptions {
  /** Stays the caller's: it is closed after `stop`. */
  readonly journal: Journal
  readonly branches: ReadonlyArray<Watched>
  readonly github: {
    readonly apiUrl: string
    /** Where `owner/name` is cloned from. */
    readonly remoteUrl: (repository: string) => string
    readonly token: () => Promise<string>
    /** How error texts call the token. */
    readonly credential: string
    readonly webhookSecrets: () => ReadonlyArray<string>
  }
  readonly batch: {
    readonly url: string
    readonly token: () => Promise<string>
    readonly billingProject: string
    readonly storageUri: string
    readonly namespace: string
    readonly cloud: string | undefined
    readonly user: string | undefined
    readonly global: Readonly<Record<string, unknown>>
    /** What jobs clone. */
    readonly repoUrl: (repository: string) => string
  }
  readonly http: {
    readonly host: string
    readonly port: number
    /** Without a trailing slash; the listening address when absent. */
    readonly publicUrl: string | undefined
    readonly operatorToken: () => E.Either<Problem, string | undefined>
  }
  /** Where mirrors of repositories are kept. */
  readonly mirrorDir: string
  readonly clock: Clock
  readonly log: Log
  readonly onDecisions: (name: BranchName, decisions: ReadonlyArray<Decision>) => void
}

export interface Service {
  /** Where the page is. */
  readonly url: string
  readonly actors: ReadonlyArray<Actor>
  /** Calls `listener` after every step of any branch. */
  readonly subscribe: (listener: (step: Step) => void) => () => void
  /** Resolves if the service can't go on. */
  readonly fatal: Promise<Problem>
  readonly stop: () => Promise<void>
}

const GITHUB_WIDTH = 8
const BATCH_WIDTH = 8
/** Effects that are out at a stop get this long to end; then they are done again at the next start. */
const STOP_PATIENCE_MS = 3000

/** What all branches share. */
interface Shared {
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

const sharedOf = (options: ServiceOptions): Shared => {
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

const interpretOf = (shared: Shared, name: BranchName, statusContext: () => string) => {
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
      now: clock,
    }),
    githubLimit: shared.limits.github,
    batchLimit: shared.limits.batch,
    clock,
    log: options.log,
  })
}

type Listeners = Set<(step: Step) => void>

const actorsOf = (
  shared: Shared,
  listeners: Listeners,
  onFatal: (problem: Problem) => void,
): E.Either<Problem, ReadonlyArray<Actor>> => {
  const { options } = shared
  const actors: Actor[] = []
  for (const { name, policy } of options.branches) {
    const journal = options.journal.branch(name, policy)
    if (E.isLeft(journal)) return journal
    const log = options.log.child({ branch: `${name.repository}:${name.branch}` })
    const statusContext = (): string => actor.state().policy.statusContext
    // The address is known when the first effect is; so the interpreters are made then.
    let interpret: ReturnType<typeof interpretOf> | undefined
    const actor: Actor = makeActor({
      name,
      journal: journal.right,
      policy,
      interpret: (effect) => (interpret ??= interpretOf(shared, name, statusContext))(effect),
      clock: options.clock,
      log,
      onStep: (step) => {
        if (step.decisions.length > 0) options.onDecisions(name, step.decisions)
        for (const listener of listeners) listener(step)
      },
      onFatal,
    })
    actors.push(actor)
  }
  return E.right(actors)
}

const hostOf = (url: string | undefined): URL | undefined => (url === undefined ? undefined : new URL(url))

/** Starts the service. Left: the port is in use, or the stored state can't be understood. */
export const startService = async (options: ServiceOptions): Promise<E.Either<Problem, Service>> => {
  const shared = sharedOf(options)
  const listeners: Listeners = new Set()
  let broken: Problem | undefined
  let tellFatal: (problem: Problem) => void = () => undefined
  const fatal = new Promise<Problem>((tell) => {
    tellFatal = (problem) => {
      broken ??= problem
      options.log.error({ problem }, 'the service cannot go on')
      tell(problem)
    }
  })
  const actors = actorsOf(shared, listeners, tellFatal)
  if (E.isLeft(actors)) return actors
  const subscribe = (listener: (step: Step) => void) => {
    listeners.add(listener)
    return () => void listeners.delete(listener)
  }
  const publicUrl = hostOf(options.http.publicUrl)
  const app = makeApp({
    actors: actors.right,
    webhookSecrets: options.github.webhookSecrets,
    operatorToken: options.http.operatorToken,
    hostNames: [options.http.host, ...(publicUrl === undefined ? [] : [publicUrl.hostname])],
    publicHost: publicUrl?.host,
    clock: options.clock,
    log: options.log,
    subscribe,
    fatal: () => broken,
  })
  const listening = await listen(app, options.http.host, options.http.port)
  if (E.isLeft(listening)) return listening
  shared.address.url = options.http.publicUrl ?? `http://127.0.0.1:${listening.right.port}`
  for (const actor of actors.right) actor.start()
  options.log.info({ url: shared.address.url, branches: actors.right.length }, 'started')
  return E.right({
    url: shared.address.url,
    actors: actors.right,
    subscribe,
    fatal,
    stop: () => stop(options, actors.right, listening.right),
  })
}

const stop = async (
  options: ServiceOptions,
  actors: ReadonlyArray<Actor>,
  listening: Listening,
): Promise<void> => {
  options.log.info('stopping')
  await listening.close()
  await Promise.all(actors.map((actor) => actor.stop(STOP_PATIENCE_MS)))
  options.log.info('stopped')
}

/** The journal's file in a state directory. */
export const journalFile = (stateDir: string): string => join(stateDir, 'journal.sqlite')
