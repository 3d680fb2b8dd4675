import * as E from 'fp-ts/lib/Either.js'
import nunjucks from 'nunjucks'
import { memberOf } from './pythonMembers.js'
import { pythonText } from './pythonText.js'

/** Why a template did not render. `name` is the undefined name; `line` counts from 1 within the template. */
export type RenderFailure = {
  readonly code: 'undefined-name' | 'bad-template'
  readonly name: string | undefined
  readonly line: number | undefined
  readonly sentence: string
}

/** So many look-ups, prints and loop items may a template make: a template must not stop the service. */
const MAX_OPERATIONS = 200_000

/** The parts of nunjucks' compiled templates and run time that its types leave out. */
type Frame = { readonly variables: Readonly<Record<string, unknown>>; readonly parent: Frame | undefined }
type Context = { readonly ctx: Readonly<Record<string, unknown>> }
type Runtime = Readonly<Record<string, unknown>>
type Root = (env: unknown, context: unknown, frame: unknown, runtime: Runtime, callback: unknown) => unknown
type Compiled = { rootRenderFunc: Root; blocks: Record<string, Root>; render: (context: object) => string }

type Trouble = { undefinedName: string | undefined; operations: number }

const spend = (trouble: Trouble, amount: number): void => {
  trouble.operations += amount
  if (trouble.operations > MAX_OPERATIONS) throw new Error('the template does too much')
}

const inFrames = (frame: Frame | undefined, name: string): unknown => {
  for (let at = frame; at !== undefined; at = at.parent)
    if (Object.hasOwn(at.variables, name)) return at.variables[name]
  return undefined
}

/** Python's spelling, which Jinja knows too. */
const PYTHON_NAMES: Readonly<Record<string, unknown>> = { True: true, False: false, None: null }

const range = (trouble: Trouble) => (first: unknown, second: unknown, third: unknown) => {
  const [start, stop] = second === undefined ? [0, Number(first)] : [Number(first), Number(second)]
  const step = third === undefined ? 1 : Number(third)
  const size = Math.ceil((stop - start) / step)
  if (!Number.isFinite(size)) throw new Error('range() needs finite numbers and a step other than 0')
  spend(trouble, Math.max(0, size))
  return Array.from({ length: Math.max(0, size) }, (_, index) => start + index * step)
}

/** nunjucks' run time with Jinja's StrictUndefined and Python's members and prints. */
const strictRuntime = (original: Runtime, trouble: Trouble): Runtime => {
  // Where a structure came from, so that a missing member is named in full.
  const origins = new WeakMap<object, string>()
  const remember = (value: unknown, path: string): unknown => {
    if (typeof value === 'object' && value !== null) origins.set(value, path)
    return value
  }
  const missing = (name: string): never => {
    trouble.undefinedName = name
    throw new Error(`"${name}" is not defined`)
  }
  return {
    ...original,
    contextOrFrameLookup: (context: Context, frame: Frame, name: string) => {
      spend(trouble, 1)
      const local = inFrames(frame, name)
      const value = local ?? (Object.hasOwn(context.ctx, name) ? context.ctx[name] : undefined)
      if (value !== undefined) return remember(value, name)
      if (name === 'range') return range(trouble)
      return Object.hasOwn(PYTHON_NAMES, name) ? PYTHON_NAMES[name] : missing(name)
    },
    memberLookup: (target: unknown, name: unknown) => {
      spend(trouble, 1)
      const origin = typeof target === 'object' && target !== null ? origins.get(target) : undefined
      const path = `${origin === undefined ? '' : `${origin}.`}${String(name)}`
      const value = memberOf(target, name)
      return value === undefined ? missing(path) : remember(value, path)
    },
    suppressValue: (value: unknown) => {
      spend(trouble, 1)
      return pythonText(value)
    },
    fromIterator: (value: unknown) => {
      if (Array.isArray(value)) spend(trouble, value.length)
      return value
    },
  }
}

const environment = new nunjucks.Environment(null, {
  autoescape: false,
  trimBlocks: true,
  lstripBlocks: true,
})

const reason = (cause: unknown): string => {
  const message = cause instanceof Error ? cause.message : String(cause)
  return message
    .replace(/^\(unknown path\)\s*/, '')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 300)
}

const lineIn = (message: string): number | undefined => {
  const line = /\[Line (\d+)/.exec(message)?.[1]
  return line === undefined ? undefined : Number(line)
}

/** The line that uses the name, when only one does: nunjucks does not keep the line of a look-up. */
const lineOf = (template: string, name: string): number | undefined => {
  const last = name.slice(name.lastIndexOf('.') + 1)
  const using = (part: string): ReadonlyArray<number> =>
    template.split('\n').flatMap((line, index) => (line.includes(part) ? [index + 1] : []))
  const [line, ...others] = using(name).length > 0 ? using(name) : using(last)
  return others.length === 0 ? line : undefined
}

/**
 * Brings the source into the form that nunjucks trims as Jinja does: no blanks before and no newline after a comment;
 * a newline stays after `raw` and goes after `endraw`.
 */
const trimmedAsJinja = (source: string): string => {
  const raw = source.replace(/(\{%-?\s*raw\s*%\})\n/g, '$1\n\n').replace(/(\{%-?\s*endraw\s*%\})\n/g, '$1')
  // Within `raw` a comment is text.
  return raw !== source || source.includes('endraw')
    ? raw
    : source.replace(/^[ \t]*(\{#(?!\+)[\s\S]*?#\})/gm, '$1').replace(/(\{#[\s\S]*?#\})\n/g, '$1')
}

const compile = (template: string): Compiled =>
  new nunjucks.Template(template, environment, 'template', true) as unknown as Compiled

/**
 * Renders a template as Jinja2 does with trim_blocks, lstrip_blocks and StrictUndefined; the one newline at the end
 * is dropped. Known differences: `[]` and `{}` are true in conditions, and `is defined` needs a defined name.
 */
export const renderTemplate = (
  template: string,
  context: Readonly<Record<string, unknown>>,
): E.Either<RenderFailure, string> => {
  const trouble: Trouble = { undefinedName: undefined, operations: 0 }
  // Jinja drops the newline from the source, so one that a block leaves at the end stays.
  const source = template.replace(/\r\n?/g, '\n').replace(/\n$/, '')
  if (!/\{[{%#]/.test(source)) return E.right(source)
  try {
    const compiled = compile(trimmedAsJinja(source))
    const strictly =
      (root: Root): Root =>
      (env, ctx, frame, runtime, callback) =>
        root(env, ctx, frame, strictRuntime(runtime, trouble), callback)
    compiled.rootRenderFunc = strictly(compiled.rootRenderFunc)
    for (const [name, block] of Object.entries(compiled.blocks)) compiled.blocks[name] = strictly(block)
    return E.right(compiled.render(context))
  } catch (cause) {
    const name = trouble.undefinedName
    if (name !== undefined)
      return E.left({
        code: 'undefined-name',
        name,
        line: lineOf(template, name),
        sentence: `"${name}" is not defined`,
      })
    const message = reason(cause)
    const sentence = `the template cannot be rendered: ${message}`
    return E.left({ code: 'bad-template', name, line: lineIn(message), sentence })
  }
}
