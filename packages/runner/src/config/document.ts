/** A YAML (or JSON) file that people write, and where in it something is wrong. */
import * as E from 'fp-ts/lib/Either.js'
import { LineCounter, parseDocument, type Document } from 'yaml'
import { problem, type Problem } from '../problem.js'

export type Path = ReadonlyArray<string | number>

/** Somewhere in the file. */
export interface Finding {
  readonly path: Path
  readonly sentence: string
  readonly remedy: string
}

export const finding = (path: Path, sentence: string, remedy = 'Correct it.'): Finding => ({
  path,
  sentence,
  remedy,
})

/** What the file says, and how to tell what is wrong with it. */
export interface Yaml {
  readonly json: unknown
  /** `more`: how many findings there are after this one. */
  readonly told: (found: Finding, more?: number) => Problem
}

/** The nearest node that is really there, so that what is missing is told at the mapping that lacks it. */
const lineOf = (document: Document, counter: LineCounter, path: Path): number => {
  for (let end = path.length; end >= 0; end -= 1) {
    const node: unknown = document.getIn(path.slice(0, end), true)
    if (typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range))
      return counter.linePos(node.range[0] as number).line
  }
  return 1
}

/** Left: not YAML. */
export const parseYaml = (text: string, file: string): E.Either<Problem, Yaml> => {
  const counter = new LineCounter()
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false })
  const [broken] = [...document.errors, ...document.warnings]
  if (broken !== undefined) {
    const { line, col } = counter.linePos(broken.pos[0])
    return E.left(problem('config', `${file}:${line}:${col}`, `Not YAML: ${broken.message}.`, 'Correct it.'))
  }
  return E.right({
    json: document.toJS({ maxAliasCount: 100 }),
    told: (found, more = 0) => {
      const others = more === 0 ? '' : ` (${more} more to correct after it)`
      const place = `${file}:${lineOf(document, counter, found.path)}`
      return problem('config', place, found.sentence, `${found.remedy}${others}`)
    },
  })
}
