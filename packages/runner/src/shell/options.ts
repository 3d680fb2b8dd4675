/** What a service is made of; `start` and `serve` differ only in this. */
import type { Installation } from '@headgate/adapters-batch'
import type { Either } from 'fp-ts/lib/Either.js'
import type { BranchName } from '@headgate/core'
import type { Watched } from '../config/config.js'
import type { Decision } from '../narrate/decision.js'
import type { Problem } from '../problem.js'
import type { Journal } from '../store/journal.js'
import type { Clock } from './clock.js'
import type { Log } from './log.js'

export interface ServiceOptions {
  /** Stays the caller's: it is closed after `stop`. */
  readonly journal: Journal
  readonly branches: ReadonlyArray<Watched>
  readonly github: {
    readonly apiUrl: string
    /** Where `owner/name` is cloned from. */
    readonly remoteUrl: (repository: string) => string
    readonly token: () => Promise<string>
    /** How error texts call the token. */
    readonly credential: string
    readonly webhookSecrets: () => ReadonlyArray<string>
    /** Whether each pull request gets a comment that says where it stands. */
    readonly comment: boolean
    /** The name that commands in comments are addressed to, without the `@`. */
    readonly bot: string
  }
  readonly batch: {
    readonly url: string
    readonly token: () => Promise<string>
    readonly billingProject: string
    readonly storageUri: string
    readonly namespace: string
    readonly cloud: string | undefined
    readonly user: string | undefined
    readonly global: Readonly<Record<string, unknown>>
    readonly installation?: Omit<Installation, 'cloud'>
    /** What jobs clone. */
    readonly repoUrl: (repository: string) => string
  }
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
