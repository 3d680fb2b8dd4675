import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { object } from '../codec.js'
import type { Place } from '../error.js'
import { commonOptional, commonRequired, commonStep, type CommonStep } from './common.js'

const fields = object(
  'a createDatabase2 step',
  {
    ...commonRequired,
    databaseName: t.unknown,
    namespace: t.unknown,
    migrations: t.unknown,
    image: t.unknown,
  },
  { ...commonOptional, shutdowns: t.unknown },
)

/** A step that makes a database and migrates it. Known here, not yet built. */
export type CreateDatabase2Step = CommonStep & { readonly kind: 'createDatabase2' }

/** Decodes a step of this kind: its common fields, and that it has no others than the kind allows. */
export const decodeCreateDatabase2 = (
  value: unknown,
  kind: CreateDatabase2Step['kind'],
  place: Place,
): E.Either<t.Errors, CreateDatabase2Step> => {
  const decoded = fields.decode(value)
  return E.isLeft(decoded) ? decoded : E.right({ ...commonStep(decoded.right, place), kind })
}
