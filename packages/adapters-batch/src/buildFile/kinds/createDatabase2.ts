import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { object } from '../codec.js'
import type { Place } from '../error.js'
import {
  asWritten,
  boolean,
  commonOptional,
  commonRequired,
  commonStep,
  string,
  text,
  type CommonStep,
  type Text,
} from './common.js'

const migration = object('{name, script, online}', { name: string, script: string }, { online: boolean })

const shutdown = object('{kind, namespace, name}', { kind: string, namespace: text, name: string }, {})

const fields = object(
  'a createDatabase2 step',
  {
    ...commonRequired,
    databaseName: string,
    namespace: text,
    migrations: asWritten(t.readonlyArray(migration, 'a list of migrations')),
    image: text,
  },
  {
    ...commonOptional,
    shutdowns: asWritten(t.readonlyArray(shutdown, 'a list of {kind, namespace, name}')),
  },
)

/** A step that makes a database with its users, and migrates it. */
export type CreateDatabase2Step = CommonStep & {
  readonly kind: 'createDatabase2'
  readonly databaseName: string
  readonly namespace: Text
  /** As written: they are handed on to the job. */
  readonly migrations: ReadonlyArray<{
    readonly name: string
    readonly script: string
    readonly online?: boolean
  }>
  /** What must not run during a migration. */
  readonly shutdowns: ReadonlyArray<{
    readonly kind: string
    readonly namespace: Text
    readonly name: string
  }>
  readonly image: Text
}

/** Decodes a step of kind `createDatabase2`. */
export const decodeCreateDatabase2 = (
  value: unknown,
  kind: CreateDatabase2Step['kind'],
  place: Place,
): E.Either<t.Errors, CreateDatabase2Step> => {
  const decoded = fields.decode(value)
  if (E.isLeft(decoded)) return decoded
  const { databaseName, namespace, migrations, shutdowns, image } = decoded.right
  return E.right({
    ...commonStep(decoded.right, place),
    kind,
    databaseName,
    namespace,
    migrations,
    shutdowns: shutdowns ?? [],
    image,
  })
}
