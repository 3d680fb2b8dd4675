import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import type { Resources } from '../../jobSpec.js'
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
import { resources } from './resources.js'

type DockerFile = string | { readonly inline: string }

const dockerFile = refined<DockerFile>('a path or {inline: text}', (value) => {
  if (typeof value === 'string') return value
  if (!isMapping(value) || Object.keys(value).length !== 1) return undefined
  const inline = value['inline']
  return typeof inline === 'string' ? { inline } : undefined
})

const buildArg = object('{name, value}', { name: string, value: text }, {})

const fields = object(
  'a buildImage2 step',
  { ...commonRequired, dockerFile, publishAs: string },
  {
    ...commonOptional,
    contextPath: string,
    resources,
    buildArgs: t.readonlyArray(buildArg, 'a list of {name, value}'),
  },
)

/** A step that builds an image and publishes it under a tag of its own. Both kinds mean the same. */
export type BuildImageStep = CommonStep & {
  readonly kind: 'buildImage' | 'buildImage2'
  /** A path in the job, or the text itself; either is a Jinja template, rendered by the job. */
  readonly dockerFile: DockerFile
  readonly publishAs: string
  readonly contextPath: string | undefined
  readonly resources: Resources | undefined
  readonly buildArgs: ReadonlyArray<{ readonly name: string; readonly value: Text }>
}

/** Decodes a step of kind `buildImage` or `buildImage2`. */
export const decodeBuildImage = (
  value: unknown,
  kind: BuildImageStep['kind'],
  place: Place,
): E.Either<t.Errors, BuildImageStep> => {
  const decoded = fields.decode(value)
  if (E.isLeft(decoded)) return decoded
  const { right } = decoded
  return E.right({
    ...commonStep(right, place),
    kind,
    dockerFile: right.dockerFile,
    publishAs: right.publishAs,
    contextPath: right.contextPath,
    resources: right.resources,
    buildArgs: right.buildArgs ?? [],
  })
}
