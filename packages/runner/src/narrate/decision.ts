/** A decision as people read it. */
import type { BatchId, EpochMs, PrNumber } from '@headgate/core'
import type { Option } from 'fp-ts/lib/Option.js'

/** What a decision is about; picks its mark and colour, never its text. */
export type DecisionKind =
  | 'seen'
  | 'held'
  | 'testing'
  | 'passed'
  | 'failed'
  | 'error'
  | 'landing'
  | 'landed'
  | 'refused'
  | 'closed'
  | 'deploying'
  | 'deployed'
  | 'deploy-failed'
  | 'operator'
  | 'branch'
  | 'trouble'

/** One readable line, with what it is about. */
export interface Decision {
  readonly at: EpochMs
  readonly kind: DecisionKind
  readonly pr: Option<PrNumber>
  /** Further pull requests that it is about: what is told of several stands in the history of each. */
  readonly others?: ReadonlyArray<PrNumber>
  readonly batchId: Option<BatchId>
  readonly text: string
}
