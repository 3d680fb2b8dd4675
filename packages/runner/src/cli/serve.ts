/** `headgate serve`: the service against the real GitHub and Batch. */
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { redeliverMissed } from '@headgate/adapters-github'
import { readConfig, type Config } from '../config/config.js'
import { provider, readSecret } from '../config/secret.js'
import { messageOf, type Problem } from '../problem.js'
import { makeClock } from '../shell/clock.js'
import { githubAccess, identitiesOf, type GithubAccess } from '../shell/identities.js'
import { openLog, type Log, type LogLevel } from '../shell/log.js'
import type { ServiceOptions } from '../shell/options.js'
import { journalFile, startService } from '../shell/service.js'
import { openJournal } from '../store/journal.js'
import { findingLines, preflightOf } from './preflight.js'
import { untilSignal } from './signals.js'
import { bold, complain, decisionPrinter, say } from './terminal.js'

export interface ServeFlags {
  readonly config: string
  readonly logLevel: LogLevel
}

const missingSecret = (config: Config): Problem | undefined => {
  const { github, batch, http } = config
  const { credential } = github
  const secrets = [
    credential._tag === 'App' ? credential.privateKey : credential.token,
    ...github.webhookSecrets,
    ...(batch === undefined ? [] : [batch.token]),
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
      identityOf: identitiesOf(github.credential, github.apiUrl),
      webhookSecrets: () =>
        github.webhookSecrets
          .map((secret) => readSecret(secret))
          .filter(E.isRight)
          .map((secret) => secret.right),
      comment: github.comment,
      bot: github.bot,
    },
    batch: batch === undefined ? undefined : { ...batch, token: provider(batch.token), repoUrl: cloneUrl },
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

/** Says at the start what is missing. GitHub may be out of reach just then, so it stops nothing. */
const tellPreflight = async (config: Config, access: GithubAccess, log: Log): Promise<void> => {
  for (const watched of config.branches) {
    const { repository, branch } = watched.name
    const found = await preflightOf(access, config.github.apiUrl, watched)
    if (E.isLeft(found)) log.warn({ problem: found.left }, 'no preflight')
    else for (const line of findingLines(found.right, watched)) say(`${repository}:${branch} ${line}`)
  }
}

/** Asks for what was said while the service was away. Without the permission for it, only comments are lost. */
const askForMissed = async (config: Config, access: GithubAccess, url: string, log: Log): Promise<void> => {
  for (const repository of new Set(config.branches.map(({ name }) => name.repository))) {
    const asked = await redeliverMissed(access.clientOf(repository), repository, `${url}/webhooks/github`)
    if (E.isLeft(asked)) log.info({ repository, why: asked.left.text }, 'missed deliveries stay missed')
    else if (asked.right > 0) log.info({ repository, asked: asked.right }, 'missed deliveries asked for')
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
  const access = githubAccess(wiring.github.identityOf, config.github.apiUrl)
  void tellPreflight(config, access, log)
  void askForMissed(config, access, service.right.url, log)
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
