/** The configuration of `headgate serve`, decoded: what is in doubt is refused with file, line and remedy. */
import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import type * as t from 'io-ts'
import type { Installation } from '@headgate/adapters-batch'
import { defaultPolicy, type BranchName, type Policy } from '@headgate/core'
import { codeOf, messageOf, problem, type Problem } from '../problem.js'
import { credentialOf, optionalIn, secretIn, webhookSecretsOf, type Credential } from './credentials.js'
import { finding, parseYaml, type Finding, type Path } from './document.js'
import { engineOf, type Engine } from './engine.js'
import { ConfigFile } from './file.js'
import { policyOf } from './policy.js'
import type { Secret } from './secret.js'

/** A branch to watch, with its policy in full and the engine that runs its tests. */
export interface Watched {
  readonly name: BranchName
  readonly policy: Policy
  readonly engine: Engine
}

export interface BatchConfig {
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

export interface Config {
  readonly github: {
    readonly apiUrl: string
    readonly gitUrl: string
    readonly credential: Credential
    /** Deliveries may be signed with any of them. */
    readonly webhookSecrets: ReadonlyArray<Secret>
    readonly comment: boolean
    /** Without the `@`. */
    readonly bot: string
  }
  /** Undefined only where no branch is tested on Batch. */
  readonly batch: BatchConfig | undefined
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

const installationOf = (
  given: NonNullable<ConfigFile['batch']>['installation'],
): BatchConfig['installation'] =>
  given === undefined ? undefined : { ...given, defaultNamespace: given.defaultNamespace ?? 'default' }

const batchOf = (
  { batch }: ConfigFile,
  dir: string,
  branches: ReadonlyArray<Watched>,
): E.Either<Finding, BatchConfig | undefined> => {
  if (batch === undefined)
    return branches.some((watched) => watched.engine._tag === 'Batch')
      ? E.left(
          finding(
            [],
            '"batch" is missing, and there are branches whose tests run on it.',
            'Add it, or set an "engine" for each branch.',
          ),
        )
      : E.right(undefined)
  return E.map((token: Secret): BatchConfig => ({
    url: batch.url,
    token,
    billingProject: batch.billingProject,
    storageUri: batch.storageUri,
    namespace: batch.namespace ?? 'default',
    cloud: batch.cloud,
    user: batch.user,
    global: batch.global ?? {},
    installation: installationOf(batch.installation),
  }))(secretIn(['batch'], 'token', batch, dir))
}

const faultAt = (
  place: Path,
  fault: { readonly path: ReadonlyArray<string>; readonly text: string },
): Finding => {
  const path = [...place, ...fault.path]
  return finding(path, `"${path.join('.')}": ${fault.text}.`)
}

/** Checks can't deploy, so where they are the engine nothing does unless it is asked for (and refused). */
const baseFor = (engine: Engine): Policy =>
  engine._tag === 'Batch' ? defaultPolicy : { ...defaultPolicy, deployable: false }

const branchesOf = (file: ConfigFile): E.Either<Finding, ReadonlyArray<Watched>> => {
  const watched: Watched[] = []
  for (const [index, { repository, branch, policy, engine: given }] of file.branches.entries()) {
    const engine = engineOf(given)
    if (E.isLeft(engine)) return E.left(faultAt(['branches', index, 'engine'], engine.left))
    const decoded = policyOf(policy ?? {}, baseFor(engine.right))
    if (E.isLeft(decoded)) return E.left(faultAt(['branches', index, 'policy'], decoded.left))
    if (engine.right._tag === 'GithubChecks' && decoded.right.deployable)
      return E.left(
        finding(
          ['branches', index, 'policy', 'deployable'],
          `${repository}:${branch}: checks can't deploy.`,
          'Set "deployable: false"; deploy by a workflow on pushes to the branch.',
        ),
      )
    const twin = watched.some(
      (w) => w.name.repository.toLowerCase() === repository.toLowerCase() && w.name.branch === branch,
    )
    if (twin)
      return E.left(
        finding(['branches', index], `${repository}:${branch} is watched twice.`, 'Remove one of the two.'),
      )
    watched.push({ name: { repository, branch }, policy: decoded.right, engine: engine.right })
  }
  return E.right(watched)
}

const httpOf = ({ http = {} }: ConfigFile, dir: string): E.Either<Finding, Config['http']> => {
  const operatorToken = optionalIn(['http'], 'operatorToken', http, dir)
  if (E.isLeft(operatorToken)) return operatorToken
  const host = http.host ?? '127.0.0.1'
  return !isLoopback(host) && operatorToken.right === undefined
    ? E.left(
        finding(
          ['http', 'host'],
          `"http.host": ${host} is reachable from other machines, and operators need no token.`,
          'Add "operatorTokenFile" or "operatorTokenEnv", or bind 127.0.0.1 behind a proxy.',
        ),
      )
    : E.right({
        host,
        port: http.port ?? 8080,
        publicUrl: http.publicUrl?.replace(/\/+$/, ''),
        operatorToken: operatorToken.right,
      })
}

const assemble = (file: ConfigFile, dir: string): E.Either<Finding, Config> => {
  const credential = credentialOf(file, dir)
  if (E.isLeft(credential)) return credential
  const webhookSecrets = webhookSecretsOf(file, dir)
  if (E.isLeft(webhookSecrets)) return webhookSecrets
  const branches = branchesOf(file)
  if (E.isLeft(branches)) return branches
  const batch = batchOf(file, dir, branches.right)
  if (E.isLeft(batch)) return batch
  const http = httpOf(file, dir)
  if (E.isLeft(http)) return http
  const apiUrl = (file.github.apiUrl ?? 'https://api.github.com').replace(/\/+$/, '')
  return E.right({
    github: {
      apiUrl,
      gitUrl: (file.github.gitUrl ?? gitUrlOf(apiUrl)).replace(/\/+$/, ''),
      credential: credential.right,
      webhookSecrets: webhookSecrets.right,
      comment: file.github.comment ?? false,
      bot: file.github.bot ?? 'headgate',
    },
    batch: batch.right,
    http: http.right,
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
