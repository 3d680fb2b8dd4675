/** `@headgate/adapters-batch/local`: Hail Batch's wire API on this machine, for the embedded default and for tests. */
export { startLocalBatch } from './start.js'
export type { LocalBatch, LocalBatchOptions } from './start.js'
export type { LocalBatchError } from './error.js'
