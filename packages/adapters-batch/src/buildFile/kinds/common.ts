import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import type { FilePair } from '../../jobSpec.js'
import { isMapping, object, refined } from '../codec.js'
import type { Place } from '../error.js'

/** Where a batch runs for: a test of a pull request, a deploy of the branch, a developer's namespace. */
export type Scope = 'test' | 'deploy' | 'dev'

/** Text, or a dotted reference into the template context, such as `base_image.image`. */
export type Text = string | { readonly valueFrom: string }

const name = refined('a name of letters, digits, "_", "-" and "."', (value) =>
  typeof value === 'string' && /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(value) ? value : undefined,
)

export const string = refined('text', (value) => (typeof value === 'string' ? value : undefined))

export const boolean = refined('true or false', (value) => (typeof value === 'boolean' ? value : undefined))

export const text = refined<Text>('text or {valueFrom: step.field}', (value) => {
  if (typeof value === 'string') return value
  if (!isMapping(value) || Object.keys(value).length !== 1) return undefined
  const reference = value['valueFrom']
  return typeof reference === 'string' && reference !== '' ? { valueFrom: reference } : undefined
})

/** A value that must satisfy the codec, kept as it is written: its keys in their order. */
export const asWritten = <A>(codec: t.Type<A, A, unknown>): t.Type<A, A, unknown> =>
  new t.Type<A, A, unknown>(
    codec.name,
    codec.is,
    (value, context) => {
      const result = codec.validate(value, context)
      return E.isLeft(result) ? result : E.right(value as A)
    },
    t.identity,
  )

export const names = t.readonlyArray(name, 'a list of names')

const scopes = t.readonlyArray(
  refined<Scope>('test, deploy or dev', (value) =>
    value === 'test' || value === 'deploy' || value === 'dev' ? value : undefined,
  ),
  'a list of test, deploy and dev',
)

export const filePairs = t.readonlyArray(
  object('{from, to}', { from: string, to: string }, {}),
  'a list of {from, to}',
)

/** Where the repository's files are in the paths of inputs. */
export const repoPrefix = refined('a path, such as "/repo"', (value) =>
  typeof value === 'string' && /^\/.*[^/]$/.test(value) ? value : undefined,
)

export const clouds = t.readonlyArray(string, 'a list of clouds')

/** Fields that every step may have, whatever its kind. */
export const commonRequired = { kind: string, name }

export const commonOptional = {
  dependsOn: names,
  scopes,
  clouds,
  runIfRequested: boolean,
  forceIfLabeled: t.readonlyArray(string, 'a list of labels'),
  inputs: filePairs,
}

/** What selection and the graph need to know of a step. */
export type CommonStep = {
  readonly name: string
  readonly dependsOn: ReadonlyArray<string>
  /** Undefined: all. */
  readonly scopes: ReadonlyArray<Scope> | undefined
  /** Undefined: all. */
  readonly clouds: ReadonlyArray<string> | undefined
  readonly runIfRequested: boolean
  /** Labels of a pull request that make the step run, out of its scope too. */
  readonly forceIfLabeled: ReadonlyArray<string>
  readonly inputs: ReadonlyArray<FilePair>
  readonly place: Place
}

type CommonFields = {
  readonly name: string
  readonly dependsOn?: ReadonlyArray<string>
  readonly scopes?: ReadonlyArray<Scope>
  readonly clouds?: ReadonlyArray<string>
  readonly runIfRequested?: boolean
  readonly forceIfLabeled?: ReadonlyArray<string>
  readonly inputs?: ReadonlyArray<FilePair>
}

/** The common part of a step, absences filled in. */
export const commonStep = (fields: CommonFields, place: Place): CommonStep => ({
  name: fields.name,
  dependsOn: fields.dependsOn ?? [],
  scopes: fields.scopes,
  clouds: fields.clouds,
  runIfRequested: fields.runIfRequested ?? false,
  forceIfLabeled: fields.forceIfLabeled ?? [],
  inputs: fields.inputs ?? [],
  place,
})
