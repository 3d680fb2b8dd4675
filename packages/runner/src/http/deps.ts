import type { BranchName } from '@headgate/core'
import type { Hook } from '@headgate/adapters-github'
import type { Problem } from '../problem.js'
import type { Actor } from '../shell/actor.js'
import type { Clock } from '../shell/clock.js'
import type { Log } from '../shell/log.js'
import type { Either } from 'fp-ts/lib/Either.js'

/** What the pages and hooks work on. */
export interface HttpDeps {
  readonly actors: ReadonlyArray<Actor>
  /** Secrets that a delivery may be signed with; read at every delivery, so that they may be renewed. */
  readonly webhookSecrets: () => ReadonlyArray<string>
  /** Branches whose test runs are made of checks: a check of a commit under test concerns its run. */
  readonly testedByChecks: ReadonlyArray<BranchName>
  /** What operators must show; undefined: being on this machine is enough. Left: it can't be read, so nobody may. */
  readonly operatorToken: () => Either<Problem, string | undefined>
  /** Host names that the service answers to beside the loopback ones. */
  readonly hostNames: ReadonlyArray<string>
  /** `host[:port]` of the public address. */
  readonly publicHost: string | undefined
  /** Does what a new comment asks for, if it asks for something; never rejects. */
  readonly obey: (hook: Extract<Hook, { readonly _tag: 'Commented' }>) => Promise<void>
  readonly clock: Clock
  readonly log: Log
  /** Calls `listener` after every step of any branch, until the function it gives is called. */
  readonly subscribe: (listener: () => void) => () => void
  /** Why the service can't go on, once it can't. */
  readonly fatal: () => Problem | undefined
}
