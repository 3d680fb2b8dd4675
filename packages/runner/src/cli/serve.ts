/** `headgate serve`: the service against the real GitHub and Batch. */
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { readConfig, type Config } from '../config/config.js'
import { nameOfSecret, readSecret, type Secret } from '../config/secret.js'
import { messageOf, problemLine, type Problem } from '../problem.js'
import { makeClock } from '../shell/clock.js'
import { openLog, type LogLevel } from '../shell/log.js'
import type { ServiceOptions } from '../shell/options.js'
import { journalFile, startService } from '../shell/service.js'
import { openJournal } from '../store/journal.js'
import { untilSignal } from './signals.js'
import { bold, complain, decisionPrinter, say } from './terminal.js'

export interface ServeFlags {
  readonly config: string
  readonly logLevel: LogLevel
}

/** Secrets are read at every use, so that they may be renewed; an unreadable one is a failed call, not a crash. */
const provider = (secret: Secret) => (): Promise<string> => {
  const read = readSecret(secret)
  return E.isLeft(read) ? Promise.reject(new Error(problemLine(read.left))) : Promise.resolve(read.right)
}

const missingSecret = (config: Config): Problem | undefined => {
  const { github, batch, http } = config
  const secrets = [
    github.token,
    github.webhookSecret,
    batch.token,
    ...(http.operatorToken === undefined ? [] : [http.operatorToken]),
  ]
  return secrets.map((secret) => readSecret(secret)).find(E.isLeft)?.left
}

type Wiring = Omit<ServiceOptions, 'journal' | 'clock' | 'log' | 'onDecisions'>

const wiringOf = (config: Config): Wiring => {
  const { github, batch, http } = config
  const cloneUrl = (repository: string) => `${github.gitUrl}/${repository}.git`
  return {
    branches: config.branches,
    github: {
      apiUrl: github.apiUrl,
      remoteUrl: cloneUrl,
      token: provider(github.token),
      credential: nameOfSecret(github.token),
      comment: github.comment,
      bot: github.bot,
      webhookSecrets: () => {
        const secret = readSecret(github.webhookSecret)
        return E.isLeft(secret) ? [] : [secret.right]
      },
    },
    batch: {
      url: batch.url,
      token: provider(batch.token),
      billingProject: batch.billingProject,
      storageUri: batch.storageUri,
      namespace: batch.namespace,
      cloud: batch.cloud,
      user: batch.user,
      global: batch.global,
      ...(batch.installation === undefined ? {} : { installation: batch.installation }),
      repoUrl: cloneUrl,
    },
    http: {
      host: http.host,
      port: http.port,
      publicUrl: http.publicUrl,
      operatorToken: () =>
        http.operatorToken === undefined ? E.right(undefined) : readSecret(http.operatorToken),
    },
    mirrorDir: join(config.stateDir, 'mirror'),
  }
}

const run = async (config: Config, level: LogLevel): Promise<E.Either<Problem, number>> => {
  const journal = openJournal(journalFile(config.stateDir))
  if (E.isLeft(journal)) return journal
  const { log, close } = openLog(join(config.stateDir, 'headgate.log'), level)
  const printer = decisionPrinter(config.branches.length > 1)
  const wiring = wiringOf(config)
  const service = await startService({
    ...wiring,
    journal: journal.right,
    clock: makeClock(),
    log,
    onDecisions: printer,
  })
  if (E.isLeft(service)) {
    journal.right.close()
    return service
  }
  const count = config.branches.length
  say(`${bold('headgate')} watches ${count} ${count === 1 ? 'branch' : 'branches'}: ${service.right.url}/`)
  const over = await Promise.race([untilSignal(), service.right.fatal])
  await service.right.stop()
  journal.right.close()
  close()
  return typeof over === 'string' ? E.right(0) : E.left(over)
}

/** Runs `headgate serve`; gives the exit status. */
export const serve = async (flags: ServeFlags): Promise<number> => {
  const config = readConfig(flags.config)
  if (E.isLeft(config)) {
    complain(config.left)
    return 1
  }
  const missing = missingSecret(config.right)
  if (missing !== undefined) {
    complain(missing)
    return 1
  }
  try {
    const status = await run(config.right, flags.logLevel)
    if (E.isRight(status)) return status.right
    complain(status.left)
    return 1
  } catch (cause) {
    complain({
      code: 'internal',
      place: 'headgate',
      sentence: `Something went wrong: ${messageOf(cause)}.`,
      remedy: 'See headgate.log in the state directory.',
    })
    return 70
  }
}
