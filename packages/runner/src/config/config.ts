/** The configuration of `headgate serve`, decoded: what is in doubt is refused with file, line and remedy. */
import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import type * as t from 'io-ts'
import type { Installation } from '@headgate/adapters-batch'
import type { BranchName, Policy } from '@headgate/core'
import { codeOf, messageOf, problem, type Problem } from '../problem.js'
import { finding, parseYaml, type Finding, type Path } from './document.js'
import { ConfigFile } from './file.js'
import { policyOf } from './policy.js'
import { secretOf, type Secret } from './secret.js'

/** A branch to watch, with its policy in full. */
export interface Watched {
  readonly name: BranchName
  readonly policy: Policy
}

export interface Config {
  readonly github: {
    readonly apiUrl: string
    readonly gitUrl: string
    readonly token: Secret
    readonly webhookSecret: Secret
    readonly comment: boolean
    /** Without the `@`. */
    readonly bot: string
  }
  readonly batch: {
    readonly url: string
    readonly token: Secret
    readonly billingProject: string
    readonly storageUri: string
    readonly namespace: string
    readonly cloud: string | undefined
    readonly user: string | undefined
    readonly global: Readonly<Record<string, unknown>>
    /** What image and deploy steps need. */
    readonly installation: Omit<Installation, 'cloud'> | undefined
  }
  readonly http: {
    readonly host: string
    readonly port: number
    /** Where people and the forge reach the service; links and callbacks start with it. */
    readonly publicUrl: string | undefined
    readonly operatorToken: Secret | undefined
  }
  readonly stateDir: string
  readonly branches: ReadonlyArray<Watched>
}

const keysOf = (error: t.ValidationError): Path =>
  error.context.map((entry) => entry.key).filter((key) => key !== '')

const findingOf = (error: t.ValidationError): Finding => {
  const path = keysOf(error)
  const name = path.length === 0 ? 'The file' : `"${path.join('.')}"`
  const expected = error.context.at(-1)?.type.name ?? 'something else'
  return finding(path, `${name}: ${error.message ?? `expected ${expected}`}.`)
}

const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || /^127\./.test(host)

const gitUrlOf = (apiUrl: string): string =>
  apiUrl === 'https://api.github.com' ? 'https://github.com' : apiUrl.replace(/\/api\/v3\/?$/, '')

type Secrets = Readonly<Record<'github' | 'webhook' | 'batch' | 'operator', Secret | undefined>>

const secretsOf = (file: ConfigFile, dir: string): E.Either<Finding, Secrets> => {
  const wanted = [
    ['github', 'github', 'token', file.github],
    ['webhook', 'github', 'webhookSecret', file.github],
    ['batch', 'batch', 'token', file.batch],
    ['operator', 'http', 'operatorToken', file.http ?? {}],
  ] as const
  const secrets: Record<string, Secret | undefined> = {}
  for (const [name, section, key, given] of wanted) {
    const secret = secretOf(given, key, dir)
    if (E.isLeft(secret))
      return E.left(finding([section], `"${section}": ${secret.left}.`, 'Keep one of them.'))
    if (secret.right === undefined && name !== 'operator')
      return E.left(
        finding([section], `"${section}": "${key}File" or "${key}Env" is missing.`, 'Add one of them.'),
      )
    secrets[name] = secret.right
  }
  return E.right(secrets as Secrets)
}

const branchesOf = (file: ConfigFile): E.Either<Finding, ReadonlyArray<Watched>> => {
  const watched: Watched[] = []
  for (const [index, { repository, branch, policy }] of file.branches.entries()) {
    const decoded = policyOf(policy ?? {})
    if (E.isLeft(decoded)) {
      const path = ['branches', index, 'policy', ...decoded.left.path]
      return E.left(finding(path, `"${path.join('.')}": ${decoded.left.text}.`))
    }
    const twin = watched.some(
      (w) => w.name.repository.toLowerCase() === repository.toLowerCase() && w.name.branch === branch,
    )
    if (twin)
      return E.left(
        finding(['branches', index], `${repository}:${branch} is watched twice.`, 'Remove one of the two.'),
      )
    watched.push({ name: { repository, branch }, policy: decoded.right })
  }
  return E.right(watched)
}

const installationOf = (given: ConfigFile['batch']['installation']): Config['batch']['installation'] =>
  given === undefined ? undefined : { ...given, defaultNamespace: given.defaultNamespace ?? 'default' }

const assemble = (file: ConfigFile, dir: string): E.Either<Finding, Config> => {
  const secrets = secretsOf(file, dir)
  if (E.isLeft(secrets)) return secrets
  const branches = branchesOf(file)
  if (E.isLeft(branches)) return branches
  const { github, webhook, batch, operator } = secrets.right
  const host = file.http?.host ?? '127.0.0.1'
  if (!isLoopback(host) && operator === undefined)
    return E.left(
      finding(
        ['http', 'host'],
        `"http.host": ${host} is reachable from other machines, and operators need no token.`,
        'Add "operatorTokenFile" or "operatorTokenEnv", or bind 127.0.0.1 behind a proxy.',
      ),
    )
  const apiUrl = (file.github.apiUrl ?? 'https://api.github.com').replace(/\/+$/, '')
  return E.right({
    github: {
      apiUrl,
      gitUrl: (file.github.gitUrl ?? gitUrlOf(apiUrl)).replace(/\/+$/, ''),
      token: github as Secret,
      webhookSecret: webhook as Secret,
      comment: file.github.comment ?? false,
      bot: file.github.bot ?? 'headgate',
    },
    batch: {
      url: file.batch.url,
      token: batch as Secret,
      billingProject: file.batch.billingProject,
      storageUri: file.batch.storageUri,
      namespace: file.batch.namespace ?? 'default',
      cloud: file.batch.cloud,
      user: file.batch.user,
      global: file.batch.global ?? {},
      installation: installationOf(file.batch.installation),
    },
    http: {
      host,
      port: file.http?.port ?? 8080,
      publicUrl: file.http?.publicUrl?.replace(/\/+$/, ''),
      operatorToken: operator,
    },
    stateDir: resolve(dir, file.stateDir),
    branches: branches.right,
  })
}

/** Decodes the text of a configuration; relative paths in it start at the directory of `file`. */
export const decodeConfig = (text: string, file: string): E.Either<Problem, Config> => {
  const document = parseYaml(text, file)
  if (E.isLeft(document)) return document
  const { json, told } = document.right
  const decoded = ConfigFile.decode(json)
  if (E.isLeft(decoded)) {
    const [first, ...others] = decoded.left.map(findingOf)
    return E.left(told(first ?? finding([], 'The file is not understood.'), others.length))
  }
  const config = assemble(decoded.right, dirname(resolve(file)))
  return E.isLeft(config) ? E.left(told(config.left)) : config
}

/** Reads and decodes a configuration file. */
export const readConfig = (file: string): E.Either<Problem, Config> => {
  try {
    return decodeConfig(readFileSync(file, 'utf8'), file)
  } catch (cause) {
    const why =
      codeOf(cause) === 'ENOENT' ? 'There is no such file.' : `It can't be read (${messageOf(cause)}).`
    return E.left(problem('config', file, why, 'Name the configuration with --config FILE.'))
  }
}
