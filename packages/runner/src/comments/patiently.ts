/** Asks the forge again where that may help. */
import * as E from 'fp-ts/lib/Either.js'
import type { Failure } from '@headgate/core'

/** Pauses before the forge is asked again. */
const PAUSES_MS = [1000, 5000, 30_000]

/** The answer of `ask`, which is asked again where it certainly came to nothing and may come to something. */
export const patiently = async <A>(
  ask: () => Promise<E.Either<Failure, A>>,
): Promise<E.Either<Failure, A>> => {
  for (const pause of PAUSES_MS) {
    const answer = await ask()
    if (E.isRight(answer) || answer.left.kind !== 'transient') return answer
    await new Promise((go) => setTimeout(go, pause).unref())
  }
  return ask()
}
