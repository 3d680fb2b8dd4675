import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { isMapping, object, refined } from '../codec.js'
import type { Place } from '../error.js'
import {
  commonOptional,
  commonRequired,
  commonStep,
  string,
  text,
  type CommonStep,
  type Text,
} from './common.js'

const CONDITIONS: Readonly<Record<string, string>> = {
  Deployment: 'available',
  Service: 'alive',
  Pod: 'completed',
}

/** What a deploy waits for. */
export type Wait = {
  readonly kind: 'Deployment' | 'Service' | 'Pod'
  readonly name: string
  /** What runs a Service. */
  readonly resourceType: 'deployment' | 'statefulset'
  /** Seconds that a Pod may take to complete. */
  readonly timeout: number
}

const WAIT_FIELDS = ['kind', 'name', 'for', 'resource_type', 'timeout']

const wait = refined<Wait>(
  '{kind: Deployment, for: available}, {kind: Service, for: alive} or {kind: Pod, for: completed}, with a name',
  (value) => {
    if (!isMapping(value) || Object.keys(value).some((key) => !WAIT_FIELDS.includes(key))) return undefined
    const { kind, name, timeout = 300, resource_type: type = 'deployment' } = value
    if (kind !== 'Deployment' && kind !== 'Service' && kind !== 'Pod') return undefined
    if (value['for'] !== CONDITIONS[kind] || typeof timeout !== 'number' || typeof type !== 'string')
      return undefined
    if (typeof name !== 'string' || !/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(name)) return undefined
    const resourceType = type.toLowerCase()
    return resourceType === 'deployment' || resourceType === 'statefulset'
      ? { kind, name, resourceType, timeout }
      : undefined
  },
)

const fields = object(
  'a deploy step',
  { ...commonRequired, namespace: text, config: string },
  {
    ...commonOptional,
    link: t.readonlyArray(string, 'a list of names'),
    wait: t.readonlyArray(wait, 'a list of things to wait for'),
  },
)

/** A step that applies a rendered manifest to a namespace, and waits. */
export type DeployStep = CommonStep & {
  readonly kind: 'deploy'
  readonly namespace: Text
  /** Path of the manifest in the repository: a Jinja template. */
  readonly config: string
  readonly link: ReadonlyArray<string> | undefined
  readonly wait: ReadonlyArray<Wait>
}

/** Decodes a step of kind `deploy`. */
export const decodeDeploy = (
  value: unknown,
  kind: DeployStep['kind'],
  place: Place,
): E.Either<t.Errors, DeployStep> => {
  const decoded = fields.decode(value)
  if (E.isLeft(decoded)) return decoded
  const { namespace, config, link, wait: waits } = decoded.right
  return E.right({ ...commonStep(decoded.right, place), kind, namespace, config, link, wait: waits ?? [] })
}
