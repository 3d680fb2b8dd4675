import type * as E from 'fp-ts/lib/Either.js'
import type * as t from 'io-ts'
import type { Place } from '../error.js'
import { decodeBuildImage, type BuildImageStep } from './buildImage.js'
import { decodeCreateDatabase2, type CreateDatabase2Step } from './createDatabase2.js'
import { decodeCreateNamespace, type CreateNamespaceStep } from './createNamespace.js'
import { decodeDeploy, type DeployStep } from './deploy.js'
import { decodeRunImage, type RunImageStep } from './runImage.js'

/** A step of `build.yaml`; `kind` tells which. */
export type Step = RunImageStep | BuildImageStep | CreateNamespaceStep | DeployStep | CreateDatabase2Step

type StepDecoder = (value: unknown, place: Place) => E.Either<t.Errors, Step>

const DECODERS: Readonly<Record<Step['kind'], StepDecoder>> = {
  runImage: decodeRunImage,
  buildImage: (value, place) => decodeBuildImage(value, 'buildImage', place),
  buildImage2: (value, place) => decodeBuildImage(value, 'buildImage2', place),
  createNamespace: (value, place) => decodeCreateNamespace(value, 'createNamespace', place),
  deploy: (value, place) => decodeDeploy(value, 'deploy', place),
  createDatabase2: (value, place) => decodeCreateDatabase2(value, 'createDatabase2', place),
}

/** All kinds of steps there are. */
export const KINDS: ReadonlyArray<string> = Object.keys(DECODERS)

/** How steps of this kind are decoded; undefined for an unknown kind. */
export const decoderOf = (kind: string): StepDecoder | undefined =>
  Object.hasOwn(DECODERS, kind) ? DECODERS[kind as Step['kind']] : undefined
