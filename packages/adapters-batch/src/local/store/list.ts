import type { Store } from './open.js'
import type { BatchRow, JobRow } from './rows.js'
import type { Condition } from './search.js'

/** Entries per page, as Hail Batch has it. */
const PAGE = 50

const where = (conditions: ReadonlyArray<Condition>): string =>
  conditions.map((condition) => ` AND (${condition.sql})`).join('')

const valuesOf = (conditions: ReadonlyArray<Condition>): ReadonlyArray<string | number> =>
  conditions.flatMap((condition) => condition.values)

/** A page of rows, and the id to ask for the next one with (undefined: this was the last). */
export type Page<Row> = { readonly rows: ReadonlyArray<Row>; readonly last: number | undefined }

/** Batches with smaller ids than `before`, newest first. */
export const listBatches = (
  store: Store,
  conditions: ReadonlyArray<Condition>,
  before: number | undefined,
): Page<BatchRow> => {
  const rows = store.all<BatchRow>(
    `SELECT * FROM batches WHERE deleted = 0 AND id < ?${where(conditions)} ORDER BY id DESC LIMIT ${PAGE + 1}`,
    before ?? Number.MAX_SAFE_INTEGER,
    ...valuesOf(conditions),
  )
  const page = rows.slice(0, PAGE)
  return { rows: page, last: rows.length > PAGE ? page.at(-1)?.id : undefined }
}

/** Committed jobs of a batch with greater ids than `after`, in order. */
export const listJobs = (
  store: Store,
  batchId: number,
  conditions: ReadonlyArray<Condition>,
  after: number | undefined,
): Page<JobRow> => {
  const rows = store.all<JobRow>(
    `SELECT * FROM jobs WHERE batch_id = ? AND committed = 1 AND job_id > ?${where(conditions)}
     ORDER BY job_id LIMIT ${PAGE}`,
    batchId,
    after ?? 0,
    ...valuesOf(conditions),
  )
  return { rows, last: rows.length === PAGE ? rows.at(-1)?.job_id : undefined }
}
