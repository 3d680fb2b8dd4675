import fc from 'fast-check'
import { isAbsolute, relative } from 'node:path'
import { expect, test } from 'vitest'
import { below, layoutOf } from '../../src/local/run/layout.js'
import { processFact } from '../../src/local/run/proc.js'
import { readyQueue } from '../../src/local/run/readyQueue.js'
import { parseMillicpu } from '../../src/local/wire/cpu.js'

test('a path of a container never leads out of its root', () => {
  const segment = fc.constantFrom('..', '.', '', 'a', 'b c', '/', '...', '..a')
  fc.assert(
    fc.property(fc.array(segment), (segments) => {
      const inside = relative('/root/scratch', below('/root/scratch', segments.join('/')))
      return !inside.split('/').includes('..') && !isAbsolute(inside)
    }),
  )
  expect(below('/s', '/io/repo/')).toBe('/s/io/repo')
})

test('a storage URI is mapped to its own place', () => {
  const { storage } = layoutOf('/d')
  expect(storage('gs://bucket/a/b')).toBe('/d/storage/gs/bucket/a/b')
  expect(storage('gs://bucket/a//b/../c/')).toBe('/d/storage/gs/bucket/a/c')
  expect(storage('gs://bucket/../../x')).toBe('/d/storage/gs/bucket/x')
  for (const text of ['/etc/passwd', 'gs://', 'gs://../x', '../x://b/c', ''])
    expect([text, storage(text)]).toEqual([text, undefined])
})

test('amounts of CPU are read as Hail reads them', () => {
  expect(['1', '0.25', '.5', '250m', '2', '+1'].map(parseMillicpu)).toEqual([1000, 250, 500, 250, 2000, 1000])
  for (const text of ['', '0', 'x', '-1', '1 ', '1k', '0m'])
    expect([text, parseMillicpu(text)]).toEqual([text, undefined])
})

test('a process is known by its start time', () => {
  const own = processFact(process.pid)
  expect(own?.pid).toBe(process.pid)
  expect(Number(own?.startTime)).toBeGreaterThan(0)
  expect(processFact(2 ** 30)).toBeUndefined()
})

test('the queue serves batches in turn and loses nothing', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ batchId: fc.nat(4), jobId: fc.nat() })), (jobs) => {
      const queue = readyQueue()
      queue.add(jobs.map((job) => ({ ...job, mcpu: 1, memory: 1 })))
      const served: { batchId: number; jobId: number }[] = []
      for (let next = queue.peek(); next !== undefined; next = queue.peek()) {
        served.push(next)
        queue.drop()
      }
      const of = (list: ReadonlyArray<{ batchId: number; jobId: number }>, batchId: number) =>
        list.filter((job) => job.batchId === batchId).map((job) => job.jobId)
      for (const batchId of [0, 1, 2, 3, 4]) expect(of(served, batchId)).toEqual(of(jobs, batchId))
      // No batch is served twice while another one waits that has not been served since.
      const distinct = new Set(jobs.map((job) => job.batchId)).size
      expect(new Set(served.slice(0, distinct).map((job) => job.batchId)).size).toBe(distinct)
    }),
  )
})
