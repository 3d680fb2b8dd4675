import * as E from 'fp-ts/lib/Either.js'

/** A refusal with its HTTP status. */
export type Refusal = { readonly status: 400 | 404 | 413; readonly sentence: string }

export const refuse = (status: Refusal['status'], sentence: string): E.Either<Refusal, never> =>
  E.left({ status, sentence })
