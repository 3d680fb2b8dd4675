import { none, some } from 'fp-ts/lib/Option.js'
import type { EffectOf } from '@headgate/core'
import * as E from 'fp-ts/lib/Either.js'
import type { Event, Failure } from '@headgate/core'
import { answering, failed, placeOf, type GithubInterpreterOptions, type Interpreter } from './context.js'

/** A permanent fault ends the run with a reason; anything else is tried again. */
const trouble = (
  options: GithubInterpreterOptions,
  effect: EffectOf<'PrepareCommit'>,
  failure: Failure,
): Event =>
  failure.kind === 'permanent'
    ? {
        _tag: 'PreparationFailed',
        ...answering(options, effect),
        code: 'Infrastructure',
        text: failure.text,
        culprit: none,
      }
    : failed(options, effect, failure)

/**
 * Makes the commit that would land and gives the forge a copy on a branch of ours. The commit depends on the effect
 * alone and the push is forced, so acting twice ends in the same place.
 */
export const interpretPrepareCommit: Interpreter<EffectOf<'PrepareCommit'>> = async (options, effect) => {
  const { branch } = placeOf(options)
  const { base, members, method, titles, run } = effect
  const made = await options.mirror.combine({ branch, base, members, method, titles })
  if (E.isLeft(made)) return trouble(options, effect, made.left)
  if (made.right._tag === 'Conflict')
    return {
      _tag: 'PreparationFailed',
      ...answering(options, effect),
      code: 'MergeConflict',
      text: made.right.text,
      culprit: some(made.right.pr),
    }
  const { commit, tree, chain } = made.right
  const published = await options.mirror.publish(branch, run, commit)
  if (E.isLeft(published)) return trouble(options, effect, published.left)
  return { _tag: 'CommitPrepared', ...answering(options, effect), commit, tree, chain }
}
