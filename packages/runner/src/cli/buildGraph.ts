/** Pictures of steps and jobs: DOT, or SVG by Graphviz. */
import { writeFileSync } from 'node:fs'
import { instance } from '@viz-js/viz'
import * as E from 'fp-ts/lib/Either.js'
import type { JobSpec, Selection, Step } from '@headgate/adapters-batch'
import { messageOf, problem, type Problem } from '../problem.js'

const quoted = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`

type Node = {
  readonly id: string
  readonly label: string
  readonly style: string
  readonly from: ReadonlyArray<string>
}

const dotOf = (nodes: ReadonlyArray<Node>): string => {
  const known = new Set(nodes.map(({ id }) => id))
  return [
    'digraph build {',
    '  rankdir=LR; node [shape=box, fontname="sans-serif", fontsize=11]; edge [color="#888888"]',
    ...nodes.map(({ id, label, style }) => `  ${quoted(id)} [label=${quoted(label)}${style}]`),
    ...nodes.flatMap(({ id, from }) =>
      from.filter((other) => known.has(other)).map((other) => `  ${quoted(other)} -> ${quoted(id)}`),
    ),
    '}',
    '',
  ].join('\n')
}

const FILL: Readonly<Record<Step['kind'], string>> = {
  runImage: '#ffffff',
  buildImage: '#dbe9ff',
  buildImage2: '#dbe9ff',
  createNamespace: '#fff0cc',
  deploy: '#d9f2d9',
  createDatabase2: '#f2dff2',
}

/** The chosen steps as DOT, coloured by kind; a step that gets no jobs is dashed. */
export const dotOfSteps = ({ steps, built }: Selection): string =>
  dotOf(
    steps.map(({ name, kind, dependsOn }) => ({
      id: name,
      label: `${name} · ${kind}`,
      style: built.has(name) ? `, style=filled, fillcolor="${FILL[kind]}"` : ', style=dashed',
      from: dependsOn,
    })),
  )

/** The jobs as DOT; a job that runs whatever became of its parents is grey. */
export const dotOfJobs = (jobs: ReadonlyArray<JobSpec>): string =>
  dotOf(
    jobs.map((job) => ({
      id: String(job.job_id),
      label: job.attributes['name'] ?? String(job.job_id),
      style: job.always_run ? ', style=filled, fillcolor="#eeeeee"' : '',
      from: job.in_update_parent_ids.map(String),
    })),
  )

/** Writes the picture: SVG when the file is called so, else DOT. */
export const writeGraph = async (file: string, dot: string): Promise<E.Either<Problem, void>> => {
  try {
    const text = file.endsWith('.svg') ? (await instance()).renderString(dot, { format: 'svg' }) : dot
    return E.right(writeFileSync(file, text))
  } catch (cause) {
    return E.left(
      problem(
        'build-graph',
        file,
        `The picture cannot be made (${messageOf(cause)}).`,
        'Name a file in a directory that exists.',
      ),
    )
  }
}
