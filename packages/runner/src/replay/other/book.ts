/**
 * What the world really answered, kept by what was asked, so that the same question of another life can be answered.
 * An answer is used once: who asks twice waits for the second answer. Only the end of a batch can be told at any time.
 */
import type { Answer, BatchId, Effect, EffectId, Event, EventOf, RunId } from '@headgate/core'
import { askedBy, isTelling } from './asked.js'

export interface Book {
  /** Not used yet, oldest first. */
  readonly open: Map<string, Answer[]>
  readonly ends: Map<string, EventOf<'BatchObserved'>>
  /** Batches of real runs, and which run of the other life each stands for; none for one that it did not ask for. */
  readonly batches: Map<BatchId, RunId | undefined>
}

export const emptyBook = (): Book => ({ open: new Map(), ends: new Map(), batches: new Map() })

const isEnd = (event: Answer): event is EventOf<'BatchObserved'> =>
  event._tag === 'BatchObserved' && (event.fate._tag === 'Gone' || event.fate.complete)

/** Writes down what was answered to an order that was really given. */
export const note = (book: Book, asked: Effect, answer: Answer): void => {
  const key = askedBy(asked)
  book.open.set(key, [...(book.open.get(key) ?? []), answer])
  if (isEnd(answer)) book.ends.set(key, answer)
  if (answer._tag === 'TestBatchSubmitted' || answer._tag === 'DeployBatchSubmitted')
    book.batches.set(answer.batchId, undefined)
}

/** What a read showed is true for a moment only; so is a failure. */
export const forgetMoments = (book: Book, asked: Effect): void => {
  const key = askedBy(asked)
  const lasting = isTelling(asked)
    ? (book.open.get(key) ?? []).filter(({ _tag }) => _tag !== 'EffectFailed')
    : []
  if (lasting.length === 0) book.open.delete(key)
  else book.open.set(key, lasting)
}

/** A listing as the other life would see it: its own runs by its own names, nothing of what it did not ask for. */
const translated = (book: Book, event: EventOf<'BatchesObserved'>): EventOf<'BatchesObserved'> => {
  const seen = <B extends { readonly batchId: BatchId; readonly run: RunId }>(list: ReadonlyArray<B>) =>
    list.flatMap((batch) => {
      if (!book.batches.has(batch.batchId)) return [batch]
      const run = book.batches.get(batch.batchId)
      return run === undefined ? [] : [{ ...batch, run }]
    })
  return { ...event, tests: seen(event.tests), deploys: seen(event.deploys) }
}

/** The answer that this order gets at this moment, if the world has given one. */
export const takeAnswer = (book: Book, effect: Effect, at: Event['at']): Answer | undefined => {
  const key = askedBy(effect)
  const found = book.open.get(key)?.shift() ?? book.ends.get(key)
  if (found === undefined) return undefined
  if (
    (found._tag === 'TestBatchSubmitted' || found._tag === 'DeployBatchSubmitted') &&
    (effect._tag === 'SubmitTestBatch' || effect._tag === 'SubmitDeployBatch')
  )
    book.batches.set(found.batchId, effect.run)
  const answers: EffectId = effect.id
  return found._tag === 'BatchesObserved'
    ? { ...translated(book, found), at, answers }
    : { ...found, at, answers }
}
