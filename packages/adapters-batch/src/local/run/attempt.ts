import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf } from '../error.js'
import type { JobRequest } from '../wire/request.js'
import type { JobRow } from '../store/rows.js'
import { runChild, type ChildRequest, type Ending } from './child.js'
import { copyTree } from './copy.js'
import { environmentOf, markOf } from './environment.js'
import { bubblewrapped, type Isolation } from './isolation.js'
import type { Launcher } from './launcher.js'
import { below, type Layout } from './layout.js'
import type { Scratch } from './scratch.js'
import type { ContainerOutcome, Outcome } from './status.js'

export type AttemptContext = {
  readonly dir: string
  readonly instance: string
  readonly layout: Layout
  readonly scratch: Scratch
  readonly launcher: Launcher
  readonly isolation: Isolation
  readonly visible: ReadonlyArray<string>
  readonly graceMs: number
  readonly stop: AbortSignal
  readonly onStart: ChildRequest['onStart']
}

type Place = Omit<AttemptContext, 'scratch'> & {
  readonly job: JobRow
  readonly spec: JobRequest
  readonly scratch: string
}

const failed = (state: 'Failed' | 'Error', container: ContainerOutcome): Outcome => ({
  state,
  exitCode: container.exitCode,
  error: container.error,
  containers: [container],
})

const stopped: Outcome = { state: 'Interrupted', exitCode: null, error: null, containers: [] }

const logOf = (at: Place, container: string): string =>
  at.layout.log(at.job.batch_id, at.job.job_id, at.job.n_attempts, container)

/** Problems around the script go to the container's log and to the main log, where people look first. */
const say = async (at: Place, container: 'input' | 'output', line: string): Promise<void> => {
  await appendFile(logOf(at, container), `${line}\n`)
  await appendFile(logOf(at, 'main'), `[${container}] ${line}\n`)
}

type Pair = { readonly from: string; readonly to: string }

const transfer = async (
  at: Place,
  container: 'input' | 'output',
  pair: Pair,
): Promise<string | undefined> => {
  const uri = container === 'input' ? pair.from : pair.to
  const local = below(at.scratch, container === 'input' ? pair.to : pair.from)
  const stored = at.layout.storage(uri)
  if (stored === undefined) return `${uri} is not a storage URI (scheme://bucket/path).`
  const storage = join(at.dir, 'storage')
  const copied =
    container === 'input'
      ? await copyTree(stored, storage, local, at.scratch)
      : await copyTree(local, at.scratch, stored, storage)
  if (copied === 'missing')
    return container === 'input' ? `Input ${uri} does not exist.` : `Output ${pair.from} was not made.`
  if (copied === 'outside') return `A link leads from ${pair.from} or ${pair.to} out of the job's own files.`
  await appendFile(logOf(at, container), `copied ${pair.from} to ${pair.to}\n`)
  return undefined
}

const transferAll = async (
  at: Place,
  container: 'input' | 'output',
  pairs: ReadonlyArray<Pair>,
): Promise<ReadonlyArray<string>> => {
  const problems: string[] = []
  for (const pair of pairs) {
    const problem = await transfer(at, container, pair)
    if (problem === undefined) continue
    problems.push(problem)
    await say(at, container, problem)
  }
  return problems
}

const runMain = (at: Place): Promise<Ending> => {
  const { command } = at.spec.process
  const env = environmentOf(at.spec, {
    instance: at.instance,
    batchId: at.job.batch_id,
    jobId: at.job.job_id,
    attempt: at.job.n_attempts,
    scratch: at.scratch,
  })
  const cell = {
    command,
    env,
    scratch: at.scratch,
    visible: at.visible,
    hasNetwork: at.spec.network !== undefined,
  }
  const isApart = at.isolation === 'bubblewrap'
  return runChild({
    launcher: at.launcher,
    command,
    start: isApart ? { command: bubblewrapped(cell), env: markOf(env) } : { command, env },
    cwd: at.scratch,
    env,
    log: logOf(at, 'main'),
    timeoutMs: at.spec.timeout === undefined ? undefined : at.spec.timeout * 1000,
    graceMs: at.graceMs,
    stop: at.stop,
    onStart: at.onStart,
  })
}

const mainOutcome = async (at: Place): Promise<Outcome> => {
  const ending = await runMain(at)
  const main = (state: ContainerOutcome['state'], exitCode: number | null, error: string | null) =>
    ({ name: 'main', state, exitCode, error }) as const
  switch (ending._tag) {
    case 'Stopped':
      return stopped
    case 'TimedOut': {
      const error = `timed out after ${at.spec.timeout ?? 0}s`
      await appendFile(logOf(at, 'main'), `${error}\n`)
      return failed('Error', main('error', null, error))
    }
    case 'CannotStart': {
      await appendFile(logOf(at, 'main'), `cannot start the command: ${ending.message}\n`)
      return failed('Error', main('error', null, ending.message))
    }
    case 'Exited': {
      if (ending.code !== 0) return failed('Failed', main('failed', ending.code, null))
      const done = main('succeeded', 0, null)
      const problems = await transferAll(at, 'output', at.spec.output_files ?? [])
      if (problems.length === 0) return { state: 'Success', exitCode: 0, error: null, containers: [done] }
      const output = { name: 'output', state: 'failed', exitCode: 1, error: problems.join(' ') } as const
      return { ...failed('Failed', output), containers: [done, output] }
    }
  }
}

/**
 * Runs one attempt of a job in a fresh scratch directory: inputs from storage, the command, outputs to storage
 * (after success only). Never rejects: trouble with disk or files is an `Error` of the job, with its reason.
 */
export const runAttempt = async (
  context: AttemptContext,
  job: JobRow,
  spec: JobRequest,
): Promise<Outcome> => {
  const { batch_id: batchId, job_id: jobId, n_attempts: attempt } = job
  try {
    const at: Place = { ...context, job, spec, scratch: context.scratch.make(batchId, jobId, attempt) }
    const problems = await transferAll(at, 'input', spec.input_files ?? [])
    if (problems.length > 0)
      return failed('Error', { name: 'input', state: 'error', exitCode: 1, error: problems.join(' ') })
    if (at.stop.aborted) return stopped
    return await mainOutcome(at)
  } catch (cause) {
    return { state: 'Error', exitCode: null, error: messageOf(cause), containers: [] }
  } finally {
    context.scratch.drop(context.layout.scratch(batchId, jobId, attempt))
  }
}
