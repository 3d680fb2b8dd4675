import type { EffectOf } from '@headgate/core'
import * as E from 'fp-ts/lib/Either.js'
import { answering, failed, type Interpreter } from './context.js'
import { postStatus } from './status.js'

/** Posts our commit status on the SHA it speaks of. */
export const interpretPostStatus: Interpreter<EffectOf<'PostStatus'>> = async (options, effect) => {
  const posted = await postStatus(options, effect)
  return E.isLeft(posted)
    ? failed(options, effect, posted.left)
    : { _tag: 'StatusPosted', ...answering(options, effect) }
}
