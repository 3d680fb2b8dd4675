import type { Callbacks } from './callback.js'
import { markPrefix } from './run/environment.js'
import type { Layout } from './run/layout.js'
import { killRemnants } from './run/proc.js'
import type { Scheduler } from './run/scheduler.js'
import type { Scratch } from './run/scratch.js'
import { interruptAttempt, openAttempts } from './store/attempts.js'
import type { Store } from './store/open.js'
import { nothingFollows } from './store/settle.js'
import { callbacksDue, readyJobs } from './store/read.js'

/**
 * Takes up where an earlier life of the service ended, however it ended: its processes are killed first, the
 * attempts they were are closed and their jobs run again, callbacks still owed are sent.
 */
export const recover = (at: {
  readonly store: Store
  readonly scheduler: Scheduler
  readonly callbacks: Callbacks
  readonly scratch: Scratch
  readonly layout: Layout
  readonly instance: string
  readonly now: () => number
}): void => {
  const open = openAttempts(at.store)
  const leaders = open.flatMap(({ attempt: { pid, pid_start: startTime } }) =>
    pid === null || startTime === null ? [] : [{ pid, startTime }],
  )
  killRemnants(leaders, markPrefix(at.instance))
  for (const { job } of open) at.scratch.drop(at.layout.scratch(job.batch_id, job.job_id, job.n_attempts))
  // Before anything new can complete: only what is owed from before.
  for (const { batchId, groupId } of callbacksDue(at.store)) at.callbacks.tell(batchId, groupId)
  const waiting = readyJobs(at.store)
  at.scheduler.follow(0, { ...nothingFollows, ready: waiting })
  for (const { job } of open)
    at.scheduler.follow(job.batch_id, interruptAttempt(at.store, job, 'service died', at.now()))
}
