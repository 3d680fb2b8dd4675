import { openLedger } from './ledger.js'
import type { Store } from './open.js'
import type { BatchRow, FinalState, ReadyJob } from './rows.js'

/** One job that came to its end. `status` is the JSON kept for `GET .../jobs/{id}`. */
export type Finished = {
  readonly jobId: number
  readonly groupId: number
  readonly state: FinalState
  readonly exitCode: number | null
  readonly status: string | null
  /** What its last attempt took, thousandths of a core times milliseconds. */
  readonly msecMcpu: number
}

/** What follows from ends and cancellations: jobs that may start, jobs to kill, job groups (0: the batch) that are over. */
export type Settled = {
  readonly ready: ReadonlyArray<ReadyJob>
  readonly kill: ReadonlyArray<number>
  readonly over: ReadonlyArray<number>
}

/** A change from which nothing follows. */
export const nothingFollows: Settled = { ready: [], kill: [], over: [] }

/** A job that never started and never will. */
export const cancelledJob = (jobId: number, groupId: number): Finished => ({
  jobId,
  groupId,
  state: 'Cancelled',
  exitCode: null,
  status: null,
  msecMcpu: 0,
})

type Child = {
  readonly job_id: number
  readonly job_group_id: number
  readonly mcpu: number
  readonly memory: number
  readonly always_run: number
  readonly parent_failed: number
}

const CHILDREN = '(SELECT job_id FROM job_parents WHERE batch_id = ? AND parent_id = ?)'

const releaseChildren = (store: Store, batchId: number, parent: Finished): ReadonlyArray<Child> => {
  const failed = parent.state === 'Success' ? 0 : 1
  store.run(
    `UPDATE jobs SET n_pending_parents = n_pending_parents - 1, parent_failed = MAX(parent_failed, ?)
     WHERE batch_id = ? AND committed = 1 AND job_id IN ${CHILDREN}`,
    failed,
    batchId,
    batchId,
    parent.jobId,
  )
  return store.all<Child>(
    `SELECT job_id, job_group_id, mcpu, memory, always_run, parent_failed FROM jobs
     WHERE batch_id = ? AND committed = 1 AND state = 'Pending' AND n_pending_parents = 0 AND job_id IN ${CHILDREN}`,
    batchId,
    batchId,
    parent.jobId,
  )
}

type Live = { readonly job_id: number; readonly job_group_id: number; readonly state: 'Ready' | 'Running' }

/** What a cancellation of the group touches: jobs that wait for a core or run, in it or in a group within. */
const liveJobs = (store: Store, batchId: number, groupId: number): ReadonlyArray<Live> =>
  store.all<Live>(
    `SELECT job_id, job_group_id, state FROM jobs WHERE batch_id = ? AND state IN ('Ready', 'Running') AND always_run = 0
     AND (? = 0 OR job_group_id IN (SELECT job_group_id FROM job_group_ancestors WHERE batch_id = ? AND ancestor_id = ?))`,
    batchId,
    groupId,
    batchId,
    groupId,
  )

const endJob = (store: Store, batchId: number, job: Finished, now: number): void => {
  store.run(
    'UPDATE jobs SET state = ?, exit_code = ?, status = ?, end_time = ? WHERE batch_id = ? AND job_id = ?',
    job.state,
    job.exitCode,
    job.status,
    now,
    batchId,
    job.jobId,
  )
}

/**
 * Books ended jobs (and the cancellation of a job group, if one is asked) and everything that follows: children
 * become Ready, or Cancelled when a parent did not succeed or their group is cancelled (`always_run` excepted); a
 * group is cancelled after its n-th failure; it is over with its last job. Call inside a transaction.
 */
export const settle = (
  store: Store,
  batch: BatchRow,
  ended: ReadonlyArray<Finished>,
  cancel: number | undefined,
  now: number,
): Settled => {
  const ledger = openLedger(store, batch)
  const queue: Finished[] = [...ended]
  const known = new Set(ended.map(({ jobId }) => jobId))
  const ready = new Map<number, ReadyJob>()
  const kill: number[] = []
  const end = (job: Finished): void => {
    if (known.has(job.jobId)) return
    known.add(job.jobId)
    queue.push(job)
  }
  const cancelGroup = (groupId: number): void => {
    if (ledger.isCancelled(groupId)) return
    ledger.cancel(groupId)
    for (const job of liveJobs(store, batch.id, groupId))
      if (job.state === 'Ready') end(cancelledJob(job.job_id, job.job_group_id))
      else kill.push(job.job_id)
  }
  const release = (child: Child): void => {
    const hopeless = child.parent_failed === 1 || ledger.isCancelled(child.job_group_id)
    if (child.always_run === 0 && hopeless) {
      end(cancelledJob(child.job_id, child.job_group_id))
      return
    }
    const { job_id: jobId, mcpu, memory } = child
    store.run(`UPDATE jobs SET state = 'Ready' WHERE batch_id = ? AND job_id = ?`, batch.id, jobId)
    ready.set(jobId, { batchId: batch.id, jobId, mcpu, memory })
  }
  if (cancel !== undefined) cancelGroup(cancel)
  for (let next = 0; next < queue.length; next++) {
    const job = queue[next] as Finished
    ready.delete(job.jobId)
    endJob(store, batch.id, job, now)
    for (const child of releaseChildren(store, batch.id, job)) release(child)
    for (const groupId of ledger.count(job.groupId, job.state, job.msecMcpu)) cancelGroup(groupId)
  }
  const over = ledger.close(now)
  return { ready: [...ready.values()], kill: kill.filter((jobId) => !known.has(jobId)), over }
}
