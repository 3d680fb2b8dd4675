/** What a service is made of; `start` and `serve` differ only in this. */
import type { Either } from 'fp-ts/lib/Either.js'
import type { BranchName } from '@headgate/core'
import type { Identity } from '@headgate/adapters-github'
import type { BatchConfig, Watched } from '../config/config.js'
import type { Decision } from '../narrate/decision.js'
import type { Problem } from '../problem.js'
import type { Journal } from '../store/journal.js'
import type { Clock } from './clock.js'
import type { Log } from './log.js'

/** The configuration of Batch, with the token at hand. */
export interface BatchOptions extends Omit<BatchConfig, 'token'> {
  readonly token: () => Promise<string>
  /** What jobs clone. */
  readonly repoUrl: (repository: string) => string
}

export interface ServiceOptions {
  /** Stays the caller's: it is closed after `stop`. */
  readonly journal: Journal
  readonly branches: ReadonlyArray<Watched>
  readonly github: {
    readonly apiUrl: string
    /** Where `owner/name` is cloned from. */
    readonly remoteUrl: (repository: string) => string
    /** Who the service is for a repository. */
    readonly identityOf: (repository: string) => Identity
    readonly webhookSecrets: () => ReadonlyArray<string>
    /** Whether each pull request gets a comment that says where it stands. */
    readonly comment: boolean
    /** The name that commands in comments are addressed to, without the `@`. */
    readonly bot: string
  }
  /** Undefined only where no branch is tested on Batch. */
  readonly batch: BatchOptions | undefined
  readonly http: {
    readonly host: string
    readonly port: number
    /** Without a trailing slash; the listening address when absent. */
    readonly publicUrl: string | undefined
    readonly operatorToken: () => Either<Problem, string | undefined>
  }
  /** Where mirrors of repositories are kept. */
  readonly mirrorDir: string
  readonly clock: Clock
  readonly log: Log
  readonly onDecisions: (name: BranchName, decisions: ReadonlyArray<Decision>) => void
}
