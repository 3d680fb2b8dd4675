import type { EffectOf } from '@headgate/core'
import * as E from 'fp-ts/lib/Either.js'
import { readPullRequest } from '../query/pullRequest.js'
import { answering, failed, placeOf, type Interpreter } from './context.js'

/** Reads what became of one pull request. */
export const interpretReadPullRequest: Interpreter<EffectOf<'ReadPullRequest'>> = async (options, effect) => {
  const { branch, ...repository } = placeOf(options)
  const fate = await readPullRequest(options.client, repository, branch, effect.pr)
  return E.isLeft(fate)
    ? failed(options, effect, fate.left)
    : { _tag: 'PullRequestObserved', ...answering(options, effect), fate: fate.right }
}
