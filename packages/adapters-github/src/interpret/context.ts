import type { BranchName, EffectId, EpochMs, Event, Failure, PrNumber } from '@headgate/core'
import { epochMs } from '@headgate/core'
import type { Option } from 'fp-ts/lib/Option.js'
import type { GithubClient } from '../client.js'
import type { Mirror } from '../mirror/mirror.js'
import type { BranchPlace } from '../query/branch.js'
import { ownerAndName } from '../repositoryName.js'

/** What the interpreter of one watched branch works with. */
export interface GithubInterpreterOptions {
  readonly client: GithubClient
  readonly mirror: Mirror
  readonly branch: BranchName
  /** The name of our own status at this moment: the policy may change it. */
  readonly statusContext: () => string
  /** The page that a status links to: the pull request's, or the branch's. An absolute http(s) address. */
  readonly statusTargetUrl: (pr: Option<PrNumber>) => string
  /** Epoch milliseconds. */
  readonly now: () => number
}

/** Answers one effect. May reject only by mistake: `interpret.ts` turns that into an event, too. */
export type Interpreter<E> = (options: GithubInterpreterOptions, effect: E) => Promise<Event>

/** Owner, name and branch, apart. */
export const placeOf = ({ branch }: GithubInterpreterOptions): BranchPlace => ({
  ...ownerAndName(branch),
  branch: branch.branch,
})

/** The fields that every answer has. */
export const answering = (
  options: Pick<GithubInterpreterOptions, 'now'>,
  effect: { readonly id: EffectId },
): { readonly at: EpochMs; readonly answers: EffectId } => ({
  at: epochMs(options.now()),
  answers: effect.id,
})

/** The answer that an effect failed. */
export const failed = (
  options: Pick<GithubInterpreterOptions, 'now'>,
  effect: { readonly id: EffectId },
  failure: Failure,
): Event => ({ _tag: 'EffectFailed', ...answering(options, effect), failure })
