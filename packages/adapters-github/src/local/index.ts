/**
 * A local GitHub: GitHub's own GraphQL, REST, webhook and git wire API over bare repositories in one directory. It is
 * the forge of those who try headgate on their machine, and a test forge for anybody's GitHub client.
 */
import { randomBytes } from 'node:crypto'
import * as E from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import { BOT_LOGIN, tokenFor } from './auth.js'
import type { LocalGithubError } from './failure.js'
import { makeFaultScript, type Tally } from './faults/script.js'
import type { FaultPlan } from './faults/plan.js'
import { importRepository, type Imported } from './forge/repositories.js'
import { settle } from './forge/settle.js'
import { installHooks } from './git/http.js'
import { serve } from './server.js'
import { all, openDatabase, remember, remembered, type Db } from './store/database.js'
import { holdDirectory } from './store/directory.js'
import { ensureUser } from './store/lookups.js'
import type { RepoRow } from './store/rows.js'
import { startDeliverer } from './webhooks/deliver.js'
import { makeLock, type World } from './world.js'

export type { Fault, FaultPlan, FaultRule } from './faults/plan.js'
export type { LocalGithubError } from './failure.js'
export type { Imported } from './forge/repositories.js'

/** How to start a local GitHub. */
export type LocalGithubOptions = {
  /** Where everything is kept; made if missing. One server per directory. */
  readonly dir: string
  /** Only loopback. */
  readonly host?: '127.0.0.1'
  /** 0: any free port. Left out: the port of last time if it is free, else any. */
  readonly port?: number
  /** Left out: the one kept in `dir`, generated the first time. */
  readonly token?: string
  /** Left out: the one kept in `dir`, generated the first time. */
  readonly webhookSecret?: string
  /** Epoch milliseconds; the machine's clock unless told otherwise. */
  readonly now?: () => number
  /** What shall go wrong from the start; nothing when left out. */
  readonly faults?: FaultPlan
}

/** A running local GitHub. */
export type LocalGithub = {
  /** Root of REST and git, for example `http://127.0.0.1:40123`. */
  readonly url: string
  readonly graphqlUrl: string
  /** Acts as the bot `headgate[bot]`. */
  readonly token: string
  /** A secret to give to webhooks; this server does not use it unasked. */
  readonly webhookSecret: string
  /** A token that acts as `login`, a user made on the fly; `name[bot]` is an app. */
  readonly tokenFor: (login: string) => string
  /** Copies a git repository of this machine into a new repository here, without writing to the source. */
  readonly importRepository: (wish: {
    readonly source: string
    readonly owner: string
    readonly repo: string
  }) => TaskEither<LocalGithubError, Imported>
  /** What shall go wrong from now on, instead of what was to until now; no rules: nothing. */
  readonly setFaults: (plan: FaultPlan) => void
  /** The rules, and how often each matched and struck. */
  readonly faults: () => ReadonlyArray<Tally>
  /** Stops listening and sending; webhooks not yet delivered are kept for the next start. */
  readonly close: () => Promise<void>
}

const settings = (db: Db, options: LocalGithubOptions) => {
  if (options.token !== undefined) remember(db, 'token', options.token)
  if (options.webhookSecret !== undefined) remember(db, 'webhook_secret', options.webhookSecret)
  const token = remembered(db, 'token', () => `ghs_${randomBytes(18).toString('hex')}`)
  const webhookSecret = remembered(db, 'webhook_secret', () => randomBytes(24).toString('hex'))
  return { token, webhookSecret, lastPort: Number(remembered(db, 'port', () => '0')) }
}

/** Git is the truth: what a crash left out of the tables is caught up before anybody is served. */
const recover = async (world: World): Promise<void> => {
  for (const repo of all<RepoRow>(world.db, 'SELECT * FROM repositories ORDER BY id')) {
    await world.lock(repo.network_id, () => settle(world, repo, ensureUser(world, repo.owner)))
  }
}

const listenOn = async (
  world: World,
  options: LocalGithubOptions,
  lastPort: number,
  ready: Promise<void>,
) => {
  const host = options.host ?? '127.0.0.1'
  const first = await serve(world, host, options.port ?? lastPort, ready)
  const retry = E.isLeft(first) && first.left.code === 'port_in_use' && options.port === undefined
  return retry ? serve(world, host, 0, ready) : first
}

const makeGate = () => {
  let open = (): void => undefined
  const opened = new Promise<void>((done) => (open = done))
  return { opened, open: () => open() }
}

const startHolding = async (
  options: LocalGithubOptions,
  release: () => void,
): Promise<E.Either<LocalGithubError, LocalGithub>> => {
  const opened = openDatabase(options.dir)
  if (E.isLeft(opened)) return opened
  const db = opened.right
  const { token, webhookSecret, lastPort } = settings(db, options)
  await installHooks(options.dir)
  const now = options.now ?? Date.now
  const faults = makeFaultScript(now, options.faults)
  const deliverer = startDeliverer({ db, now, faults })
  const address = { url: '' }
  const world: World = {
    db,
    dir: options.dir,
    token,
    webhookSecret,
    now,
    url: () => address.url,
    lock: makeLock(),
    commits: new Map(),
    wakeDeliverer: deliverer.wake,
    faults,
  }
  ensureUser(world, BOT_LOGIN)
  const gate = makeGate()
  const listening = await listenOn(world, options, lastPort, gate.opened)
  if (E.isLeft(listening)) {
    await deliverer.close()
    db.close()
    return listening
  }
  address.url = `http://127.0.0.1:${listening.right.port}`
  remember(db, 'port', String(listening.right.port))
  await recover(world)
  gate.open()
  deliverer.wake()
  return E.right({
    url: address.url,
    graphqlUrl: `${address.url}/graphql`,
    token,
    webhookSecret,
    tokenFor: (login) => tokenFor(token, login),
    importRepository: (wish) => () => importRepository(world, ensureUser(world, wish.owner), wish),
    setFaults: faults.set,
    faults: faults.tally,
    close: async () => {
      await listening.right.close()
      await deliverer.close()
      db.close()
      release()
    },
  })
}

const start = async (options: LocalGithubOptions): Promise<E.Either<LocalGithubError, LocalGithub>> => {
  const held = holdDirectory(options.dir)
  if (E.isLeft(held)) return held
  const begun = await startHolding(options, held.right)
  if (E.isLeft(begun)) held.right()
  return begun
}

/** Starts a local GitHub on a directory, going on where the last one stopped. */
export const startLocalGithub =
  (options: LocalGithubOptions): TaskEither<LocalGithubError, LocalGithub> =>
  () =>
    start(options)
