import { setTimeout as pause } from 'node:timers/promises'
import { messageOf } from '../error.js'
import type { Store } from '../store/open.js'
import {
  beginAttempt,
  finishAttempt,
  interruptAttempt,
  msecMcpuOf,
  recordProcess,
} from '../store/attempts.js'
import { ROOT_GROUP } from '../store/ledger.js'
import type { JobRow, ReadyJob } from '../store/rows.js'
import type { Settled } from '../store/settle.js'
import type { JobRequest } from '../wire/request.js'
import { runAttempt } from './attempt.js'
import { markPrefix } from './environment.js'
import type { Isolation } from './isolation.js'
import type { Launcher } from './launcher.js'
import type { Layout } from './layout.js'
import { killRemnants } from './proc.js'
import { readyQueue } from './readyQueue.js'
import type { Scratch } from './scratch.js'
import { makeRoom } from './room.js'
import { statusJson, type Outcome } from './status.js'

export type SchedulerOptions = {
  readonly store: Store
  readonly dir: string
  readonly layout: Layout
  readonly scratch: Scratch
  readonly launcher: Launcher
  readonly isolation: Isolation
  /** What isolated jobs may read besides the system. */
  readonly visible: ReadonlyArray<string>
  readonly instance: string
  /** Thousandths of a core that jobs may take together. */
  readonly millicpu: number
  /** Bytes that jobs may take together, of those that say how much. */
  readonly memory: number
  readonly graceMs: number
  readonly now: () => number
  /** A job group (0: the batch) is over. */
  readonly onOver: (batchId: number, groupId: number) => void
  /** Hears, in one sentence, that the state could not be written; it is tried again. */
  readonly onTrouble: (sentence: string) => void
}

/** Until the state can be written again (a full disk, say), nothing is started and nothing is forgotten. */
const RETRY_MS = 1000

/** Runs ready jobs as processes within the cores given, and books what becomes of them. */
export type Scheduler = {
  /** Takes over what follows from a change of the store: new ready jobs, jobs to kill, a batch that is over. */
  readonly follow: (batchId: number, settled: Settled) => void
  /** Stops all running attempts (they will be tried again by the next service on this directory). */
  readonly close: () => Promise<void>
}

type Running = { readonly stop: AbortController; done: Promise<void>; cancelled: boolean }

const keyOf = (batchId: number, jobId: number): string => `${batchId}/${jobId}`

/** Books the end of an attempt: cancelled, cut short by the service, or ended by itself. */
const book = (
  store: Store,
  job: JobRow,
  spec: JobRequest,
  outcome: Outcome,
  cancelled: boolean,
  now: number,
): Settled => {
  if (outcome.state === 'Interrupted' && !cancelled)
    return interruptAttempt(store, job, 'service stopped', now)
  const state = outcome.state === 'Interrupted' ? 'Cancelled' : outcome.state
  const status = statusJson(job, spec, { ...outcome, state })
  const finished = {
    jobId: job.job_id,
    groupId: job.job_group_id,
    state,
    exitCode: outcome.exitCode,
    status,
    msecMcpu: msecMcpuOf(job, now),
  }
  return finishAttempt(store, job, finished, state === 'Cancelled' ? 'cancelled' : state.toLowerCase(), now)
}

/** Runs one attempt to its end. */
const attemptOf = (
  options: SchedulerOptions,
  job: JobRow,
  spec: JobRequest,
  stop: AbortSignal,
): Promise<Outcome> =>
  runAttempt(
    {
      dir: options.dir,
      instance: options.instance,
      layout: options.layout,
      scratch: options.scratch,
      launcher: options.launcher,
      isolation: options.isolation,
      visible: options.visible,
      graceMs: options.graceMs,
      stop,
      onStart: (process) => {
        try {
          recordProcess(options.store, job, process)
        } catch (cause) {
          // The mark in its environment still tells a later life whose process it is.
          options.onTrouble(`A job's process could not be recorded: ${messageOf(cause)}.`)
        }
      },
    },
    job,
    spec,
  )

/** Books until it succeeds; undefined when the service closes first: then the job runs again in its next life. */
const booked = async (
  options: SchedulerOptions,
  isClosing: () => boolean,
  work: () => Settled,
): Promise<Settled | undefined> => {
  for (;;) {
    try {
      return work()
    } catch (cause) {
      options.onTrouble(`The end of a job could not be recorded: ${messageOf(cause)}.`)
      if (isClosing()) return undefined
      await pause(RETRY_MS)
    }
  }
}

/** A scheduler with nothing to do yet. */
export const makeScheduler = (options: SchedulerOptions): Scheduler => {
  const { store, now } = options
  const queue = readyQueue()
  const running = new Map<string, Running>()
  const room = makeRoom({ mcpu: options.millicpu, memory: options.memory })
  let closing = false
  let pumping = false

  const finish = async (job: JobRow, entry: Running): Promise<void> => {
    const spec = JSON.parse(job.spec) as JobRequest
    const outcome = await attemptOf(options, job, spec, entry.stop.signal)
    const settled = await booked(
      options,
      () => closing,
      () => book(store, job, spec, outcome, entry.cancelled, now()),
    )
    running.delete(keyOf(job.batch_id, job.job_id))
    room.giveBack(job)
    if (settled !== undefined) follow(job.batch_id, settled)
  }

  const start = (ready: ReadyJob): void => {
    const job = beginAttempt(store, ready.batchId, ready.jobId, now())
    if (job === undefined) return
    room.take(job)
    const entry: Running = { stop: new AbortController(), cancelled: false, done: Promise.resolve() }
    running.set(keyOf(ready.batchId, ready.jobId), entry)
    entry.done = finish(job, entry)
  }

  const pump = (): void => {
    pumping = false
    try {
      for (let next = queue.peek(); !closing && next !== undefined && room.fits(next); next = queue.peek()) {
        start(next)
        queue.drop()
      }
    } catch (cause) {
      options.onTrouble(`A job could not be started: ${messageOf(cause)}.`)
      pumping = true
      setTimeout(pump, RETRY_MS).unref()
    }
  }

  const follow = (batchId: number, settled: Settled): void => {
    for (const jobId of settled.kill) {
      const entry = running.get(keyOf(batchId, jobId))
      if (entry === undefined) continue
      entry.cancelled = true
      entry.stop.abort()
    }
    queue.add(settled.ready)
    if (settled.over.length > 0) store.flush()
    if (settled.over.includes(ROOT_GROUP)) killRemnants([], markPrefix(options.instance, batchId))
    for (const groupId of settled.over) options.onOver(batchId, groupId)
    if (pumping || closing) return
    pumping = true
    setImmediate(pump)
  }

  const close = async (): Promise<void> => {
    closing = true
    const entries = [...running.values()]
    for (const entry of entries) entry.stop.abort()
    await Promise.all(entries.map((entry) => entry.done))
    killRemnants([], markPrefix(options.instance))
    await options.scratch.close()
    options.launcher.close()
  }
  return { follow, close }
}
