import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { object } from '../codec.js'
import type { Place } from '../error.js'
import { commonOptional, commonRequired, commonStep, type CommonStep } from './common.js'

const fields = object(
  'a createNamespace step',
  { ...commonRequired, namespaceName: t.unknown },
  { ...commonOptional, secrets: t.unknown },
)

/** A step that makes the namespace a test deploys to. Known here, not yet built. */
export type CreateNamespaceStep = CommonStep & { readonly kind: 'createNamespace' }

/** Decodes a step of this kind: its common fields, and that it has no others than the kind allows. */
export const decodeCreateNamespace = (
  value: unknown,
  kind: CreateNamespaceStep['kind'],
  place: Place,
): E.Either<t.Errors, CreateNamespaceStep> => {
  const decoded = fields.decode(value)
  return E.isLeft(decoded) ? decoded : E.right({ ...commonStep(decoded.right, place), kind })
}
