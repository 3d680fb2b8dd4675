/** `headgate start`: a local GitHub, a local Batch and the service, wired over loopback HTTP. */
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import type { Policy } from '@headgate/core'
import { probePort } from '../http/listen.js'
import { ensureHook, isDelivered } from '../local/hooks.js'
import { makeStateDir, writeMarker, type Made } from '../local/marker.js'
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
import { messageOf, problem, type Problem } from '../problem.js'
import { seedSample } from '../sample/seed.js'
import { makeClock } from '../shell/clock.js'
import { openLog, type Log } from '../shell/log.js'
import { journalFile, startService, type Service } from '../shell/service.js'
import { openJournal, type Journal } from '../store/journal.js'
import { reportOf } from '../view/report.js'
import { untilNothingHappens } from './quiet.js'
import { writeReport } from './reportFile.js'
import { untilSignal } from './signals.js'
import { originName, planStart, type StartFlags, type StartPlan } from './startOptions.js'
import { reportTable } from './table.js'
import { bold, complain, decisionPrinter, dim, say } from './terminal.js'

/** What must be closed at the end, in the order of opening. */
type Closers = Array<() => Promise<void> | void>

const closeAll = async (closers: Closers): Promise<void> => {
  for (const close of [...closers].reverse()) await close()
}

/** Puts the sample or the repository on the local GitHub, from nothing; durable when it returns. */
const seed = async (plan: StartPlan, world: LocalWorld, policy: Policy): Promise<E.Either<Problem, Made>> => {
  const { origin, stateDir, landing } = plan
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
  writeMarker(stateDir, { format: 1, origin: originName(origin), landing, made: made.right })
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
  const open = (port: number) =>
    startService({
      journal,
      branches: [{ name: { repository, branch }, policy: localPolicy(plan.landing, made.trustedAuthors) }],
      github: {
        apiUrl: github.url,
        remoteUrl: (name) => `${github.url}/${name}.git`,
        token: () => Promise.resolve(github.token),
        credential: "the local GitHub's token",
        webhookSecrets: () => [github.webhookSecret],
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

interface Running {
  readonly service: Service
  readonly world: LocalWorld
  readonly made: Made
  readonly delivered: () => Promise<boolean>
}

const portOf = (url: string): number => Number(new URL(url).port)

/** Opens everything, in order: lock, servers, seed, service, webhook. */
const open = async (plan: StartPlan, closers: Closers): Promise<E.Either<Problem, Running>> => {
  const { stateDir, landing } = plan
  const dir = makeStateDir(stateDir)
  if (E.isLeft(dir)) return dir
  const known = plan.marker?.made ?? null
  const free =
    plan.flags.port === undefined ? E.right(undefined) : await probePort('127.0.0.1', plan.flags.port)
  if (E.isLeft(free)) return free
  // First of all: a directory that was left half made says so.
  if (plan.marker === undefined)
    writeMarker(stateDir, { format: 1, origin: originName(plan.origin), landing, made: null })
  const journal = openJournal(journalFile(stateDir))
  if (E.isLeft(journal)) return journal
  closers.push(journal.right.close)
  const { log, close: closeLog } = openLog(join(stateDir, 'headgate.log'), plan.flags.logLevel)
  closers.push(closeLog)
  if (known === null) clearLocalWorld(stateDir)
  else if (plan.marker?.landing !== landing)
    writeMarker(stateDir, { format: 1, origin: plan.marker?.origin ?? 'sample', landing, made: known })
  const world = await startBoth(plan, closers)
  if (E.isLeft(world)) return world
  const made = known === null ? await seed(plan, world.right, localPolicy(landing, [])) : E.right(known)
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

const greet = (plan: StartPlan, { service, world, made }: Running): void => {
  say(`${bold('headgate')} watches ${made.repository}:${made.branch} (${plan.landing} landing)`)
  say(dim(`  page          ${service.url}/`))
  say(
    dim(
      `  local GitHub  ${world.github.url}   local Batch  ${world.batch.url}   state  ${plan.flags.stateDir}`,
    ),
  )
  for (const note of made.notes) say(dim(`  ${note}`))
}

type Outcome =
  | { readonly _tag: 'Quiet' }
  | { readonly _tag: 'Signal' }
  | { readonly _tag: 'Fatal'; readonly problem: Problem }

const untilOver = (plan: StartPlan, { service, delivered }: Running): Promise<Outcome> =>
  Promise.race([
    ...(plan.flags.once === true
      ? [untilNothingHappens(service, delivered).then((): Outcome => ({ _tag: 'Quiet' }))]
      : []),
    untilSignal().then((): Outcome => ({ _tag: 'Signal' })),
    service.fatal.then((found): Outcome => ({ _tag: 'Fatal', problem: found })),
  ])

/** Prints and writes the report. */
const conclude = (plan: StartPlan, { service, made }: Running, table: boolean): E.Either<Problem, void> => {
  const [actor] = service.actors
  if (actor === undefined) return E.right(undefined)
  const report = reportOf(actor.state(), made.base)
  if (table) say(reportTable(report))
  return plan.reportFile === undefined ? E.right(undefined) : writeReport(plan.reportFile, report)
}

const run = async (plan: StartPlan, closers: Closers): Promise<E.Either<Problem, number>> => {
  const running = await open(plan, closers)
  if (E.isLeft(running)) return running
  greet(plan, running.right)
  const outcome = await untilOver(plan, running.right)
  if (outcome._tag === 'Fatal') return E.left(outcome.problem)
  const concluded = conclude(plan, running.right, outcome._tag === 'Quiet')
  if (E.isLeft(concluded)) return concluded
  if (outcome._tag === 'Signal') say(dim('Stopping; the next start goes on from here.'))
  // An interrupted `--once` did not do what it was asked for.
  return E.right(outcome._tag === 'Signal' && plan.flags.once === true ? 130 : 0)
}

/** Runs `headgate start`; gives the exit status. */
export const start = async (flags: StartFlags): Promise<number> => {
  const plan = await planStart(flags)
  if (E.isLeft(plan)) {
    complain(plan.left)
    return 1
  }
  const closers: Closers = []
  try {
    const status = await run(plan.right, closers)
    await closeAll(closers)
    if (E.isRight(status)) return status.right
    complain(status.left)
    return 1
  } catch (cause) {
    complain(
      problem(
        'internal',
        'headgate',
        `Something went wrong: ${messageOf(cause)}.`,
        'See headgate.log in the state directory.',
      ),
    )
    return 70
  }
}
