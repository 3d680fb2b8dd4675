import type { BuildFileError } from './error.js'
import type { Locate } from './locate.js'

/** A step's name and dependencies, also of a step that is wrong in other ways, and its index in the file. */
export type GraphNode = {
  readonly name: string
  readonly dependsOn: ReadonlyArray<string>
  readonly index: number
}

/** Whether `from` depends, directly or not, on `target`. */
const reaches = (steps: ReadonlyMap<string, GraphNode>, from: string, target: string): boolean => {
  const seen = new Set<string>()
  const frontier = [from]
  for (let next = frontier.pop(); next !== undefined; next = frontier.pop()) {
    if (next === target) return true
    if (seen.has(next)) continue
    seen.add(next)
    for (const dependency of steps.get(next)?.dependsOn ?? []) frontier.push(dependency)
  }
  return false
}

const duplicateNames = (nodes: ReadonlyArray<GraphNode>, locate: Locate): ReadonlyArray<BuildFileError> => {
  const first = new Map<string, number>()
  return nodes.flatMap(({ name, index }): ReadonlyArray<BuildFileError> => {
    const known = first.get(name)
    if (known === undefined) {
      first.set(name, index)
      return []
    }
    return [
      {
        code: 'duplicate-name',
        sentence: `Step "${name}" has the same name as the step in line ${locate(['steps', String(known)]).line}.`,
        ...locate(['steps', String(index), 'name']),
        step: name,
        remedy: 'Give each step a name of its own.',
      },
    ]
  })
}

const dependencyError = (
  all: ReadonlyMap<string, GraphNode>,
  { name, index }: GraphNode,
  dependency: string,
): Pick<BuildFileError, 'code' | 'sentence' | 'remedy'> | undefined => {
  const found = all.get(dependency)
  if (found === undefined)
    return {
      code: 'unknown-step',
      sentence: `Step "${name}" depends on "${dependency}", which does not exist.`,
      remedy: 'Correct the name, or remove it from dependsOn.',
    }
  if (found.index < index) return undefined
  if (dependency === name)
    return {
      code: 'cycle',
      sentence: `Step "${name}" depends on itself.`,
      remedy: 'Remove it from dependsOn.',
    }
  if (reaches(all, dependency, name))
    return {
      code: 'cycle',
      sentence: `Step "${name}" depends on "${dependency}", which depends on "${name}".`,
      remedy: 'Remove one of these dependencies.',
    }
  return {
    code: 'later-step',
    sentence: `Step "${name}" depends on "${dependency}", which comes later in the file.`,
    remedy: `Move "${dependency}" before "${name}".`,
  }
}

/** What is wrong with the names and dependencies of steps. */
export const graphErrors = (
  nodes: ReadonlyArray<GraphNode>,
  locate: Locate,
): ReadonlyArray<BuildFileError> => {
  const all = new Map(nodes.map((node) => [node.name, node]))
  const errors: BuildFileError[] = [...duplicateNames(nodes, locate)]
  for (const node of nodes) {
    node.dependsOn.forEach((dependency, position) => {
      const at = () => ({
        ...locate(['steps', String(node.index), 'dependsOn', String(position)]),
        step: node.name,
      })
      if (node.dependsOn.indexOf(dependency) < position)
        errors.push({
          code: 'duplicate-dependency',
          sentence: `Step "${node.name}" depends on "${dependency}" twice.`,
          remedy: 'Name each dependency once.',
          ...at(),
        })
      const error = dependencyError(all, node, dependency)
      if (error !== undefined) errors.push({ ...error, ...at() })
    })
  }
  return errors
}

type Linked = Pick<GraphNode, 'name' | 'dependsOn'>

/** For each step the steps that name it in dependsOn. */
export const dependentsOf = (steps: ReadonlyArray<Linked>): ReadonlyMap<string, ReadonlyArray<string>> => {
  const dependents = new Map<string, string[]>()
  for (const step of steps)
    for (const dependency of step.dependsOn) {
      const known = dependents.get(dependency)
      if (known === undefined) dependents.set(dependency, [step.name])
      else known.push(step.name)
    }
  return dependents
}

/** The names and all that is reached from them. */
export const withAll = (
  names: Iterable<string>,
  next: ReadonlyMap<string, ReadonlyArray<string>>,
): ReadonlySet<string> => {
  const found = new Set(names)
  // A Set is iterated in order of insertion, what is added on the way included.
  for (const name of found) for (const other of next.get(name) ?? []) found.add(other)
  return found
}
