import type { BranchName, Failure, Policy } from '@headgate/core'
import * as E from 'fp-ts/lib/Either.js'
import type { GithubClient } from '../client.js'
import { messageOf } from '../failure.js'
import type { Identity } from '../identity/identity.js'
import { ownerAndName } from '../repositoryName.js'
import { accessFindings, type Access } from './access.js'
import { checkFindings } from './checks.js'
import { factsOf, type BranchFacts } from './facts.js'
import { LANDINGS, warns, type Finding, type Landing } from './finding.js'
import { landingFindings } from './landing.js'
import { readPreflight } from './query.js'

/** What is missing for a branch, and which landings are possible. */
export interface Preflight {
  readonly branch: BranchName
  readonly findings: ReadonlyArray<Finding>
  readonly possible: ReadonlyArray<Landing>
}

export interface PreflightOptions {
  readonly client: GithubClient
  readonly identity: Identity
  readonly branch: BranchName
  readonly policy: Policy
  /** The scopes of a classic token; undefined for every other credential. */
  readonly scopes: () => Promise<ReadonlyArray<string> | undefined>
}

const hiddenFindings = ({ hidden }: BranchFacts): ReadonlyArray<Finding> =>
  hidden.length === 0
    ? []
    : [
        warns({
          code: 'hidden',
          text: `GitHub does not show this credential: ${hidden.join(', ')}.`,
          remedy: 'Nothing, if what it does show is in order; "administration: read" would show all.',
        }),
      ]

/** Judges what was read. Pure. */
const judge = (
  branch: BranchName,
  facts: BranchFacts,
  access: Omit<Access, 'role'>,
  policy: Policy,
): Preflight => {
  const findings = [
    ...accessFindings({ ...access, role: facts.permission }),
    ...landingFindings(facts, policy),
    ...checkFindings(facts, policy),
    ...hiddenFindings(facts),
  ]
  const blocked = findings.filter((found) => found.severity === 'blocks').flatMap((found) => found.landings)
  return { branch, findings, possible: LANDINGS.filter((landing) => !blocked.includes(landing)) }
}

/** Reads the settings of a branch and says what is missing. One or two requests; changes nothing. */
export const preflight = async (options: PreflightOptions): Promise<E.Either<Failure, Preflight>> => {
  const { client, identity, branch, policy } = options
  const reading = await readPreflight(client, { ...ownerAndName(branch), branch: branch.branch })
  if (E.isLeft(reading)) return reading
  try {
    const access = { permissions: await identity.permissions(), scopes: await options.scopes() }
    return E.right(judge(branch, factsOf(reading.right), access, policy))
  } catch (thrown) {
    return E.left({ kind: 'transient', code: 'NoCredential', text: messageOf(thrown) })
  }
}
