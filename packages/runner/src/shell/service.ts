/** The service: a journal, an actor per watched branch with its interpreters, and the HTTP face. */
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { makeComments } from '@headgate/adapters-github'
import { makeObey, type CommandDeps } from '../comments/obey.js'
import { makeReporter, type Reporter } from '../comments/reporter.js'
import { pullRequestPath } from '../http/address.js'
import { makeApp } from '../http/app.js'
import { listen, type Listening } from '../http/listen.js'
import type { Problem } from '../problem.js'
import { makeActor, type Actor, type Interpret, type Step } from './actor.js'
import type { ServiceOptions } from './options.js'
import { interpretOf, sharedOf, type Shared } from './wiring.js'

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

/** Effects that are out at a stop get this long to end; then they are done again at the next start. */
const STOP_PATIENCE_MS = 3000

type Listeners = Set<(step: Step) => void>

const actorsOf = (
  shared: Shared,
  listeners: Listeners,
  onFatal: (problem: Problem) => void,
): E.Either<Problem, ReadonlyArray<Actor>> => {
  const { options } = shared
  const actors: Actor[] = []
  for (const watched of options.branches) {
    const { name, policy } = watched
    const journal = options.journal.branch(name, policy)
    if (E.isLeft(journal)) return journal
    const log = options.log.child({ branch: `${name.repository}:${name.branch}` })
    // The address is known when the first effect is; so the interpreters are made then.
    let interpret: Interpret | undefined
    const actor: Actor = makeActor({
      name,
      journal: journal.right,
      policy,
      interpret: (effect) => (interpret ??= interpretOf(shared, watched, () => actor.state()))(effect),
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

const obeyOf = (shared: Shared, actors: ReadonlyArray<Actor>, subscribe: CommandDeps['subscribe']) =>
  makeObey({
    actors,
    commentsOf: (repository) => makeComments(shared.github.clientOf(repository), repository),
    bot: shared.options.github.bot,
    clock: shared.options.clock,
    log: shared.options.log,
    subscribe,
  })

/** News of a pull request within this time is told in one comment. */
const CALM_MS = 2000

const reporterOf = (shared: Shared, { name, state }: Actor): Reporter =>
  makeReporter(
    {
      comments: makeComments(shared.github.clientOf(name.repository), name.repository),
      pageOf: (pr) => `${shared.address.url}${pullRequestPath(name, pr)}`,
      calmMs: CALM_MS,
      log: shared.options.log,
    },
    state(),
  )

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
    testedByChecks: options.branches
      .filter(({ engine }) => engine._tag === 'GithubChecks')
      .map(({ name }) => name),
    operatorToken: options.http.operatorToken,
    hostNames: [options.http.host, ...(publicUrl === undefined ? [] : [publicUrl.hostname])],
    publicHost: publicUrl?.host,
    obey: obeyOf(shared, actors.right, subscribe),
    clock: options.clock,
    log: options.log,
    subscribe,
    fatal: () => broken,
  })
  const reporters = options.github.comment ? actors.right.map((actor) => reporterOf(shared, actor)) : []
  subscribe(() => actors.right.forEach((actor, i) => reporters[i]?.see(actor.state())))
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
    stop: () => {
      reporters.forEach((reporter) => reporter.stop())
      return stop(shared, actors.right, listening.right)
    },
  })
}

const stop = async (
  { options, github }: Shared,
  actors: ReadonlyArray<Actor>,
  listening: Listening,
): Promise<void> => {
  options.log.info('stopping')
  await listening.close()
  await Promise.all(actors.map((actor) => actor.stop(STOP_PATIENCE_MS)))
  for (const [allowance, pace] of github.paces)
    options.log.info({ allowance, ...pace.usage() }, 'requests to GitHub')
  options.log.info('stopped')
}

/** The journal's file in a state directory. */
export const journalFile = (stateDir: string): string => join(stateDir, 'journal.sqlite')
