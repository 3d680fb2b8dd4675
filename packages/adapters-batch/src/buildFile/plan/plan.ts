import * as E from 'fp-ts/lib/Either.js'
import { isNonEmpty } from 'fp-ts/lib/Array.js'
import type { NonEmptyArray } from 'fp-ts/lib/NonEmptyArray.js'
import type { JobSpec } from '../../jobSpec.js'
import type { BuildFile } from '../decode.js'
import type { BuildFileError } from '../error.js'
import type { Step } from '../kinds/step.js'
import type { Selection } from '../select.js'
import { contextOf } from './context.js'
import type { PlanRequest } from './request.js'
import { planRunImage, type PlannedJob } from './runImage.js'

const unsupported = (step: Step): BuildFileError => ({
  code: 'kind-not-supported',
  sentence: `Step "${step.name}": kind ${step.kind} needs Hail Batch images or Kubernetes; this version runs runImage only.`,
  ...step.place,
  step: step.name,
  remedy: 'Make it a runImage step, or keep it out of this scope.',
})

const nothingToRun: BuildFileError = {
  code: 'no-steps',
  sentence: 'The build file has no step that runs in this scope and cloud.',
  line: 1,
  column: 1,
  remedy: 'Add a step, or widen the scopes or clouds of one.',
}

const planStep = (
  step: Step,
  known: ReadonlyMap<string, Step>,
  request: PlanRequest,
): E.Either<NonEmptyArray<BuildFileError>, ReadonlyArray<PlannedJob>> =>
  step.kind === 'runImage'
    ? planRunImage(step, contextOf(step, known, request), request)
    : E.left([unsupported(step)])

/**
 * The jobs of a batch for the selected steps, ready to submit, in the order of the file. A job's parents are the
 * jobs of its step's dependencies; a dependency that gets no jobs is not bridged. Pure: the same request gives the
 * same jobs. All errors are told at once.
 */
export const planJobs = (
  file: BuildFile,
  selection: Selection,
  request: PlanRequest,
): E.Either<NonEmptyArray<BuildFileError>, ReadonlyArray<JobSpec>> => {
  const known = new Map(file.steps.map((step) => [step.name, step]))
  const errors: BuildFileError[] = []
  const jobs: JobSpec[] = []
  const idsOf = new Map<string, ReadonlyArray<number>>()
  for (const step of selection.steps.filter(({ name }) => selection.built.has(name))) {
    const planned = planStep(step, known, request)
    if (E.isLeft(planned)) {
      errors.push(...planned.left)
      continue
    }
    const parents = step.dependsOn.flatMap((name) => idsOf.get(name) ?? [])
    const first = jobs.length + 1
    planned.right.forEach((job, index) =>
      jobs.push({ ...job, job_id: first + index, in_update_parent_ids: parents, absolute_parent_ids: [] }),
    )
    idsOf.set(
      step.name,
      planned.right.map((_, index) => first + index),
    )
  }
  if (isNonEmpty(errors)) return E.left(errors)
  return jobs.length === 0 ? E.left([nothingToRun]) : E.right(jobs)
}
