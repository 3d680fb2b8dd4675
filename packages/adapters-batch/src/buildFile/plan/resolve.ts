import * as E from 'fp-ts/lib/Either.js'
import * as NEA from 'fp-ts/lib/NonEmptyArray.js'
import type { JobSpec } from '../../jobSpec.js'
import type { BuildFileError } from '../error.js'
import type { CommonStep, Text } from '../kinds/common.js'
import { memberOf } from '../pythonMembers.js'
import { renderTemplate } from '../render.js'
import type { TemplateData } from './request.js'

/** A job without its place in a batch. */
export type PlannedJob = Omit<JobSpec, 'job_id' | 'in_update_parent_ids' | 'absolute_parent_ids'>

/** The jobs of a step. `chained`: each waits for the one before it only, the first for the step's dependencies. */
export type PlannedStep = { readonly jobs: ReadonlyArray<PlannedJob>; readonly chained: boolean }

export type Result<A> = E.Either<NEA.NonEmptyArray<BuildFileError>, A>

/** Collects the errors of all parts. */
export const validation = E.getApplicativeValidation(NEA.getSemigroup<BuildFileError>())

/** The text that is meant: itself, or what its reference finds in the context. Left: the reference that finds none. */
const expandText = (value: Text, context: TemplateData): E.Either<string, string> => {
  if (typeof value === 'string') return E.right(value)
  let found: unknown = context
  for (const segment of value.valueFrom.split('.')) found = memberOf(found, segment)
  return typeof found === 'string' ? E.right(found) : E.left(value.valueFrom)
}

/** What `value` means in the context. Error: a reference that gives no text. */
export const resolve = (
  step: CommonStep,
  what: string,
  value: Text,
  context: TemplateData,
): Result<string> => {
  const expanded = expandText(value, context)
  if (E.isRight(expanded)) return expanded
  return E.left([
    {
      code: 'bad-reference',
      sentence: `Step "${step.name}": ${what} refers to "${expanded.left}", which gives no text.`,
      ...step.place,
      step: step.name,
      remedy: 'Refer to a field that a step in dependsOn provides, or to global or code.',
    },
  ])
}

/** A template of a step, rendered; `what` it is called in errors. */
export const render = (
  step: CommonStep,
  what: string,
  template: string,
  context: TemplateData,
): Result<string> => {
  const rendered = renderTemplate(template, context)
  if (E.isRight(rendered)) return rendered
  const { code, sentence, line } = rendered.left
  return E.left([
    {
      code,
      sentence: `Step "${step.name}": in ${line === undefined ? what : `line ${line} of ${what}`}, ${sentence}.`,
      ...step.place,
      step: step.name,
      remedy:
        code === 'undefined-name'
          ? 'Correct the name, or add the step that provides it to dependsOn.'
          : 'Correct the template.',
    },
  ])
}
