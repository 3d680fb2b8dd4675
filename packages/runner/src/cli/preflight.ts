/** `headgate preflight`: what a branch's settings and the credential lack, before the first pull request waits for it. */
import * as E from 'fp-ts/lib/Either.js'
import { preflight, readScopes, type Preflight } from '@headgate/adapters-github'
import { readConfig, type Config, type Watched } from '../config/config.js'
import { problem, type Problem } from '../problem.js'
import { githubAccess, identitiesOf, type GithubAccess } from '../shell/identities.js'
import { bold, complain, dim, say } from './terminal.js'

export interface PreflightFlags {
  readonly config: string
  readonly json?: true
}

/** Checks of the engine must be seen, too; its policy names them like any other required check. */
const policyOf = ({ policy, engine }: Watched) =>
  engine._tag === 'Batch'
    ? policy
    : {
        ...policy,
        requiredChecks: [...new Set([...policy.requiredChecks, ...Object.keys(engine.checks)])],
        checkReporters: { ...policy.checkReporters, ...engine.checks },
      }

/** Looks at one branch. Left: it can't be read. */
export const preflightOf = async (
  access: GithubAccess,
  apiUrl: string,
  watched: Watched,
): Promise<E.Either<Problem, Preflight>> => {
  const { name } = watched
  const identity = access.identityOf(name.repository)
  const found = await preflight({
    ...{ client: access.clientOf(name.repository), identity, branch: name, policy: policyOf(watched) },
    scopes: () => readScopes(identity.token, apiUrl),
  })
  return E.mapLeft(({ text }: { readonly text: string }) =>
    problem('preflight', `${name.repository}:${name.branch}`, text, 'Correct it and look again.'),
  )(found)
}

/** The findings that concern a branch's own way of landing, as lines for people. */
export const findingLines = ({ findings }: Preflight, { policy }: Watched): ReadonlyArray<string> =>
  findings
    .filter(({ landings }) => landings.includes(policy.landing))
    .map(({ severity, text, remedy }) => `${severity === 'blocks' ? '✗' : '!'} ${text} ${dim(remedy)}`)

const canLand = ({ possible }: Preflight, { policy }: Watched): boolean => possible.includes(policy.landing)

const print = (found: Preflight, watched: Watched): void => {
  const { repository, branch } = found.branch
  say(bold(`${repository}:${branch}`))
  for (const line of findingLines(found, watched)) say(`  ${line}`)
  const { landing } = watched.policy
  say(
    canLand(found, watched)
      ? `  ✓ "landing: ${landing}" is possible`
      : `  ✗ "landing: ${landing}" is not possible; possible: ${found.possible.join(', ') || 'none'}`,
  )
}

const look = async (config: Config, json: boolean): Promise<number> => {
  const { apiUrl, credential } = config.github
  const access = githubAccess(identitiesOf(credential, apiUrl), apiUrl)
  const all: Preflight[] = []
  let status = 0
  for (const watched of config.branches) {
    const found = await preflightOf(access, apiUrl, watched)
    if (E.isLeft(found)) {
      complain(found.left)
      status = 1
      continue
    }
    all.push(found.right)
    if (!canLand(found.right, watched)) status = 1
    if (!json) print(found.right, watched)
  }
  if (json) say(JSON.stringify(all))
  return status
}

/** Runs `headgate preflight`: 0 if every branch can land as it is configured to. */
export const runPreflight = async (flags: PreflightFlags): Promise<number> => {
  const config = readConfig(flags.config)
  if (E.isRight(config)) return look(config.right, flags.json === true)
  complain(config.left)
  return 1
}
