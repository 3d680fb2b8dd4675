import type { EffectOf } from '@headgate/core'
import * as E from 'fp-ts/lib/Either.js'
import { readHead } from '../query/branch.js'
import { answering, failed, placeOf, type Interpreter } from './context.js'

/** Reads the head alone. */
export const interpretReadHead: Interpreter<EffectOf<'ReadHead'>> = async (options, effect) => {
  const head = await readHead(options.client, placeOf(options))
  return E.isLeft(head)
    ? failed(options, effect, head.left)
    : { _tag: 'HeadObserved', ...answering(options, effect), head: head.right }
}
