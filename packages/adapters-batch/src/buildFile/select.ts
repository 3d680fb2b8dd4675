import type { FilePair } from '../jobSpec.js'
import type { BuildFile } from './decode.js'
import { dependentsOf, withAll } from './graph.js'
import type { Scope } from './kinds/common.js'
import type { Step } from './kinds/step.js'

/** Label that makes a pull request run every step. */
const RERUN_ALL_LABEL = 'rerun all tests'

/** Where the build file itself is in the repository. */
const BUILD_FILE = 'build.yaml'

export type SelectionRequest = {
  readonly scope: Scope
  /** Undefined: any, no step is left out for its clouds. */
  readonly cloud: string | undefined
  /** Paths in the repository that the change touches; undefined: everything is asked for (deploys). */
  readonly changedFiles: ReadonlyArray<string> | undefined
  /** Labels of the pull request. */
  readonly labels: ReadonlyArray<string>
}

const inCloud = (step: Step, cloud: string | undefined): boolean =>
  step.clouds === undefined || cloud === undefined || step.clouds.includes(cloud)

const inScope = (step: Step, scope: Scope): boolean =>
  step.scopes === undefined || step.scopes.includes(scope)

/** Whether a label of the pull request makes the step run. */
const isForced = (step: Step, labels: ReadonlyArray<string>): boolean =>
  step.forceIfLabeled.some((label) => labels.includes(label))

/** Path in the repository of an input from it, '' for all of it; undefined for an input from elsewhere. */
const repositoryPath = (input: FilePair, repoPrefix: string): string | undefined => {
  if (input.from === repoPrefix) return ''
  return input.from.startsWith(`${repoPrefix}/`) ? input.from.slice(repoPrefix.length + 1) : undefined
}

/** All ancestors of a path and the path itself: `a/b/c` gives `a`, `a/b`, `a/b/c`. */
const prefixesOf = (path: string): ReadonlyArray<string> =>
  path.split('/').map((_, index, segments) => segments.slice(0, index + 1).join('/'))

const isAffected = (step: Step, touched: ReadonlySet<string>, repoPrefix: string): boolean =>
  step.inputs.some((input) => {
    const path = repositoryPath(input, repoPrefix)
    return path !== undefined && (path === '' || touched.has(path))
  })

/**
 * The steps that changed files ask for: those with an input from the repository at or above a changed file, all that
 * depend on them, and `alwaysRunSteps`. A step outside of scope or cloud, or `runIfRequested`, cuts such a chain.
 */
export const requestedSteps = (
  file: BuildFile,
  changedFiles: ReadonlyArray<string>,
  scope: Scope,
  cloud: string | undefined,
): ReadonlySet<string> => {
  if (changedFiles.length === 0) return new Set(file.alwaysRunSteps)
  const touched = new Set(changedFiles.flatMap(prefixesOf))
  const valid = file.steps.filter(
    (step) => !step.runIfRequested && inScope(step, scope) && inCloud(step, cloud),
  )
  const affected = valid.filter((step) => isAffected(step, touched, file.repoPrefix)).map((step) => step.name)
  return new Set([...withAll(affected, dependentsOf(valid)), ...file.alwaysRunSteps])
}

const withDependencies = (
  steps: ReadonlyMap<string, Step>,
  requested: Iterable<string>,
): ReadonlySet<string> => {
  const found = new Set([...requested].filter((name) => steps.has(name)))
  for (const name of found)
    for (const dependency of steps.get(name)?.dependsOn ?? []) {
      const step = steps.get(dependency)
      if (step !== undefined && !step.runIfRequested) found.add(dependency)
    }
  return found
}

/** Steps chosen for a batch, in the order of the file. */
export type Selection = {
  /** All there are in the cloud, without the excluded: what templates and dependencies may refer to. */
  readonly available: ReadonlyArray<Step>
  /** What is taken into account, dependencies included. */
  readonly steps: ReadonlyArray<Step>
  /** Those of them that get jobs: in scope, or forced by a label. */
  readonly built: ReadonlySet<string>
}

/** Steps chosen by name, as for a dev deploy. */
export type NamedSteps = {
  readonly scope: Scope
  readonly cloud: string | undefined
  /** None: every step that is not `runIfRequested`. */
  readonly steps: Iterable<string>
  /** Treated as if the file had them not. */
  readonly excluded: ReadonlyArray<string>
  /** Labels of the pull request. */
  readonly labels: ReadonlyArray<string>
}

/** The named steps, those that a label forces, and all they depend on, in the order of the file. */
export const selectNamedSteps = (file: BuildFile, request: NamedSteps): Selection => {
  const { scope, cloud, excluded, labels } = request
  const available = file.steps.filter((step) => inCloud(step, cloud) && !excluded.includes(step.name))
  const byName = new Map(available.map((step) => [step.name, step]))
  const forced = available.filter((step) => isForced(step, labels)).map((step) => step.name)
  const named = [...request.steps]
  const everything = available.filter((step) => !step.runIfRequested).map((step) => step.name)
  const chosen = withDependencies(byName, [...(named.length === 0 ? everything : named), ...forced])
  const steps = available.filter((step) => chosen.has(step.name))
  const built = steps.filter((step) => inScope(step, scope) || forced.includes(step.name))
  return { available, steps, built: new Set(built.map((step) => step.name)) }
}

/**
 * Chooses the steps of a batch: what the changed files ask for with all it depends on; every step when everything is
 * asked for, by label, because `build.yaml` itself changed, or because the change asks for no step at all (a change
 * must not pass for want of tests).
 */
export const selectSteps = (file: BuildFile, request: SelectionRequest): Selection => {
  const { scope, cloud, changedFiles, labels } = request
  const asksForAll =
    changedFiles === undefined || labels.includes(RERUN_ALL_LABEL) || changedFiles.includes(BUILD_FILE)
  const steps = asksForAll ? [] : requestedSteps(file, changedFiles, scope, cloud)
  return selectNamedSteps(file, { scope, cloud, steps, excluded: [], labels })
}
