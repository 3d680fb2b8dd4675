import { join, posix } from 'node:path'

/** Where a local Batch keeps what is not in its database. All paths are below `dir`. */
export type Layout = {
  readonly jobDir: (batchId: number, jobId: number) => string
  /** Each attempt has its own, so that the remains of one are no business of the next. */
  readonly scratch: (batchId: number, jobId: number, attempt: number) => string
  /** Log of one container ("input", "main", "output") of one attempt. */
  readonly log: (batchId: number, jobId: number, attempt: number, container: string) => string
  /** The file or directory of `scheme://bucket/path`; undefined when the text is not such a URI. */
  readonly storage: (uri: string) => string | undefined
}

const URI = /^([a-z][a-z0-9+.-]*):\/\/([^/]+)(\/.*)?$/i

/** A path as seen in the container, mapped below `root`; '..' can't climb out. */
export const below = (root: string, path: string): string =>
  join(root, posix.normalize(`/${path}`).replace(/\/+$/, ''))

export const layoutOf = (dir: string): Layout => {
  const jobDir = (batchId: number, jobId: number): string =>
    join(dir, 'batches', String(batchId), 'jobs', String(jobId))
  return {
    jobDir,
    scratch: (batchId, jobId, attempt) => join(jobDir(batchId, jobId), `scratch.${attempt}`),
    log: (batchId, jobId, attempt, container) => join(jobDir(batchId, jobId), `${container}.${attempt}.log`),
    storage: (uri) => {
      const match = URI.exec(uri)
      const [, scheme, bucket, path] = match ?? []
      if (scheme === undefined || bucket === undefined || bucket === '.' || bucket === '..') return undefined
      return below(join(dir, 'storage', scheme, bucket), path ?? '/')
    },
  }
}
