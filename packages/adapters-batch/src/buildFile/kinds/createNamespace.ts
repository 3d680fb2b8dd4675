import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { object, refined } from '../codec.js'
import type { Place } from '../error.js'
import { boolean, clouds, commonOptional, commonRequired, commonStep, type CommonStep } from './common.js'

/** Kubernetes' rule; a name with other characters would be read as shell. */
const kubernetesName = refined('a Kubernetes name: small letters, digits, "-" and "."', (value) =>
  typeof value === 'string' && /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(value) ? value : undefined,
)

const secret = object('{name, clouds, optional}', { name: kubernetesName }, { clouds, optional: boolean })

const fields = object(
  'a createNamespace step',
  { ...commonRequired, namespaceName: kubernetesName },
  { ...commonOptional, secrets: t.readonlyArray(secret, 'a list of secrets') },
)

/** A step that makes the namespace a test deploys to, with copies of secrets. */
export type CreateNamespaceStep = CommonStep & {
  readonly kind: 'createNamespace'
  /** The namespace of a deploy; that of a test is named after it. */
  readonly namespaceName: string
  readonly secrets: ReadonlyArray<{
    readonly name: string
    readonly clouds?: ReadonlyArray<string>
    /** Whether the step goes on without it. */
    readonly optional?: boolean
  }>
}

/** Decodes a step of kind `createNamespace`. */
export const decodeCreateNamespace = (
  value: unknown,
  kind: CreateNamespaceStep['kind'],
  place: Place,
): E.Either<t.Errors, CreateNamespaceStep> => {
  const decoded = fields.decode(value)
  if (E.isLeft(decoded)) return decoded
  const { namespaceName, secrets } = decoded.right
  return E.right({ ...commonStep(decoded.right, place), kind, namespaceName, secrets: secrets ?? [] })
}
