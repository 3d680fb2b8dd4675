import type { Effect, EffectOf, Event } from '@headgate/core'
import { messageOf, unknown } from './failure.js'
import { interpretClosePullRequest } from './interpret/closePullRequest.js'
import { failed, type GithubInterpreterOptions } from './interpret/context.js'
import { interpretDeletePreparedCommit } from './interpret/deletePreparedCommit.js'
import { interpretInspectCommit } from './interpret/inspectCommit.js'
import { interpretLandBranch } from './interpret/landBranch.js'
import { interpretPostStatus } from './interpret/postStatus.js'
import { interpretPrepareCommit } from './interpret/prepareCommit.js'
import { interpretReadBranch } from './interpret/readBranch.js'
import { interpretReadHead } from './interpret/readHead.js'
import { interpretReadPullRequest } from './interpret/readPullRequest.js'

const GITHUB_TAGS = [
  ...(['ReadBranch', 'ReadHead', 'ReadPullRequest', 'InspectCommit'] as const),
  ...(['PrepareCommit', 'DeletePreparedCommit', 'PostStatus', 'LandBranch', 'ClosePullRequest'] as const),
] as const

/** The effects that concern GitHub. */
export type GithubEffect = EffectOf<(typeof GITHUB_TAGS)[number]>

/** Is this effect for this adapter? */
export const isGithubEffect = (effect: Effect): effect is GithubEffect =>
  (GITHUB_TAGS as ReadonlyArray<string>).includes(effect._tag)

const dispatch = (options: GithubInterpreterOptions, effect: GithubEffect): Promise<Event> => {
  switch (effect._tag) {
    case 'ReadBranch':
      return interpretReadBranch(options, effect)
    case 'ReadHead':
      return interpretReadHead(options, effect)
    case 'ReadPullRequest':
      return interpretReadPullRequest(options, effect)
    case 'InspectCommit':
      return interpretInspectCommit(options, effect)
    case 'PrepareCommit':
      return interpretPrepareCommit(options, effect)
    case 'DeletePreparedCommit':
      return interpretDeletePreparedCommit(options, effect)
    case 'PostStatus':
      return interpretPostStatus(options, effect)
    case 'LandBranch':
      return interpretLandBranch(options, effect)
    case 'ClosePullRequest':
      return interpretClosePullRequest(options, effect)
  }
}

/**
 * The interpreter of one watched branch: every effect is answered by exactly one event that names it. It never rejects
 * and never retries (the core does); it keeps nothing, so acting again on an effect looks first at what is there.
 *
 * @example
 * const act = makeGithubInterpreter({ client, mirror, branch: { repository: 'acme/app', branch: 'main' }, ... })
 * const event = await act({ _tag: 'ReadHead', id: effectId('e1') })
 * // { _tag: 'HeadObserved', answers: 'e1', head: ..., at: ... } or EffectFailed
 */
export const makeGithubInterpreter =
  (options: GithubInterpreterOptions) =>
  async (effect: GithubEffect): Promise<Event> => {
    try {
      return await dispatch(options, effect)
    } catch (thrown) {
      return failed(options, effect, unknown('Unexpected', `${effect._tag} broke off: ${messageOf(thrown)}`))
    }
  }
