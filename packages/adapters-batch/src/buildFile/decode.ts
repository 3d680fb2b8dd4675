import * as E from 'fp-ts/lib/Either.js'
import { isNonEmpty } from 'fp-ts/lib/Array.js'
import type { NonEmptyArray } from 'fp-ts/lib/NonEmptyArray.js'
import * as t from 'io-ts'
import { LineCounter, parseDocument, type Tags } from 'yaml'
import { flawOf, isMapping, object } from './codec.js'
import type { BuildFileError } from './error.js'
import { graphErrors, type GraphNode } from './graph.js'
import { names, repoPrefix } from './kinds/common.js'
import { decoderOf, KINDS, type Step } from './kinds/step.js'
import { locator, type Locate, type Path } from './locate.js'

/** A decoded `build.yaml`: every dependency exists and comes before the step that names it. */
export type BuildFile = {
  /** Inputs below it are files of the repository. */
  readonly repoPrefix: string
  readonly alwaysRunSteps: ReadonlyArray<string>
  readonly steps: ReadonlyArray<Step>
}

type Errors = ReadonlyArray<BuildFileError>

const fileFields = object(
  'the build file',
  { steps: t.readonlyArray(t.unknown, 'a list of steps') },
  { repoPrefix, alwaysRunSteps: names },
)

/** A value of the file, in a few words. A list or a mapping may hold itself (YAML's anchors), so it is only named. */
const shown = (value: unknown): string => {
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object' && value !== null) return 'a mapping'
  return JSON.stringify(value)?.slice(0, 80) ?? 'nothing'
}

const describe = (
  error: t.ValidationError,
  prefix: Path,
  step: string | undefined,
  locate: Locate,
): BuildFileError => {
  const path = [...prefix, ...error.context.map((entry) => entry.key).filter((key) => key !== '')]
  const flaw = flawOf(error)
  const whose = step === undefined ? 'The build file' : `Step "${step}"`
  const field = path.slice(prefix.length).join('.')
  const named = step === undefined ? {} : { step }
  switch (flaw.code) {
    case 'unknown-field':
      return {
        code: flaw.code,
        sentence: `${whose} has an unknown field "${field}".`,
        ...locate(path, true),
        ...named,
        remedy: 'Correct its name, or remove it.',
      }
    case 'missing-field': {
      const missing = field === '' ? flaw.detail : `${field}.${flaw.detail}`
      return {
        code: flaw.code,
        sentence: `${whose} lacks the field "${missing}".`,
        ...locate(path),
        ...named,
        remedy: `Add "${missing}".`,
      }
    }
    case 'bad-value':
      return {
        code: flaw.code,
        sentence: `${whose}: ${field === '' ? 'it' : `"${field}"`} is ${shown(error.value)}, ${flaw.detail}.`,
        ...locate(path),
        ...named,
        remedy: `Give it ${flaw.detail.replace(/^expected /, '')}.`,
      }
  }
}

const stepName = (value: unknown): string | undefined =>
  isMapping(value) && typeof value['name'] === 'string' ? value['name'] : undefined

const decodeStep = (value: unknown, index: number, locate: Locate): E.Either<Errors, Step> => {
  const path = ['steps', String(index)]
  const name = stepName(value)
  const kind = isMapping(value) ? value['kind'] : undefined
  const decoder = typeof kind === 'string' ? decoderOf(kind) : undefined
  if (typeof kind === 'string' && decoder === undefined)
    return E.left([
      {
        code: 'unknown-kind',
        sentence: `Step ${name === undefined ? index + 1 : `"${name}"`} is of the unknown kind "${kind}".`,
        ...locate([...path, 'kind']),
        ...(name === undefined ? {} : { step: name }),
        remedy: `Use one of ${KINDS.join(', ')}.`,
      },
    ])
  const place = locate(path)
  // Without a kind the step is read as runImage, so that its other errors are told at once.
  const decoded = (decoder ?? decoderOf('runImage'))?.(value, place)
  if (decoded === undefined) return E.left([])
  return E.isRight(decoded)
    ? decoded
    : E.left(decoded.left.map((error) => describe(error, path, name ?? `number ${index + 1}`, locate)))
}

const alwaysRunErrors = (
  alwaysRunSteps: ReadonlyArray<string>,
  known: ReadonlySet<string>,
  locate: Locate,
): Errors =>
  alwaysRunSteps.flatMap((name, index): Errors =>
    known.has(name)
      ? []
      : [
          {
            code: 'unknown-step',
            sentence: `alwaysRunSteps names "${name}", which does not exist.`,
            ...locate(['alwaysRunSteps', String(index)]),
            remedy: 'Correct the name, or remove it.',
          },
        ],
  )

const textsOf = (value: unknown): ReadonlyArray<string> =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []

/** Names and dependencies as far as they can be read, so that a step's other errors don't hide errors of the graph. */
const nodesOf = (steps: ReadonlyArray<unknown>): ReadonlyArray<GraphNode> =>
  steps.flatMap((step, index): ReadonlyArray<GraphNode> => {
    const name = stepName(step)
    return name === undefined || !isMapping(step)
      ? []
      : [{ name, dependsOn: textsOf(step['dependsOn']), index }]
  })

const decodeValue = (value: unknown, locate: Locate): E.Either<Errors, BuildFile> => {
  const top = fileFields.decode(value)
  const fields = isMapping(value) ? value : {}
  const listed = Array.isArray(fields['steps']) ? (fields['steps'] as unknown[]) : []
  const results = listed.map((step, index) => decodeStep(step, index, locate))
  const nodes = nodesOf(listed)
  const known = new Set(nodes.map((node) => node.name))
  const errors = [
    ...(E.isLeft(top) ? top.left.map((error) => describe(error, [], undefined, locate)) : []),
    ...results.flatMap((result) => (E.isLeft(result) ? result.left : [])),
    ...graphErrors(nodes, locate),
    ...alwaysRunErrors(textsOf(fields['alwaysRunSteps']), known, locate),
  ]
  if (E.isLeft(top) || errors.length > 0) return E.left(errors)
  return E.right({
    repoPrefix: top.right.repoPrefix ?? '/repo',
    alwaysRunSteps: top.right.alwaysRunSteps ?? [],
    steps: results.flatMap((result) => (E.isRight(result) ? [result.right] : [])),
  })
}

const notYaml = (sentence: string, line: number, column: number): BuildFileError => ({
  code: 'not-yaml',
  sentence,
  line,
  column,
  remedy: 'Correct the YAML.',
})

/** PyYAML follows YAML 1.1 but for `y` and `n`, which it leaves texts. */
const pythonTags = (tags: Tags): Tags =>
  tags.map((tag) => {
    if (typeof tag === 'string' || tag.test === undefined || tag.tag !== 'tag:yaml.org,2002:bool') return tag
    return {
      ...tag,
      test: tag.test.test('y')
        ? /^(?:[Yy]es|YES|[Tt]rue|TRUE|[Oo]n|ON)$/
        : /^(?:[Nn]o|NO|[Ff]alse|FALSE|[Oo]ff|OFF)$/,
    }
  })

const parse = (text: string): E.Either<Errors, { readonly value: unknown; readonly locate: Locate }> => {
  const lineCounter = new LineCounter()
  try {
    // YAML 1.1 with merge keys, the last of equal keys counts: as PyYAML, for which these files are written.
    const document = parseDocument(text, {
      version: '1.1',
      merge: true,
      uniqueKeys: false,
      customTags: pythonTags,
      lineCounter,
      prettyErrors: false,
      logLevel: 'error',
    })
    const problems = [...document.errors, ...document.warnings]
    if (problems.length > 0)
      return E.left(
        problems.map((problem) => {
          const { line, col } = lineCounter.linePos(problem.pos[0])
          return notYaml(`The build file is not valid YAML: ${problem.message}.`, line, col)
        }),
      )
    const value: unknown = document.toJS({ maxAliasCount: 1000 })
    return E.right({ value, locate: locator(document, lineCounter) })
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause)
    return E.left([notYaml(`The build file cannot be read: ${message}.`, 1, 1)])
  }
}

/** Decodes the text of a `build.yaml`. All errors are told at once, in the order of the file. */
export const decodeBuildFile = (text: string): E.Either<NonEmptyArray<BuildFileError>, BuildFile> => {
  const parsed = parse(text)
  const result = E.isLeft(parsed) ? parsed : decodeValue(parsed.right.value, parsed.right.locate)
  if (E.isRight(result)) return result
  const errors = [...result.left].sort((a, b) => a.line - b.line || a.column - b.column)
  return E.left(isNonEmpty(errors) ? errors : [notYaml('The build file cannot be read.', 1, 1)])
}
