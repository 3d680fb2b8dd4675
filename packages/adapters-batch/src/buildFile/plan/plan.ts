import * as E from 'fp-ts/lib/Either.js'
import { isNonEmpty } from 'fp-ts/lib/Array.js'
import type { NonEmptyArray } from 'fp-ts/lib/NonEmptyArray.js'
import type { JobSpec } from '../../jobSpec.js'
import type { BuildFileError } from '../error.js'
import { dependentsOf, withAll } from '../graph.js'
import type { Step } from '../kinds/step.js'
import type { Selection } from '../select.js'
import { contextOf } from './context.js'
import type { PlanRequest } from './request.js'
import type { PlannedJob } from './resolve.js'
import { cleanUpStep, planStep } from './step.js'

const nothingToRun: BuildFileError = {
  code: 'no-steps',
  sentence: 'The build file has no step that runs in this scope and cloud.',
  line: 1,
  column: 1,
  remedy: 'Add a step, or widen the scopes or clouds of one.',
}

const placed = (job: PlannedJob, id: number, parents: ReadonlyArray<number>): JobSpec => ({
  ...job,
  job_id: id,
  in_update_parent_ids: parents,
  absolute_parent_ids: [],
})

type IdsOf = ReadonlyMap<string, ReadonlyArray<number>>

const idsOfAll = (names: Iterable<string>, idsOf: IdsOf): ReadonlyArray<number> =>
  [...names].flatMap((name) => idsOf.get(name) ?? []).sort((a, b) => a - b)

/** The jobs that end a batch; a developer's things are left to the developer. */
const cleanUps = (
  selection: Selection,
  known: ReadonlyMap<string, Step>,
  idsOf: IdsOf,
  first: number,
  request: PlanRequest,
): ReadonlyArray<JobSpec> => {
  if (request.scope === 'dev') return []
  // Through steps that are not selected too: what they would have passed on may be used.
  const dependents = dependentsOf(selection.available)
  const jobs: JobSpec[] = []
  for (const step of selection.steps.filter(({ name }) => selection.built.has(name))) {
    const job = cleanUpStep(step, () => contextOf(step, known, request), request)
    if (job === undefined) continue
    const parents = idsOfAll(withAll([step.name], dependents), idsOf)
    jobs.push(placed(job, first + jobs.length, parents))
  }
  return jobs
}

/**
 * The jobs of a batch for the selected steps, ready to submit, in the order of the file, the jobs that clean up last.
 * A job's parents are the jobs of its step's dependencies; a dependency that gets no jobs is not bridged. Pure: the
 * same request gives the same jobs. All errors are told at once.
 */
export const planJobs = (
  selection: Selection,
  request: PlanRequest,
): E.Either<NonEmptyArray<BuildFileError>, ReadonlyArray<JobSpec>> => {
  const known = new Map(selection.available.map((step) => [step.name, step]))
  const errors: BuildFileError[] = []
  const jobs: JobSpec[] = []
  const idsOf = new Map<string, ReadonlyArray<number>>()
  for (const step of selection.steps.filter(({ name }) => selection.built.has(name))) {
    const planned = planStep(step, contextOf(step, known, request), request)
    if (E.isLeft(planned)) {
      errors.push(...planned.left)
      continue
    }
    const parents = idsOfAll(step.dependsOn, idsOf)
    const first = jobs.length + 1
    planned.right.jobs.forEach((job, index) =>
      jobs.push(
        placed(job, first + index, planned.right.chained && index > 0 ? [first + index - 1] : parents),
      ),
    )
    idsOf.set(
      step.name,
      planned.right.jobs.map((_, index) => first + index),
    )
  }
  if (isNonEmpty(errors)) return E.left(errors)
  if (jobs.length === 0) return E.left([nothingToRun])
  return E.right([...jobs, ...cleanUps(selection, known, idsOf, jobs.length + 1, request)])
}
