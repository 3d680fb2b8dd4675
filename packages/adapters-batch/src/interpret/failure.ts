/** The adapter's errors in the core's words. */
import type { EffectId, EpochMs, EventOf, Failure } from '@headgate/core'
import type { BuildFileError } from '../buildFile/error.js'
import type { BatchClientError } from '../client/error.js'

/** A client error as a failure: its kind is the client's promise about what was done. */
export const failureOf = (error: BatchClientError): Failure => ({
  kind: error.kind,
  code: error.status === undefined ? error.code : `${error.code}-${error.status}`,
  text: `${error.sentence} ${error.remedy} (${error.place})`,
})

export const effectFailed = (at: EpochMs, answers: EffectId, failure: Failure): EventOf<'EffectFailed'> => ({
  _tag: 'EffectFailed',
  at,
  answers,
  failure,
})

const errorText = (error: BuildFileError): string =>
  `build.yaml:${error.line}:${error.column}: ${error.sentence} ${error.remedy}`

/** All errors of a build file, one to a line: the author of the pull request reads this. */
export const buildFileText = (errors: ReadonlyArray<BuildFileError>): string =>
  errors.map(errorText).join('\n')
