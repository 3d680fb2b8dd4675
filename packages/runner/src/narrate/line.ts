import { fromNullable, none, type Option } from 'fp-ts/lib/Option.js'
import type { BatchId, PrNumber } from '@headgate/core'
import type { Decision, DecisionKind } from './decision.js'

/** A decision without its time. */
export type Line = Omit<Decision, 'at'>

export const line = (
  kind: DecisionKind,
  text: string,
  pr: Option<PrNumber> = none,
  batchId: Option<BatchId> = none,
): Line => ({ kind, text, pr, batchId })

/** A line about several pull requests. */
export const lineOfSeveral = (
  kind: DecisionKind,
  text: string,
  [first, ...others]: ReadonlyArray<PrNumber>,
  batchId: Option<BatchId> = none,
): Line => ({
  ...line(kind, text, fromNullable(first), batchId),
  ...(others.length === 0 ? {} : { others }),
})
