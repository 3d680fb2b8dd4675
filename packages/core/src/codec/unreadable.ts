/** Why something written can't be read, in words: for the host to show, never a stack trace and never the data itself. */
import type * as t from 'io-ts'

export type UnreadableCode = 'not-json' | 'not-understood' | 'newer-version' | 'no-version' | 'journal-gap'

/** Which fault, one sentence, where, and what to do about it. */
export interface Unreadable {
  readonly code: UnreadableCode
  readonly sentence: string
  /** A path through the JSON: `pullRequests/3/snapshot/labels`; empty for the whole. */
  readonly place: string
  readonly remedy: string
}

const anotherProgram = 'Use the program that wrote it, or a newer one.'

export const unreadable = (
  code: UnreadableCode,
  place: string,
  sentence: string,
  remedy: string = anotherProgram,
): Unreadable => ({ code, sentence, place, remedy })

const cut = (text: string, max: number): string => (text.length <= max ? text : `${text.slice(0, max)}…`)

/** What a value is, without showing it: it may be secret, endless or nested without end. */
const kindOf = (value: unknown): string => {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return `a list of ${value.length}`
  switch (typeof value) {
    case 'string':
      return value.length <= 40 ? JSON.stringify(value) : `a text of ${value.length} characters`
    case 'number':
    case 'boolean':
      return String(value)
    case 'object':
      return 'an object'
    default:
      return `a ${typeof value}`
  }
}

const pathOf = (context: t.Context): string =>
  context
    .slice(1)
    .map((entry) => cut(entry.key, 60))
    .join('/')

/** The first of the errors of a decoder as one readable value; `what` names the thing that was decoded. */
export const explainErrors = (what: string, errors: t.Errors): Unreadable => {
  const [error] = errors
  if (error === undefined) return unreadable('not-understood', '', `${what} can't be understood.`)
  const place = pathOf(error.context)
  const expected = error.context.at(-1)?.type.name ?? 'something else'
  const where = place === '' ? what : `${what}: ${place}`
  const sentence =
    error.message === undefined
      ? `${where} must be ${cut(expected, 120)}, but it is ${kindOf(error.value)}.`
      : `${where} ${error.message}.`
  const more = errors.length === 1 ? '' : ` (and ${errors.length - 1} more)`
  return unreadable('not-understood', place, `${sentence}${more}`)
}
