import fc from 'fast-check'
import { isAbsolute, relative } from 'node:path'
import { expect, test } from 'vitest'
import { below, layoutOf } from '../../src/local/run/layout.js'
import { processFact } from '../../src/local/run/proc.js'
import { readyQueue } from '../../src/local/run/readyQueue.js'
import { parseMillicpu } from '../../src/local/wire/cpu.js'
import { makeRoom } from '../../src/local/run/room.js'
import { parseMemory } from '../../src/local/wire/memory.js'

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
      queue.add(jobs.map((job) => ({ ...job, mcpu: 1, memory: 0 })))
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

test.each([
  ['512M', 512_000_000],
  ['3.75Gi', 4_026_531_840],
  ['1KB', 1000],
  ['17', 17],
  ['highmem', 0],
  ['much', undefined],
  ['-1G', undefined],
  ['', undefined],
])('memory %j is %j bytes', (text, bytes) => {
  expect(parseMemory(text)).toBe(bytes)
})

test('a job that asks for more than there is runs alone; what is given back can be taken again', () => {
  const room = makeRoom({ mcpu: 2000, memory: 100 })
  const huge = { mcpu: 9000, memory: 900 }
  room.take(huge)
  expect(room.fits({ mcpu: 1, memory: 0 })).toBe(false)
  room.giveBack(huge)
  room.take({ mcpu: 1000, memory: 60 })
  expect(room.fits({ mcpu: 1000, memory: 41 })).toBe(false)
  expect(room.fits({ mcpu: 1000, memory: 40 })).toBe(true)
})
