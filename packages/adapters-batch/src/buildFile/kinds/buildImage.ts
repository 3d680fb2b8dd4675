import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { object } from '../codec.js'
import type { Place } from '../error.js'
import { commonOptional, commonRequired, commonStep, type CommonStep } from './common.js'

const fields = object(
  'a buildImage2 step',
  { ...commonRequired, dockerFile: t.unknown, publishAs: t.unknown },
  { ...commonOptional, contextPath: t.unknown, resources: t.unknown, buildArgs: t.unknown },
)

/** A step that builds and publishes an image. Known here, not yet built. */
export type BuildImageStep = CommonStep & { readonly kind: 'buildImage' | 'buildImage2' }

/** Decodes a step of this kind: its common fields, and that it has no others than the kind allows. */
export const decodeBuildImage = (
  value: unknown,
  kind: BuildImageStep['kind'],
  place: Place,
): E.Either<t.Errors, BuildImageStep> => {
  const decoded = fields.decode(value)
  return E.isLeft(decoded) ? decoded : E.right({ ...commonStep(decoded.right, place), kind })
}
