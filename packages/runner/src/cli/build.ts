/** `headgate build`: what a build.yaml says, what is chosen of it and which jobs it becomes. Nothing is run. */
import { readFileSync } from 'node:fs'
import * as E from 'fp-ts/lib/Either.js'
import {
  decodeBuildFile,
  planJobs,
  selectNamedSteps,
  selectSteps,
  type BuildFile,
  type BuildFileError,
  type JobSpec,
  type Scope,
  type Selection,
} from '@headgate/adapters-batch'
import { messageOf, problem, type Problem } from '../problem.js'
import { dotOfJobs, dotOfSteps, writeGraph } from './buildGraph.js'
import { planRequestOf, readInputs } from './buildInputs.js'
import { complain, say } from './terminal.js'

export interface BuildFlags {
  readonly scope: Scope
  readonly cloud?: string
  readonly changed?: ReadonlyArray<string>
  readonly label?: ReadonlyArray<string>
  readonly step?: ReadonlyArray<string>
  readonly exclude?: ReadonlyArray<string>
  readonly inputs?: string
  readonly graph?: string
  readonly json?: true
}

/** The file is wrong, or is used wrongly. */
const [WRONG, UNREADABLE] = [1, 2]

const readText = (file: string): E.Either<Problem, string> => {
  try {
    return E.right(readFileSync(file, 'utf8'))
  } catch (cause) {
    return E.left(
      problem('build-yaml', file, `It can't be read (${messageOf(cause)}).`, 'Name a build.yaml.'),
    )
  }
}

const tellErrors = (file: string, errors: ReadonlyArray<BuildFileError>, json: boolean): number => {
  if (json) say(JSON.stringify({ errors }))
  else
    for (const { line, column, sentence, remedy } of errors)
      say(`${file}:${line}:${column}: ${sentence} ${remedy}`)
  return WRONG
}

const fail = (found: Problem): number => {
  complain(found)
  return UNREADABLE
}

const strangers = (file: BuildFile, names: ReadonlyArray<string>): ReadonlyArray<string> => {
  const known = new Set(file.steps.map(({ name }) => name))
  return names.filter((name) => !known.has(name))
}

const selectionOf = (path: string, file: BuildFile, flags: BuildFlags): E.Either<Problem, Selection> => {
  const { scope, cloud, changed, label: labels = [], step: steps = [], exclude: excluded = [] } = flags
  const wrong = (sentence: string, remedy: string) => E.left(problem('build-options', path, sentence, remedy))
  const [stranger] = strangers(file, [...steps, ...excluded])
  if (stranger !== undefined) return wrong(`There is no step "${stranger}".`, 'Name steps of the file.')
  if (excluded.length > 0 && scope !== 'dev')
    return wrong('Steps can be left out in scope dev only.', 'Add --scope dev, or leave --exclude away.')
  if (changed !== undefined && steps.length > 0)
    return wrong('--changed and --step both choose the steps.', 'Give one of them.')
  return E.right(
    changed === undefined
      ? selectNamedSteps(file, { scope, cloud, steps, excluded, labels })
      : selectSteps(file, { scope, cloud, changedFiles: changed, labels }),
  )
}

type Chosen = { readonly file: BuildFile; readonly selection: Selection }

/** Reads the file, chooses its steps and goes on; says what is wrong if something is. */
const chosen = async (
  path: string,
  flags: BuildFlags,
  goOn: (found: Chosen) => number | Promise<number>,
): Promise<number> => {
  const text = readText(path)
  if (E.isLeft(text)) return fail(text.left)
  const file = decodeBuildFile(text.right)
  if (E.isLeft(file)) return tellErrors(path, file.left, flags.json === true)
  const selection = selectionOf(path, file.right, flags)
  return E.isLeft(selection) ? fail(selection.left) : goOn({ file: file.right, selection: selection.right })
}

const drawn = async (flags: BuildFlags, dot: () => string): Promise<number> => {
  if (flags.graph === undefined) return 0
  const written = await writeGraph(flags.graph, dot())
  return E.isLeft(written) ? fail(written.left) : 0
}

/** Plans the jobs and goes on with them. */
const planned = (
  path: string,
  flags: BuildFlags,
  goOn: (jobs: ReadonlyArray<JobSpec>) => number | Promise<number>,
): Promise<number> =>
  chosen(path, flags, ({ selection }) => {
    const inputs = readInputs(flags.inputs)
    if (E.isLeft(inputs)) return fail(inputs.left)
    const jobs = planJobs(selection, planRequestOf(path, flags.scope, flags.cloud, inputs.right))
    return E.isLeft(jobs) ? tellErrors(path, jobs.left, flags.json === true) : goOn(jobs.right)
  })

/** Every error of the file; with `--inputs` those of its templates too. */
export const buildCheck = (path: string, flags: BuildFlags): Promise<number> =>
  flags.inputs === undefined
    ? chosen(path, flags, ({ file }) => {
        say(flags.json ? '{"errors":[]}' : `${path}: ${file.steps.length} steps, nothing is wrong.`)
        return 0
      })
    : planned(path, flags, (jobs) => {
        say(
          flags.json
            ? '{"errors":[]}'
            : `${path}: ${jobs.length} jobs in scope ${flags.scope}, nothing is wrong.`,
        )
        return 0
      })

/** The chosen steps. */
export const buildSelect = (path: string, flags: BuildFlags): Promise<number> =>
  chosen(path, flags, ({ selection }) => {
    const { steps, built } = selection
    if (flags.json)
      say(JSON.stringify(steps.map(({ name, kind }) => ({ name, kind, built: built.has(name) }))))
    else for (const { name } of steps) say(built.has(name) ? name : `${name} (not in scope ${flags.scope})`)
    return drawn(flags, () => dotOfSteps(selection))
  })

const jobLine = (job: JobSpec, nameOf: ReadonlyMap<number, string>): string => {
  const parents = job.in_update_parent_ids.map((id) => nameOf.get(id) ?? String(id))
  const shown = parents.length > 4 ? [...parents.slice(0, 3), `${parents.length - 3} more`] : parents
  const name = `${job.job_id} ${job.attributes['name'] ?? ''}`
  return shown.length === 0 ? name : `${name} after ${shown.join(', ')}`
}

/** The jobs of the chosen steps. */
export const buildPlan = (path: string, flags: BuildFlags): Promise<number> =>
  planned(path, flags, (jobs) => {
    const nameOf = new Map(jobs.map((job) => [job.job_id, job.attributes['name'] ?? '']))
    if (flags.json) say(JSON.stringify(jobs))
    else for (const job of jobs) say(jobLine(job, nameOf))
    return drawn(flags, () => dotOfJobs(jobs))
  })

/** The script of a job, as it would run. */
export const buildRender = (path: string, name: string, flags: BuildFlags): Promise<number> =>
  planned(path, flags, (jobs) => {
    const job = jobs.find(({ attributes }) => attributes['name'] === name)
    if (job === undefined)
      return fail(
        problem(
          'build-options',
          path,
          `There is no job "${name}" in scope ${flags.scope}.`,
          'See headgate build plan.',
        ),
      )
    say(job.process.command[2] ?? '')
    return 0
  })
