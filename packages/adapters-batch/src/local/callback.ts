import { messageOf } from './error.js'
import { groupById } from './store/groups.js'
import { ROOT_GROUP } from './store/ledger.js'
import { batchById } from './store/read.js'
import type { Store } from './store/open.js'
import { batchJson, groupJson } from './wire/response.js'

/** Tells each batch's and job group's `callback` that it is over, until somebody answers with success or patience ends. */
export type Callbacks = {
  readonly tell: (batchId: number, groupId: number) => void
  readonly close: () => void
}

const FIRST_DELAY_MS = 200
const LONGEST_DELAY_MS = 30_000
/** About ten minutes of trying. A lost callback costs the listener a poll period, never correctness. */
const MAX_TRIES = 25
const TIMEOUT_MS = 5_000

const post = async (url: string, body: unknown, closed: AbortSignal): Promise<boolean> => {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      redirect: 'error',
      signal: AbortSignal.any([closed, AbortSignal.timeout(TIMEOUT_MS)]),
    })
    await response.body?.cancel()
    return response.ok
  } catch {
    return false
  }
}

type Owed = { readonly url: string; readonly body: unknown }

/** Undefined when nobody wants to hear of it (any more). */
const owedTo = (store: Store, batchId: number, groupId: number): Owed | undefined => {
  const batch = batchById(store, batchId)
  if (batch === undefined) return undefined
  if (groupId === ROOT_GROUP)
    return batch.callback === null ? undefined : { url: batch.callback, body: batchJson(batch) }
  const group = groupById(store, batchId, groupId)
  const url = group?.callback ?? null
  return group === undefined || url === null ? undefined : { url, body: groupJson(group) }
}

/** What is due is kept in the store, so a callback outlives the service that owes it. */
export const makeCallbacks = (store: Store, onTrouble: (sentence: string) => void): Callbacks => {
  const closed = new AbortController()
  const timers = new Set<NodeJS.Timeout>()
  const told = async (batchId: number, groupId: number, tries: number): Promise<boolean> => {
    const owed = owedTo(store, batchId, groupId)
    const heard = owed === undefined || (await post(owed.url, owed.body, closed.signal))
    if (closed.signal.aborted) return true
    if (!heard && tries < MAX_TRIES) return false
    if (!heard) onTrouble(`The callback of batch ${batchId} does not answer and is given up.`)
    if (groupId === ROOT_GROUP) store.run('UPDATE batches SET callback_due = 0 WHERE id = ?', batchId)
    else
      store.run(
        'UPDATE job_groups SET callback_due = 0 WHERE batch_id = ? AND job_group_id = ?',
        batchId,
        groupId,
      )
    return true
  }
  const attempt = async (batchId: number, groupId: number, tries: number): Promise<void> => {
    try {
      if (await told(batchId, groupId, tries)) return
    } catch (cause) {
      if (closed.signal.aborted) return
      onTrouble(`The callback of batch ${batchId} is put off: ${messageOf(cause)}.`)
    }
    const timer = setTimeout(
      () => {
        timers.delete(timer)
        void attempt(batchId, groupId, tries + 1)
      },
      Math.min(FIRST_DELAY_MS * 2 ** tries, LONGEST_DELAY_MS),
    )
    timers.add(timer)
  }
  return {
    tell: (batchId, groupId) => {
      void attempt(batchId, groupId, 0)
    },
    close: () => {
      closed.abort()
      for (const timer of timers) clearTimeout(timer)
    },
  }
}
