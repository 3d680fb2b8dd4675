import type { EffectOf } from '@headgate/core'
import * as E from 'fp-ts/lib/Either.js'
import { permanent } from '../failure.js'
import { isObjectId } from '../objectId.js'
import { readCommit } from '../query/commit.js'
import { answering, failed, placeOf, type Interpreter } from './context.js'

/** Reads the parents and the tree of a commit, as the forge has them. */
export const interpretInspectCommit: Interpreter<EffectOf<'InspectCommit'>> = async (options, effect) => {
  if (!isObjectId(effect.commit))
    return failed(options, effect, permanent('NotAnObjectId', `"${effect.commit}" is not a commit.`))
  const commit = await readCommit(options.client, placeOf(options), effect.commit)
  return E.isLeft(commit)
    ? failed(options, effect, commit.left)
    : { _tag: 'CommitInspected', ...answering(options, effect), ...commit.right }
}
