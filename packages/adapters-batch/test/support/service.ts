import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import { onTestFinished } from 'vitest'
import { makeBatchClient, type BatchClient } from '../../src/client/client.js'
import type { BatchStatus } from '../../src/client/codecs.js'
import type { JobSpec } from '../../src/jobSpec.js'
import { startLocalBatch, type LocalBatch, type LocalBatchOptions } from '../../src/local/index.js'

/** The success of a task; a failure fails the test with its value. */
export const done = async <E_, A>(task: TaskEither<E_, A>): Promise<A> => {
  const result = await task()
  if (E.isLeft(result)) throw new Error(`unexpected failure: ${JSON.stringify(result.left)}`)
  return result.right
}

/** The failure of a task; a success fails the test. */
export const failureOf = async <E_, A>(task: TaskEither<E_, A>): Promise<E_> => {
  const result = await task()
  if (E.isRight(result)) throw new Error(`unexpected success: ${JSON.stringify(result.right)}`)
  return result.left
}

/** A directory that is removed after the test. */
export const temporaryDir = (): string => {
  const dir = mkdtempSync(join(tmpdir(), 'headgate-batch-'))
  onTestFinished(() => {
    rmSync(dir, { recursive: true, force: true, maxRetries: 5 })
  })
  return dir
}

/** A client of a local Batch. */
export const clientOf = (service: { readonly url: string; readonly token: string }): BatchClient =>
  makeBatchClient({
    baseUrl: service.url,
    token: () => Promise.resolve(service.token),
    billingProject: 'test',
    timeoutMs: 20_000,
  })

export type Running = { readonly service: LocalBatch; readonly client: BatchClient; readonly dir: string }

/** A local Batch and a client of it, closed after the test. */
export const runningService = async (options: Partial<LocalBatchOptions> = {}): Promise<Running> => {
  const dir = options.dir ?? temporaryDir()
  const service = await done(startLocalBatch({ killAfterMs: 300, ...options, dir }))
  onTestFinished(() => service.close())
  return { service, client: clientOf(service), dir }
}

/** A job that runs a script with bash. */
export const job = (id: number, script: string, more: Partial<JobSpec> = {}): JobSpec => ({
  job_id: id,
  in_update_parent_ids: [],
  absolute_parent_ids: [],
  always_run: false,
  process: { type: 'docker', command: ['bash', '-c', script], image: 'ubuntu', mount_docker_socket: false },
  attributes: { name: `job-${id}` },
  ...more,
})

let tokens = 0

/** A token nobody else uses. */
export const freshToken = (): string => `token-${process.pid}-${++tokens}`

/** Submits jobs as one batch. */
export const submit = (client: BatchClient, jobs: ReadonlyArray<JobSpec>): Promise<number> =>
  done(client.createBatch({ token: freshToken(), attributes: { test: '1' }, jobs }))

/** Waits until `read` gives something that `holds`. */
export const eventually = async <A>(
  read: () => Promise<A>,
  holds: (value: A) => boolean,
  timeoutMs = 15_000,
): Promise<A> => {
  const end = Date.now() + timeoutMs
  for (;;) {
    const value = await read()
    if (holds(value)) return value
    if (Date.now() > end) throw new Error(`not in time; last seen: ${JSON.stringify(value)}`)
    await new Promise((wake) => setTimeout(wake, 20))
  }
}

/** Waits until the batch is over. */
export const completed = (client: BatchClient, batchId: number, timeoutMs?: number): Promise<BatchStatus> =>
  eventually(
    () => done(client.getBatch(batchId)),
    (batch) => batch.complete,
    timeoutMs,
  )

/** States of all jobs by id. */
export const statesOf = async (client: BatchClient, batchId: number): Promise<Record<number, string>> =>
  Object.fromEntries((await done(client.getJobs(batchId))).map((entry) => [entry.job_id, entry.state]))

/** Whether a process is there and not a zombie. */
export const alive = (pid: number): boolean => {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}
