/** Opening everything that `headgate start` runs: lock, servers, seed, service, webhook. */
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import type { Policy } from '@headgate/core'
import { tokenIdentity } from '@headgate/adapters-github'
import { strategies } from '../config/shorthand.js'
import { probePort } from '../http/listen.js'
import { ensureHook, isDelivered } from '../local/hooks.js'
import { makeStateDir, writeMarker, type Made, type Marker } from '../local/marker.js'
import { localPolicy } from '../local/policy.js'
import { onSomePort, rememberedPorts, rememberPorts } from '../local/ports.js'
import { seedRepository } from '../local/seedRepository.js'
import {
  clearLocalWorld,
  mirrorDir,
  repositoryDir,
  startLocalWorld,
  type LocalWorld,
} from '../local/world.js'
import { problem, type Problem } from '../problem.js'
import { seedSample } from '../sample/seed.js'
import { makeClock } from '../shell/clock.js'
import { openLog, type Log } from '../shell/log.js'
import { journalFile, startService, type Service } from '../shell/service.js'
import { openJournal, type Journal } from '../store/journal.js'
import { originName, type StartPlan } from './startOptions.js'
import { decisionPrinter, dim, say } from './terminal.js'

/** What must be closed at the end, in the order of opening. */
export type Closers = Array<() => Promise<void> | void>

const markerOf = ({ landing, strategy }: StartPlan, origin: string, made: Made | null): Marker => ({
  format: 1,
  origin,
  landing,
  strategy,
  made,
})

const policyFor = ({ landing, strategy }: StartPlan, trustedAuthors: ReadonlyArray<string>): Policy =>
  localPolicy(landing, strategies[strategy], trustedAuthors)

/** Puts the sample or the repository on the local GitHub, from nothing; durable when it returns. */
const seed = async (plan: StartPlan, world: LocalWorld, policy: Policy): Promise<E.Either<Problem, Made>> => {
  const { origin, stateDir } = plan
  say(dim(origin._tag === 'Sample' ? 'Making the sample repository …' : `Importing ${origin.source.path} …`))
  const { statusContext } = policy
  const made =
    origin._tag === 'Sample'
      ? await seedSample(world.github, stateDir, statusContext)
      : await seedRepository(world.github, {
          source: origin.source,
          buildFile: origin.buildFile,
          statusContext,
        })
  if (E.isLeft(made))
    return E.left(
      problem(
        'seed',
        originName(origin),
        `It can't be put on the local GitHub: ${made.left}.`,
        'Correct it and start again.',
      ),
    )
  writeMarker(stateDir, markerOf(plan, originName(origin), made.right))
  return made
}

const startBoth = async (plan: StartPlan, closers: Closers): Promise<E.Either<Problem, LocalWorld>> => {
  const { flags, stateDir } = plan
  const world = await startLocalWorld({
    stateDir,
    githubPort: flags.githubPort,
    batchPort: flags.batchPort,
    rememberedBatchPort: rememberedPorts(stateDir).batch,
  })
  if (E.isRight(world)) closers.push(world.right.close)
  return world
}

const serve = (
  plan: StartPlan,
  world: LocalWorld,
  made: Made,
  journal: Journal,
  log: Log,
): Promise<E.Either<Problem, Service>> => {
  const { github, batch } = world
  const { repository, branch } = made
  const policy = policyFor(plan, made.trustedAuthors)
  const identity = tokenIdentity(() => Promise.resolve(github.token), "the local GitHub's token")
  const open = (port: number) =>
    startService({
      journal,
      branches: [{ name: { repository, branch }, policy, engine: { _tag: 'Batch' } }],
      github: {
        apiUrl: github.url,
        remoteUrl: (name) => `${github.url}/${name}.git`,
        identityOf: () => identity,
        webhookSecrets: () => [github.webhookSecret],
        comment: false,
        bot: 'headgate',
      },
      batch: {
        url: batch.url,
        token: () => Promise.resolve(batch.token),
        billingProject: 'local',
        storageUri: 'local://headgate',
        namespace: 'default',
        cloud: undefined,
        user: undefined,
        global: { cloud: 'local' },
        installation: undefined,
        repoUrl: (name) => repositoryDir(plan.stateDir, name),
      },
      http: { host: '127.0.0.1', port, publicUrl: undefined, operatorToken: () => E.right(undefined) },
      mirrorDir: mirrorDir(plan.stateDir),
      clock: makeClock(),
      log,
      onDecisions: decisionPrinter(false),
    })
  const remembered = rememberedPorts(plan.stateDir).service
  return onSomePort(plan.flags.port, remembered, (p: Problem) => p.code === 'port-in-use', open)
}

/** Everything that runs. */
export interface Running {
  readonly service: Service
  readonly world: LocalWorld
  readonly made: Made
  readonly delivered: () => Promise<boolean>
}

const portOf = (url: string): number => Number(new URL(url).port)

/** Opens everything, in order: lock, servers, seed, service, webhook. */
export const openLocal = async (plan: StartPlan, closers: Closers): Promise<E.Either<Problem, Running>> => {
  const { stateDir } = plan
  const dir = makeStateDir(stateDir)
  if (E.isLeft(dir)) return dir
  const known = plan.marker?.made ?? null
  const free =
    plan.flags.port === undefined ? E.right(undefined) : await probePort('127.0.0.1', plan.flags.port)
  if (E.isLeft(free)) return free
  // First of all: a directory that was left half made says so.
  if (plan.marker === undefined) writeMarker(stateDir, markerOf(plan, originName(plan.origin), null))
  const journal = openJournal(journalFile(stateDir))
  if (E.isLeft(journal)) return journal
  closers.push(journal.right.close)
  const { log, close: closeLog } = openLog(join(stateDir, 'headgate.log'), plan.flags.logLevel)
  closers.push(closeLog)
  if (known === null) clearLocalWorld(stateDir)
  else if (plan.marker?.landing !== plan.landing || plan.marker.strategy !== plan.strategy)
    writeMarker(stateDir, markerOf(plan, plan.marker?.origin ?? 'sample', known))
  const world = await startBoth(plan, closers)
  if (E.isLeft(world)) return world
  const made = known === null ? await seed(plan, world.right, policyFor(plan, [])) : E.right(known)
  if (E.isLeft(made)) return made
  const service = await serve(plan, world.right, made.right, journal.right, log)
  if (E.isLeft(service)) return service
  closers.push(service.right.stop)
  rememberPorts(stateDir, { service: portOf(service.right.url), batch: portOf(world.right.batch.url) })
  const { github } = world.right
  const { repository } = made.right
  const url = `${service.right.url}/webhooks/github`
  const hook = await ensureHook(github, repository, url, github.webhookSecret)
  if (E.isLeft(hook))
    return E.left(
      problem('hook', github.url, `The webhook can't be made: ${hook.left.text}.`, 'Start again.'),
    )
  const delivered = () => isDelivered(github, repository, hook.right)
  return E.right({ service: service.right, world: world.right, made: made.right, delivered })
}
