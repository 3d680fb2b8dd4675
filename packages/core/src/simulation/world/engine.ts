/** The test engine: so many batches run at a time, the others wait in the order in which they were submitted. */
/* eslint-disable functional/no-let, functional/immutable-data -- one world's own store; nothing of it is handed out to be changed */
import { batchId, type BatchId, type RunId, type RunPurpose, type Sha } from '../../index.js'
import type { Change, Commit } from './commits.js'
import { newTested } from './tested.js'

export interface Batch {
  readonly id: BatchId
  readonly run: RunId
  readonly purpose: RunPurpose
  readonly commit: Commit
  readonly base: Sha
  /** How many landings the base holds. */
  readonly baseHeight: number
  readonly changes: ReadonlyArray<Change>
  /** Which run of this very commit it is, counted by those that came to an end. */
  readonly time: number
  readonly state: 'waiting' | 'running' | 'success' | 'failure' | 'cancelled'
  readonly startedAt: number | undefined
}

export const isComplete = ({ state }: Batch): boolean => state !== 'waiting' && state !== 'running'

export interface Engine {
  /** Idempotent by the run. Gives the batch. */
  readonly submit: (
    made: Pick<Batch, 'run' | 'purpose' | 'commit' | 'base' | 'baseHeight' | 'changes'>,
  ) => Batch
  readonly get: (id: BatchId) => Batch | undefined
  readonly end: (id: BatchId, now: number, success: boolean) => void
  readonly cancel: (id: BatchId, now: number) => void
  /** Gives free places to what waits; gives what was started. */
  readonly fill: (now: number) => ReadonlyArray<Batch>
  /** What is not complete, and the newest that are. */
  readonly list: () => ReadonlyArray<Batch>
  /** Has a gate run of this commit passed? */
  readonly hasPassed: (commit: Sha) => boolean
  readonly used: () => { readonly runs: number; readonly ms: number; readonly submitted: number }
}

/** How many batches that are complete can still be asked for. */
const KEPT = 200

export const newEngine = (capacity: number): Engine => {
  const batches = new Map<BatchId, Batch>()
  const ofRun = new Map<RunId, BatchId>()
  const tested = newTested()
  const complete: BatchId[] = []
  let waiting: ReadonlyArray<BatchId> = []
  let running = 0
  let submitted = 0
  let runs = 0
  let ms = 0

  const forgetOld = (): void => {
    const oldest = complete.length > KEPT ? complete.shift() : undefined
    const batch = oldest === undefined ? undefined : batches.get(oldest)
    if (batch === undefined) return
    batches.delete(batch.id)
    ofRun.delete(batch.run)
  }
  const finish = (batch: Batch, now: number, state: Batch['state']): void => {
    const used = batch.startedAt === undefined ? 0 : now - batch.startedAt
    if (batch.state === 'running') running -= 1
    if (used > 0) runs += 1
    ms += used
    batches.set(batch.id, { ...batch, state })
    complete.push(batch.id)
    forgetOld()
  }

  return {
    submit: (made) => {
      const known = batches.get(ofRun.get(made.run) ?? batchId(0))
      if (known !== undefined) return known
      submitted += 1
      const time = tested.times(made.commit.name)
      const batch: Batch = { ...made, id: batchId(submitted), time, state: 'waiting', startedAt: undefined }
      batches.set(batch.id, batch)
      ofRun.set(batch.run, batch.id)
      waiting = [...waiting, batch.id]
      return batch
    },
    get: (id) => batches.get(id),
    end: (id, now, success) => {
      const batch = batches.get(id)
      if (batch?.state !== 'running') return
      tested.note(batch.commit.name, success && batch.purpose === 'gate')
      finish(batch, now, success ? 'success' : 'failure')
    },
    cancel: (id, now) => {
      const batch = batches.get(id)
      if (batch === undefined || isComplete(batch)) return
      waiting = waiting.filter((other) => other !== id)
      finish(batch, now, 'cancelled')
    },
    fill: (now) => {
      const free = Math.max(0, capacity - running)
      const started = waiting.slice(0, free).flatMap((id) => {
        const batch = batches.get(id)
        return batch === undefined ? [] : [{ ...batch, state: 'running' as const, startedAt: now }]
      })
      waiting = waiting.slice(free)
      running += started.length
      for (const batch of started) batches.set(batch.id, batch)
      return started
    },
    list: () => [...batches.values()].slice(-KEPT),
    hasPassed: tested.hasPassed,
    used: () => ({ runs, ms, submitted }),
  }
}
