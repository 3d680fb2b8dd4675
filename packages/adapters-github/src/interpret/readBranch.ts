import type { EffectOf } from '@headgate/core'
import * as E from 'fp-ts/lib/Either.js'
import { readBranch } from '../query/branch.js'
import { answering, failed, placeOf, type Interpreter } from './context.js'

/** Reads the head, the required checks and every open pull request. */
export const interpretReadBranch: Interpreter<EffectOf<'ReadBranch'>> = async (options, effect) => {
  const reading = await readBranch(options.client, placeOf(options))
  return E.isLeft(reading)
    ? failed(options, effect, reading.left)
    : { _tag: 'BranchObserved', ...answering(options, effect), ...reading.right }
}
