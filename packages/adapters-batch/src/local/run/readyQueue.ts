import type { ReadyJob } from '../store/rows.js'

type Lane = { readonly jobs: ReadyJob[]; next: number }

/** Jobs that may start. Batches take turns, so a huge one can't starve the others; within a batch, first in first out. */
export type ReadyQueue = {
  readonly add: (jobs: ReadonlyArray<ReadyJob>) => void
  /** The next job, left in place. */
  readonly peek: () => ReadyJob | undefined
  /** Removes what `peek` shows and gives the next batch its turn. */
  readonly drop: () => void
}

/** An empty queue. All operations take constant time. */
export const readyQueue = (): ReadyQueue => {
  // A Map keeps insertion order: its first key is the batch whose turn it is.
  const lanes = new Map<number, Lane>()
  const head = (): [number, Lane] | undefined => lanes.entries().next().value
  return {
    add: (jobs) => {
      for (const job of jobs) {
        const lane = lanes.get(job.batchId)
        if (lane === undefined) lanes.set(job.batchId, { jobs: [job], next: 0 })
        else lane.jobs.push(job)
      }
    },
    peek: () => {
      const lane = head()?.[1]
      return lane?.jobs[lane.next]
    },
    drop: () => {
      const first = head()
      if (first === undefined) return
      const [batchId, lane] = first
      lane.next += 1
      lanes.delete(batchId)
      if (lane.next < lane.jobs.length) lanes.set(batchId, lane)
    },
  }
}
