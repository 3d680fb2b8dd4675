/** The effects that look at batches, and the one that cancels. */
import * as E from 'fp-ts/lib/Either.js'
import * as RA from 'fp-ts/lib/ReadonlyArray.js'
import type { EffectOf, Event } from '@headgate/core'
import type { BatchStatus } from '../client/codecs.js'
import { deploySnapshot, isOurs, standingOf, testSnapshot } from './attributes.js'
import { branchAttribute, type BatchInterpreterDeps } from './deps.js'
import { effectFailed, failureOf } from './failure.js'

/** How many of the newest batches are read beside all that are unfinished. */
const NEWEST = 100

/** Reads one batch; one that Batch does not know (any more) is gone. */
export const readBatch = async (
  deps: BatchInterpreterDeps,
  effect: EffectOf<'ReadBatch'>,
): Promise<Event> => {
  const batch = await deps.client.getBatch(effect.batchId)()
  const answer = { at: deps.now(), answers: effect.id }
  if (E.isRight(batch))
    return { _tag: 'BatchObserved', ...answer, fate: { _tag: 'Known', ...standingOf(batch.right) } }
  return batch.left.status === 404
    ? { _tag: 'BatchObserved', ...answer, fate: { _tag: 'Gone' } }
    : effectFailed(answer.at, answer.answers, failureOf(batch.left))
}

/** The newer reading of a batch that both lists have. */
const merged = (
  unfinished: ReadonlyArray<BatchStatus>,
  newest: ReadonlyArray<BatchStatus>,
): ReadonlyArray<BatchStatus> => {
  const byId = new Map([...unfinished, ...newest].map((batch) => [batch.id, batch]))
  return [...byId.values()].sort((a, b) => a.id - b.id)
}

/** Lists this branch's batches: all that are unfinished, and the newest of the others. Foreign ones are ignored. */
export const readBatches = async (
  deps: BatchInterpreterDeps,
  effect: EffectOf<'ReadBatches'>,
): Promise<Event> => {
  const attributes = { target_branch: branchAttribute(deps.branch) }
  // One after the other: what completes in between is in the second list, so nothing is missed.
  const unfinished = await deps.client.listBatches({ attributes, terms: ['!complete'] })()
  if (E.isLeft(unfinished)) return effectFailed(deps.now(), effect.id, failureOf(unfinished.left))
  const newest = await deps.client.listBatches({ attributes, limit: NEWEST })()
  if (E.isLeft(newest)) return effectFailed(deps.now(), effect.id, failureOf(newest.left))
  const ours = merged(unfinished.right, newest.right).filter((batch) => isOurs(deps, batch))
  return {
    _tag: 'BatchesObserved',
    at: deps.now(),
    answers: effect.id,
    tests: RA.filterMap(testSnapshot)(ours),
    deploys: RA.filterMap(deploySnapshot)(ours),
  }
}

/** Cancels a batch; one that is over or gone already needs no cancelling. */
export const cancelBatch = async (
  deps: BatchInterpreterDeps,
  effect: EffectOf<'CancelBatch'>,
): Promise<Event> => {
  const done = await deps.client.cancelBatch(effect.batchId)()
  const answer = { at: deps.now(), answers: effect.id }
  return E.isRight(done) || done.left.status === 404
    ? { _tag: 'BatchCancelled', ...answer }
    : effectFailed(answer.at, answer.answers, failureOf(done.left))
}
