import * as E from 'fp-ts/lib/Either.js'
import type { Layout } from '../run/layout.js'
import type { Scheduler } from '../run/scheduler.js'
import { commitUpdate } from '../store/commit.js'
import { insertBatch, insertBunch, insertUpdate, updateById } from '../store/insert.js'
import { refuse, type Refusal } from '../store/refusal.js'
import { groupById, insertGroups } from '../store/groups.js'
import { ROOT_GROUP } from '../store/ledger.js'
import type { Store } from '../store/open.js'
import { batchById } from '../store/read.js'
import type { BatchRow, UpdateRow } from '../store/rows.js'
import { nothingFollows, settle, type Settled } from '../store/settle.js'
import type { BatchRequest, GroupRequest, JobRequest, UpdateRequest } from '../wire/request.js'

/** What the routes work with. */
export type Service = {
  readonly store: Store
  readonly scheduler: Scheduler
  readonly layout: Layout
  readonly user: string
  readonly now: () => number
}

type Answer<A> = E.Either<Refusal, A>

/** A refusal undoes what the transaction did before it. */
const transact = <A>(store: Store, work: () => Answer<A>): Answer<A> => {
  let answer: Answer<A> | undefined
  try {
    return store.transact(() => {
      answer = work()
      if (E.isLeft(answer)) throw new Error('refused')
      return answer
    })
  } catch (cause) {
    if (answer !== undefined && E.isLeft(answer)) return answer
    throw cause
  }
}

const withBatch = <A>(service: Service, batchId: number, then: (batch: BatchRow) => Answer<A>): Answer<A> => {
  const batch = batchById(service.store, batchId)
  return batch === undefined ? refuse(404, `there is no batch ${batchId}`) : then(batch)
}

type Committed = { readonly update: UpdateRow; readonly settled: Settled }

/** What comes with a batch or an update in one request. */
export type Content = {
  readonly bunch: ReadonlyArray<JobRequest>
  readonly job_groups?: ReadonlyArray<GroupRequest>
}

/** Makes (or finds) the update, fills it and commits it. */
const addAtOnce = (
  service: Service,
  batch: BatchRow,
  request: UpdateRequest,
  content: Content,
): Answer<Committed> => {
  const { store, now } = service
  const made = insertUpdate(store, batch, request)
  if (E.isLeft(made)) return made
  const update = made.right
  if (update.committed === 1) return E.right({ update, settled: nothingFollows })
  const groups = insertGroups(store, batch.id, update, content.job_groups ?? [], now())
  if (E.isLeft(groups)) return groups
  const jobs = insertBunch(store, batch.id, update, content.bunch)
  if (E.isLeft(jobs)) return jobs
  const settled = commitUpdate(store, batch, update, now())
  return E.isLeft(settled) ? settled : E.right({ update, settled: settled.right })
}

/** Opens a batch (idempotent by token) and reserves the ids of its first update. */
export const createBatch = (
  service: Service,
  request: BatchRequest,
): Answer<{ readonly id: number; readonly updateId: number | null }> =>
  transact<{ readonly id: number; readonly updateId: number | null }>(service.store, () => {
    const id = insertBatch(service.store, request, service.user, service.now())
    if (request.n_jobs === 0 && (request.n_job_groups ?? 0) === 0) return E.right({ id, updateId: null })
    return withBatch(service, id, (batch) => {
      const update = insertUpdate(service.store, batch, request)
      return E.isLeft(update) ? update : E.right({ id, updateId: update.right.update_id })
    })
  })

const followUp = (service: Service, batchId: number, answer: Answer<Committed>): Answer<UpdateRow> => {
  if (E.isLeft(answer)) return answer
  service.scheduler.follow(batchId, answer.right.settled)
  return E.right(answer.right.update)
}

/** Creates, fills and commits a batch in one step; the second call with the same token finds the first one's batch. */
export const createFast = (
  service: Service,
  request: BatchRequest,
  content: Content,
): Answer<{ readonly id: number; readonly update: UpdateRow }> => {
  let id = 0
  const made = transact(service.store, () => {
    id = insertBatch(service.store, request, service.user, service.now())
    return withBatch(service, id, (batch) => addAtOnce(service, batch, request, content))
  })
  const followed = followUp(service, id, made)
  return E.isLeft(followed) ? followed : E.right({ id, update: followed.right })
}

/** Adds jobs and job groups to a batch in one step, idempotent by the update's token. */
export const updateFast = (
  service: Service,
  batchId: number,
  request: UpdateRequest,
  content: Content,
): Answer<UpdateRow> =>
  followUp(
    service,
    batchId,
    transact(service.store, () =>
      withBatch(service, batchId, (batch) => addAtOnce(service, batch, request, content)),
    ),
  )

/** Reserves ids for more jobs and job groups of a batch. */
export const createUpdate = (service: Service, batchId: number, request: UpdateRequest): Answer<UpdateRow> =>
  transact(service.store, () =>
    withBatch(service, batchId, (batch) => insertUpdate(service.store, batch, request)),
  )

const withUpdate = <A>(
  service: Service,
  batchId: number,
  updateId: number,
  then: (update: UpdateRow, batch: BatchRow) => Answer<A>,
): Answer<A> =>
  transact(service.store, () =>
    withBatch(service, batchId, (batch) => {
      const update = updateById(service.store, batchId, updateId)
      return update === undefined
        ? refuse(404, `batch ${batchId} has no update ${updateId}`)
        : then(update, batch)
    }),
  )

/** Adds jobs to an update that is not committed yet. */
export const createJobs = (
  service: Service,
  batchId: number,
  updateId: number,
  bunch: ReadonlyArray<JobRequest>,
): Answer<void> =>
  withUpdate(service, batchId, updateId, (update) => insertBunch(service.store, batchId, update, bunch))

/** Adds job groups to an update that is not committed yet. */
export const createGroups = (
  service: Service,
  batchId: number,
  updateId: number,
  groups: ReadonlyArray<GroupRequest>,
): Answer<void> =>
  withUpdate(service, batchId, updateId, (update) =>
    insertGroups(service.store, batchId, update, groups, service.now()),
  )

/** Makes an update's jobs runnable. */
export const commit = (service: Service, batchId: number, updateId: number): Answer<UpdateRow> =>
  followUp(
    service,
    batchId,
    withUpdate<Committed>(service, batchId, updateId, (update, batch) => {
      const settled = commitUpdate(service.store, batch, update, service.now())
      return E.isLeft(settled) ? settled : E.right({ update, settled: settled.right })
    }),
  )

/** Cancels a job group (0: the batch): what waits is cancelled at once, what runs is killed, `always_run` jobs still run. */
export const cancel = (service: Service, batchId: number, groupId: number = ROOT_GROUP): Answer<void> => {
  const settled = transact<Settled>(service.store, () =>
    withBatch(service, batchId, (batch) => {
      if (groupId !== ROOT_GROUP && groupById(service.store, batchId, groupId) === undefined)
        return refuse(404, `batch ${batchId} has no job group ${groupId}`)
      if (batch.state === 'open') return refuse(400, `cannot cancel open batch ${batchId}`)
      return batch.state === 'running'
        ? E.right(settle(service.store, batch, [], groupId, service.now()))
        : E.right(nothingFollows)
    }),
  )
  if (E.isLeft(settled)) return settled
  service.scheduler.follow(batchId, settled.right)
  return E.right(undefined)
}

/** Cancels a batch and hides it. */
export const remove = (service: Service, batchId: number): Answer<void> =>
  withBatch(service, batchId, (batch) => {
    const cancelled: Answer<void> = batch.state === 'running' ? cancel(service, batchId) : E.right(undefined)
    service.store.transact(() => service.store.run('UPDATE batches SET deleted = 1 WHERE id = ?', batchId))
    return cancelled
  })
