import { sha, type Sha } from '@headgate/core'
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'

/** Is this the full name of a git object (SHA-1 or SHA-256, lower case)? Nothing else may reach a git command line. */
export const isObjectId = (text: string): boolean => /^[0-9a-f]{40}([0-9a-f]{24})?$/.test(text)

/** A full git object name, as GitHub writes it. */
export const ObjectId = new t.Type<Sha, string>(
  'ObjectId',
  (u): u is Sha => typeof u === 'string' && isObjectId(u),
  (u, context) =>
    typeof u === 'string' && isObjectId(u)
      ? E.right(sha(u))
      : t.failure(u, context, 'not the full name of a git object'),
  (a) => a,
)
