import type { BatchRow, FinalState, GroupRow } from './rows.js'
import type { Store } from './open.js'

/** Job group 0: the batch itself. */
export const ROOT_GROUP = 0

/** The counts of a batch and of its job groups while ends of jobs are booked; written back at once by `close`. */
export type Ledger = {
  /** Whether the jobs of this group are cancelled: it is, or one that it is in. */
  readonly isCancelled: (groupId: number) => boolean
  readonly cancel: (groupId: number) => void
  /** Counts an ended job in its group and in all around it; gives those that have failed too often now, inner first. */
  readonly count: (groupId: number, state: FinalState, msecMcpu: number) => ReadonlyArray<number>
  /** Writes what changed; gives the groups that are over since. */
  readonly close: (now: number) => ReadonlyArray<number>
}

type Tally = {
  readonly id: number
  readonly parent: number | undefined
  readonly row: BatchRow | GroupRow
  readonly isOpen: boolean
  readonly count: Record<FinalState, number>
  msecMcpu: number
  cancelled: boolean
}

const tallyOf = (
  id: number,
  parent: number | undefined,
  row: BatchRow | GroupRow,
  isOpen: boolean,
): Tally => ({
  id,
  parent,
  row,
  isOpen,
  count: { Success: row.n_succeeded, Failed: row.n_failed, Error: 0, Cancelled: row.n_cancelled },
  msecMcpu: row.msec_mcpu,
  cancelled: row.cancelled === 1,
})

const failures = ({ count }: Tally): number => count.Failed + count.Error

const completions = (tally: Tally): number => tally.count.Success + failures(tally) + tally.count.Cancelled

const isOver = (tally: Tally): boolean => !tally.isOpen && completions(tally) === tally.row.n_jobs

const wasOver = ({ row, isOpen }: Tally): boolean =>
  'state' in row ? row.state === 'complete' : !isOpen && row.n_completed === row.n_jobs

const write = (store: Store, tally: Tally, now: number): void => {
  const { row, count } = tally
  const over = isOver(tally)
  const values = [
    completions(tally),
    count.Success,
    failures(tally),
    count.Cancelled,
    tally.msecMcpu,
    tally.cancelled ? 1 : 0,
    over ? (row.time_completed ?? now) : null,
    over && !wasOver(tally) && row.callback !== null ? 1 : row.callback_due,
  ]
  const counts = `n_completed = ?, n_succeeded = ?, n_failed = ?, n_cancelled = ?, msec_mcpu = ?, cancelled = ?,
    time_completed = ?, callback_due = ?`
  if ('state' in row)
    store.run(
      `UPDATE batches SET ${counts}, state = ? WHERE id = ?`,
      ...values,
      over ? 'complete' : row.state,
      row.id,
    )
  else
    store.run(
      `UPDATE job_groups SET ${counts} WHERE batch_id = ? AND job_group_id = ?`,
      ...values,
      row.batch_id,
      tally.id,
    )
}

/** The ledger of a batch. Groups are read when they are first touched: most batches have none but the root. */
export const openLedger = (store: Store, batch: BatchRow): Ledger => {
  const tallies = new Map<number, Tally>()
  const open = (id: number): Tally => {
    const known = tallies.get(id)
    if (known !== undefined) return known
    const sql = 'SELECT * FROM job_groups WHERE batch_id = ? AND job_group_id = ?'
    const group = id === ROOT_GROUP ? undefined : store.get<GroupRow>(sql, batch.id, id)
    const tally =
      group === undefined
        ? tallyOf(id, undefined, batch, batch.state === 'open')
        : tallyOf(id, group.parent_id, group, false)
    tallies.set(id, tally)
    return tally
  }
  /** The group and all around it, inner first. */
  const around = (id: number): ReadonlyArray<Tally> => {
    const tally = open(id)
    return tally.parent === undefined ? [tally] : [tally, ...around(tally.parent)]
  }
  const hasFailedTooOften = (tally: Tally): boolean => {
    const limit = tally.row.cancel_after_n_failures
    return limit !== null && failures(tally) >= limit
  }
  return {
    isCancelled: (groupId) => around(groupId).some((tally) => tally.cancelled),
    cancel: (groupId) => {
      open(groupId).cancelled = true
    },
    count: (groupId, state, msecMcpu) => {
      const counted = around(groupId)
      for (const tally of counted) {
        tally.count[state] += 1
        tally.msecMcpu += msecMcpu
      }
      return counted.filter(hasFailedTooOften).map(({ id }) => id)
    },
    close: (now) => {
      open(ROOT_GROUP)
      const all = [...tallies.values()]
      for (const tally of all) write(store, tally, now)
      return all.filter((tally) => isOver(tally) && !wasOver(tally)).map(({ id }) => id)
    },
  }
}
