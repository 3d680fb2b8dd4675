import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import type { FilePair, Resources } from '../../jobSpec.js'
import { isMapping, object, refined } from '../codec.js'
import type { Place } from '../error.js'
import {
  boolean,
  commonOptional,
  commonRequired,
  commonStep,
  filePairs,
  string,
  text,
  type CommonStep,
  type Text,
} from './common.js'
import { resources } from './resources.js'

const integer = (least: number, most: number) =>
  refined(`a whole number from ${least} to ${most}`, (value) =>
    typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most
      ? value
      : undefined,
  )

const timeout = refined('a number of seconds greater than 0', (value) =>
  typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : undefined,
)

const environment = refined<Readonly<Record<string, string>>>('a mapping of names to texts', (value) => {
  if (!isMapping(value)) return undefined
  const entries = Object.entries(value).map(([key, item]) => [
    key,
    typeof item === 'number' ? String(item) : item,
  ])
  return entries.every(([key, item]) => /^[A-Za-z_]\w*$/.test(String(key)) && typeof item === 'string')
    ? (Object.fromEntries(entries) as Record<string, string>)
    : undefined
})

const network = refined('public or private', (value) =>
  value === 'public' || value === 'private' ? value : undefined,
)

const secret = object('{name, namespace, mountPath}', { name: text, namespace: text, mountPath: string }, {})

const runImageFields = object(
  'a runImage step',
  { ...commonRequired, image: text, script: string },
  {
    ...commonOptional,
    outputs: filePairs,
    alwaysRun: boolean,
    timeout,
    resources,
    numSplits: integer(1, 1000),
    secrets: t.readonlyArray(secret, 'a list of {name, namespace, mountPath}'),
    serviceAccount: object('{name, namespace}', { name: string, namespace: text }, {}),
    network,
    port: integer(1, 65535),
    env: environment,
    unconfined: boolean,
    regions: t.readonlyArray(string, 'a list of regions'),
  },
)

/** A step that runs a script in an image: one job, or `numSplits` of them. */
export type RunImageStep = CommonStep & {
  readonly kind: 'runImage'
  readonly image: Text
  /** A Jinja template. */
  readonly script: string
  readonly outputs: ReadonlyArray<FilePair>
  readonly alwaysRun: boolean
  /** Seconds. */
  readonly timeout: number
  readonly resources: Resources | undefined
  readonly numSplits: number
  readonly secrets: ReadonlyArray<{
    readonly name: Text
    readonly namespace: Text
    readonly mountPath: string
  }>
  readonly serviceAccount: { readonly name: string; readonly namespace: Text } | undefined
  readonly network: 'public' | 'private'
  readonly port: number | undefined
  readonly env: Readonly<Record<string, string>>
  readonly unconfined: boolean
  readonly regions: ReadonlyArray<string> | undefined
}

/** As in the reference: an hour. */
const DEFAULT_TIMEOUT_S = 3600

/** Decodes a step of kind `runImage`. */
export const decodeRunImage = (value: unknown, place: Place): E.Either<t.Errors, RunImageStep> => {
  const decoded = runImageFields.decode(value)
  if (E.isLeft(decoded)) return decoded
  const fields = decoded.right
  return E.right({
    ...commonStep(fields, place),
    kind: 'runImage',
    image: fields.image,
    script: fields.script,
    outputs: fields.outputs ?? [],
    alwaysRun: fields.alwaysRun ?? false,
    timeout: fields.timeout ?? DEFAULT_TIMEOUT_S,
    resources: fields.resources,
    numSplits: fields.numSplits ?? 1,
    secrets: fields.secrets ?? [],
    serviceAccount: fields.serviceAccount,
    network: fields.network ?? 'public',
    port: fields.port,
    env: fields.env ?? {},
    unconfined: fields.unconfined ?? false,
    regions: fields.regions,
  })
}
