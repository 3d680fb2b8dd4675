import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { object } from '../codec.js'
import type { Place } from '../error.js'
import { commonOptional, commonRequired, commonStep, type CommonStep } from './common.js'

const fields = object(
  'a deploy step',
  { ...commonRequired, namespace: t.unknown, config: t.unknown },
  { ...commonOptional, link: t.unknown, wait: t.unknown },
)

/** A step that applies a rendered manifest. Known here, not yet built. */
export type DeployStep = CommonStep & { readonly kind: 'deploy' }

/** Decodes a step of this kind: its common fields, and that it has no others than the kind allows. */
export const decodeDeploy = (
  value: unknown,
  kind: DeployStep['kind'],
  place: Place,
): E.Either<t.Errors, DeployStep> => {
  const decoded = fields.decode(value)
  return E.isLeft(decoded) ? decoded : E.right({ ...commonStep(decoded.right, place), kind })
}
