/** Why a local Batch could not start: one sentence, and what to do about it. */
export type LocalBatchError = {
  readonly code:
    'port-in-use' | 'state-in-use' | 'state-version' | 'state-unusable' | 'cannot-listen' | 'no-sandbox'
  readonly sentence: string
  readonly remedy: string
}

/** The message of anything thrown, without a stack trace. */
export const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))

/** The `code` that Node and SQLite put on their errors (`EADDRINUSE`, `SQLITE_BUSY`), or ''. */
export const codeOf = (cause: unknown): string =>
  typeof cause === 'object' && cause !== null && 'code' in cause && typeof cause.code === 'string'
    ? cause.code
    : ''
