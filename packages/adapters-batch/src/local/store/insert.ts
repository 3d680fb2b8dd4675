import * as E from 'fp-ts/lib/Either.js'
import { parseMillicpu } from '../wire/cpu.js'
import { parseMemory } from '../wire/memory.js'
import type { BatchRequest, JobRequest, UpdateRequest } from '../wire/request.js'
import { hasGroup, inBatch } from './groups.js'
import { ROOT_GROUP } from './ledger.js'
import type { Store } from './open.js'
import { refuse, type Refusal } from './refusal.js'
import type { BatchRow, UpdateRow } from './rows.js'

/** Makes a batch, or finds the one made with this token before: creating is idempotent by token. */
export const insertBatch = (store: Store, request: BatchRequest, user: string, now: number): number => {
  const known = store.get<{ id: number }>('SELECT id FROM batches WHERE token = ?', request.token)
  if (known !== undefined) return known.id
  const attributes = request.attributes ?? {}
  const { lastInsertRowid: id } = store.run(
    `INSERT INTO batches (token, user, billing_project, attributes, callback, cancel_after_n_failures, state,
     time_created, time_closed, time_completed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    request.token,
    user,
    request.billing_project,
    JSON.stringify(attributes),
    request.callback ?? null,
    request.cancel_after_n_failures ?? null,
    request.n_jobs === 0 ? 'complete' : 'open',
    now,
    request.n_jobs === 0 ? now : null,
    request.n_jobs === 0 ? now : null,
  )
  for (const [key, value] of Object.entries(attributes))
    store.run('INSERT INTO batch_attributes (batch_id, key, value) VALUES (?, ?, ?)', id, key, value)
  return id
}

/** The update of this number, if the batch has it. */
export const updateById = (store: Store, batchId: number, updateId: number): UpdateRow | undefined =>
  store.get<UpdateRow>('SELECT * FROM updates WHERE batch_id = ? AND update_id = ?', batchId, updateId)

/** Reserves ids for more jobs and job groups, or finds the update made with this token before. */
export const insertUpdate = (
  store: Store,
  batch: BatchRow,
  request: UpdateRequest,
): E.Either<Refusal, UpdateRow> => {
  const { token, n_jobs: nJobs } = request
  const nGroups: number = request.n_job_groups ?? 0
  const known = store.get<UpdateRow>(
    'SELECT * FROM updates WHERE batch_id = ? AND token = ?',
    batch.id,
    token,
  )
  if (known !== undefined) return E.right(known)
  if (nJobs < 0 || nGroups < 0 || nJobs + nGroups === 0)
    return refuse(400, 'n_jobs or n_job_groups must be greater than 0')
  if (batch.cancelled === 1) return refuse(400, 'Cannot submit new jobs to a cancelled batch')
  const last = store.get<UpdateRow>(
    'SELECT * FROM updates WHERE batch_id = ? ORDER BY update_id DESC LIMIT 1',
    batch.id,
  )
  const update = {
    update_id: last === undefined ? 1 : last.update_id + 1,
    start_job_id: last === undefined ? 1 : last.start_job_id + last.n_jobs,
    n_jobs: nJobs,
    start_job_group_id: last === undefined ? 1 : last.start_job_group_id + last.n_job_groups,
    n_job_groups: nGroups,
    committed: 0,
  }
  store.run(
    `INSERT INTO updates (batch_id, update_id, token, start_job_id, n_jobs, start_job_group_id, n_job_groups)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
    batch.id,
    update.update_id,
    token,
    update.start_job_id,
    nJobs,
    update.start_job_group_id,
    nGroups,
  )
  return E.right(update)
}

type PlacedJob = {
  readonly jobId: number
  readonly groupId: number
  readonly mcpu: number
  readonly memory: number
  readonly parents: ReadonlyArray<number>
  readonly request: JobRequest
}

const placeJob = (update: UpdateRow, request: JobRequest): E.Either<Refusal, PlacedJob> => {
  const jobId = request.job_id + update.start_job_id - 1
  const bad = (what: string): E.Either<Refusal, never> => refuse(400, `job ${request.job_id}: ${what}`)
  if (request.job_id < 1 || request.job_id > update.n_jobs) return bad(`job_id is not in 1..${update.n_jobs}`)
  const mcpu = parseMillicpu(request.resources?.cpu ?? '1')
  if (mcpu === undefined) return bad(`bad resource request: cpu ${JSON.stringify(request.resources?.cpu)}`)
  const memory = parseMemory(request.resources?.memory ?? 'standard')
  if (memory === undefined)
    return bad(`bad resource request: memory ${JSON.stringify(request.resources?.memory)}`)
  const groupId =
    request.absolute_job_group_id ?? inBatch(update, request.in_update_job_group_id ?? ROOT_GROUP)
  if (request.timeout !== undefined && !(request.timeout > 0)) return bad('timeout must be greater than 0')
  if (request.process.command.length === 0) return bad('process.command is empty')
  const parents = [
    ...(request.absolute_parent_ids ?? request.parent_ids ?? []),
    ...(request.in_update_parent_ids ?? []).map((parent) => update.start_job_id + parent - 1),
  ]
  if (new Set(parents).size !== parents.length) return bad('the same parent is given twice')
  const wrong = parents.find((parent) => parent < 1 || parent >= jobId)
  return wrong === undefined
    ? E.right({ jobId, groupId, mcpu, memory, parents, request })
    : bad(`parent ${wrong} is not an earlier job of the batch`)
}

const insertJob = (store: Store, batchId: number, update: UpdateRow, job: PlacedJob): void => {
  const attributes = job.request.attributes ?? {}
  store.run(
    `INSERT INTO jobs (batch_id, job_id, update_id, job_group_id, state, name, always_run, n_pending_parents, mcpu,
     memory, spec) VALUES (?, ?, ?, ?, 'Pending', ?, ?, ?, ?, ?, ?)`,
    batchId,
    job.jobId,
    update.update_id,
    job.groupId,
    attributes['name'] ?? null,
    job.request.always_run === true ? 1 : 0,
    job.parents.length,
    job.mcpu,
    job.memory,
    JSON.stringify({ ...job.request, job_id: job.jobId }),
  )
  for (const parent of job.parents)
    store.run(
      'INSERT INTO job_parents (batch_id, parent_id, job_id) VALUES (?, ?, ?)',
      batchId,
      parent,
      job.jobId,
    )
  for (const [key, value] of Object.entries(attributes))
    store.run(
      'INSERT INTO job_attributes (batch_id, job_id, key, value) VALUES (?, ?, ?, ?)',
      batchId,
      job.jobId,
      key,
      value,
    )
}

/** Adds a bunch of jobs to an uncommitted update. A bunch that is there already is left as it is. */
export const insertBunch = (
  store: Store,
  batchId: number,
  update: UpdateRow,
  bunch: ReadonlyArray<JobRequest>,
): E.Either<Refusal, void> => {
  if (update.committed === 1) return refuse(400, `update ${update.update_id} is already committed`)
  const placed: PlacedJob[] = []
  const seen = new Set<number>()
  const groups = new Set<number>()
  for (const request of bunch) {
    const job = placeJob(update, request)
    if (E.isLeft(job)) return job
    if (seen.has(job.right.jobId)) return refuse(400, `job ${request.job_id} is in the bunch twice`)
    seen.add(job.right.jobId)
    groups.add(job.right.groupId)
    placed.push(job.right)
  }
  for (const group of groups)
    if (!hasGroup(store, batchId, group, update.update_id))
      return refuse(400, `there is no job group ${group}`)
  const first = placed[0]
  if (first === undefined) return E.right(undefined)
  const there = store.get('SELECT 1 FROM jobs WHERE batch_id = ? AND job_id = ?', batchId, first.jobId)
  if (there !== undefined) return E.right(undefined)
  for (const job of placed) insertJob(store, batchId, update, job)
  return E.right(undefined)
}
