/** Everything that can happen next, as data. */
import type { BatchId, PrNumber } from '../../index.js'

/**
 * What becomes of an order. `ok` is no fault; every other costs one.
 * - `transient`, `permanent`: it was not carried out, and headgate is told so
 * - `rejected`: the forge or the Batch service says no by its rules (a conflict, a protection, a bad build.yaml)
 * - `unknownBefore`, `unknownAfter`: headgate is told that nobody knows; it was not, or it was, carried out
 * - `lost`: it was not carried out and nobody ever says so
 * - `silent`: it was carried out and nobody ever says so
 * - `late`: it was carried out; the answer arrives at any later time
 * - `twice`: it was carried out and answered; the same answer arrives once more at any later time
 */
export type Outcome =
  | 'ok'
  | 'transient'
  | 'permanent'
  | 'rejected'
  | 'unknownBefore'
  | 'unknownAfter'
  | 'lost'
  | 'silent'
  | 'late'
  | 'twice'

export type Move =
  /** The n-th order that waits is carried out, or not. */
  | { readonly do: 'perform'; readonly order: number; readonly outcome: Outcome }
  /** The n-th answer on its way arrives; `twice` keeps a copy of it on its way. */
  | { readonly do: 'deliver'; readonly answer: number; readonly how: 'once' | 'twice' | 'never' }
  | { readonly do: 'wake' }
  | { readonly do: 'hintAll' | 'hintHead' | 'hintBatches' }
  | { readonly do: 'hintPr'; readonly pr: PrNumber }
  | { readonly do: 'endBatch'; readonly batch: BatchId; readonly as: 'success' | 'failure' | 'cancelled' }
  | {
      readonly do: 'push' | 'review' | 'label' | 'close' | 'authorize' | 'retryTest'
      readonly pr: PrNumber
    }
  | {
      readonly do:
        | 'pushToBranch'
        | 'freeze'
        | 'unfreeze'
        | 'retryDeploy'
        | 'retryHeadTest'
        | 'changePolicy'
        | 'restart'
        | 'loseJournal'
    }

const detail = (move: Move): number | string =>
  move.do === 'perform'
    ? `${move.order}${move.outcome}`
    : move.do === 'deliver'
      ? `${move.answer}${move.how}`
      : move.do === 'endBatch'
        ? `${move.batch}${move.as}`
        : 'pr' in move
          ? move.pr
          : 0

export const sameMove = (a: Move, b: Move): boolean => a.do === b.do && detail(a) === detail(b)
