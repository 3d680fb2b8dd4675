/**
 * What is wrong with something a person gave us, or with the machine: which fault, one sentence, where, and what to do
 * about it. Problems are values; the command line prints one as one line and ends with a non-zero status.
 */
export interface Problem {
  readonly code: string
  readonly sentence: string
  /** A file (with line and path), an address, an option. */
  readonly place: string
  readonly remedy: string
}

export const problem = (code: string, place: string, sentence: string, remedy: string): Problem => ({
  code,
  sentence,
  place,
  remedy,
})

const oneLine = (text: string): string => text.replaceAll(/\s*\n\s*/g, ' ').trim()

/** A problem as the one line that people read: place, sentence, remedy. */
export const problemLine = (p: Problem): string => oneLine(`${p.place}: ${p.sentence} ${p.remedy}`)

/** The message of anything thrown, without a stack trace. */
export const messageOf = (cause: unknown): string =>
  oneLine(cause instanceof Error ? cause.message : String(cause))

/** The `code` that Node and SQLite put on their errors (`EADDRINUSE`, `SQLITE_BUSY`), or ''. */
export const codeOf = (cause: unknown): string =>
  typeof cause === 'object' && cause !== null && 'code' in cause && typeof cause.code === 'string'
    ? cause.code
    : ''
