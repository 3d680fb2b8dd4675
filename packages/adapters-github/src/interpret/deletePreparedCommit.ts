import type { EffectOf } from '@headgate/core'
import * as E from 'fp-ts/lib/Either.js'
import { answering, failed, placeOf, type Interpreter } from './context.js'

/** Deletes the forge's copy of a prepared commit; one that is gone already counts as deleted. */
export const interpretDeletePreparedCommit: Interpreter<EffectOf<'DeletePreparedCommit'>> = async (
  options,
  effect,
) => {
  const gone = await options.mirror.unpublish(placeOf(options).branch, effect.run)
  return E.isLeft(gone)
    ? failed(options, effect, gone.left)
    : { _tag: 'PreparedCommitDeleted', ...answering(options, effect) }
}
