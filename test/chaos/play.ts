/** One run of the whole service against a local GitHub and a local Batch, as a plan says. */
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import type { Policy } from '@headgate/core'
import { startLocalBatch, type LocalBatch } from '@headgate/adapters-batch/local'
import { tokenIdentity } from '@headgate/adapters-github'
import { startLocalGithub, type LocalGithub } from '@headgate/adapters-github/local'
import { openJournal, openLog, reportOf, startService, type Report, type Service } from '@headgate/runner'
import { untilNothingHappens } from '../../packages/runner/src/cli/quiet.js'
import { strategies } from '../../packages/runner/src/config/shorthand.js'
import { ensureHook, isDelivered } from '../../packages/runner/src/local/hooks.js'
import { localPolicy } from '../../packages/runner/src/local/policy.js'
import { mirrorDir, repositoryDir } from '../../packages/runner/src/local/world.js'
import { journalFile } from '../../packages/runner/src/shell/service.js'
import { makeClock } from '../../packages/runner/src/shell/clock.js'
import type { ChaosPlan, Mode } from './plan.js'
import { AUTHOR, copyOf, protect, REPOSITORY, type Template } from './scenario.js'

/** Who decides nothing for so long is stuck; who goes on for so long will never end. */
const SILENCE_MS = 60_000
const PATIENCE_MS = 240_000

export interface Played {
  readonly report: Report
  readonly stateDir: string
  /** Null: it came to rest. */
  readonly stuck: string | null
  /** How often faults struck. */
  readonly struck: number
  readonly ms: number
}

const right = <A>(result: E.Either<unknown, A>): A => {
  if (E.isLeft(result)) throw new Error(JSON.stringify(result.left))
  return result.right
}

const pause = (ms: number): Promise<void> => new Promise((go) => setTimeout(go, ms))

/** Everything is near and nothing takes long, so waits are short. */
const policyOf = ({ landing, strategy }: Mode): Policy => {
  const policy = localPolicy(landing, strategies[strategy], [AUTHOR])
  const durations = {
    ...policy.durations,
    ...{ pollSeconds: 4, batchPollSeconds: 2, answerSeconds: 30, retryMaxSeconds: 2, forgeLagSeconds: 2 },
  }
  return { ...policy, durations }
}

interface Stage {
  readonly stateDir: string
  readonly github: LocalGithub
  readonly batch: LocalBatch
  readonly mode: Mode
}

interface Run {
  readonly service: Service
  readonly stop: () => Promise<void>
}

/** The service on a port of its own; the webhook follows it, made where faults can't reach. */
const open = async ({ stateDir, github, batch, mode }: Stage, port: number): Promise<Run> => {
  const journal = right(openJournal(journalFile(stateDir)))
  const { log, close } = openLog(join(stateDir, 'headgate.log'), 'warn')
  const [repository, branch] = [REPOSITORY, 'main']
  const identity = tokenIdentity(() => Promise.resolve(github.token), 'the token')
  const service = right(
    await startService({
      journal,
      branches: [{ name: { repository, branch }, policy: policyOf(mode), engine: { _tag: 'Batch' } }],
      github: {
        apiUrl: github.url,
        remoteUrl: (name) => `${github.url}/${name}.git`,
        identityOf: () => identity,
        webhookSecrets: () => [github.webhookSecret],
        comment: true,
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
        repoUrl: (name) => repositoryDir(stateDir, name),
      },
      http: { host: '127.0.0.1', port, publicUrl: undefined, operatorToken: () => E.right(undefined) },
      mirrorDir: mirrorDir(stateDir),
      clock: makeClock(),
      log,
      onDecisions: () => undefined,
    }),
  )
  return {
    service,
    stop: async () => {
      await service.stop()
      journal.close()
      close()
    },
  }
}

const stuckIn = (service: Service): string =>
  service.actors
    .flatMap((actor) => reportOf(actor.state(), '').open)
    .map(
      ({ number, reasons, next }) =>
        `#${number}: ${reasons.map((r) => r.code).join(', ')}; ${next?.text ?? 'nothing next'}`,
    )
    .join(' | ')

/** Resolves when nothing has been decided for long, or when it has gone on for too long. */
const untilStuck = async (service: Service): Promise<string> => {
  const began = Date.now()
  let last = began
  const unsubscribe = service.subscribe((step) => {
    if (step.decisions.length > 0) last = Date.now()
  })
  while (Date.now() - last < SILENCE_MS && Date.now() - began < PATIENCE_MS) await pause(200)
  unsubscribe()
  return stuckIn(service)
}

/** Runs the service through its faults, then until nothing more happens. */
const live = async (
  stage: Stage,
  plan: ChaosPlan,
): Promise<{ run: Run; stuck: string | null; struck: number }> => {
  const { github } = stage
  let run = await open(stage, 0)
  const { port } = new URL(run.service.url)
  const url = `${run.service.url}/webhooks/github`
  const hook = right(await ensureHook(github, REPOSITORY, url, github.webhookSecret))
  github.setFaults(plan.faults)
  const began = Date.now()
  if (plan.restartMs !== null) {
    await pause(plan.restartMs)
    await run.stop()
    run = await open(stage, Number(port))
  }
  await pause(Math.max(0, plan.faultsMs - (Date.now() - began)))
  const struck = github.faults().reduce((sum, rule) => sum + rule.struck, 0)
  github.setFaults({ rules: [] })
  await protect(github)
  const stuck = await Promise.race([
    untilNothingHappens(run.service, () => isDelivered(github, REPOSITORY, hook)).then(() => null),
    run.service.fatal.then((problem) => JSON.stringify(problem)),
    untilStuck(run.service),
  ])
  return { run, stuck, struck }
}

/** Plays a plan and hands what came out to `use`, while its directory is there. */
export const play = async <A>(
  template: Template,
  plan: ChaosPlan,
  use: (played: Played) => A | Promise<A>,
): Promise<A> => {
  const { stateDir, remove } = copyOf(template)
  const began = Date.now()
  const github = right(await startLocalGithub({ dir: join(stateDir, 'github'), port: 0 })())
  const batch = right(await startLocalBatch({ dir: join(stateDir, 'batch') })())
  const { run, stuck, struck } = await live({ stateDir, github, batch, mode: plan.mode }, plan)
  const [actor] = run.service.actors
  if (actor === undefined) throw new Error('The service watches nothing.')
  const report = reportOf(actor.state(), template.base)
  await run.stop()
  await batch.close()
  try {
    return await use({ report, stateDir, stuck, struck, ms: Date.now() - began })
  } finally {
    await github.close()
    remove()
  }
}
