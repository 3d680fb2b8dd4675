/**
 * The right to land. A `LandingTicket` is opaque: its brand is private to this file, and the only function that makes
 * one from nothing is `stamp`, which `landing/ticket.ts` alone may import (lint holds that). The codec reads back
 * tickets that a journal of this same core wrote.
 */
import * as t from 'io-ts'
import { optional, record } from './record.js'
import { BatchId, RunId, Sha } from '../ids.js'
import { LandingMode, MergeMethod } from './policy.js'
import { Member } from './run.js'

const TicketFields = record('LandingTicket', {
  landing: LandingMode,
  method: MergeMethod,
  /** The head that was tested against: the branch moves from exactly here. */
  base: Sha,
  /** The commit that was tested; under fast-forward it is the commit that lands. */
  commit: optional(Sha),
  /** Its tree; what a forge merge is verified against. */
  tree: optional(Sha),
  members: t.readonlyArray(Member),
  run: RunId,
  batchId: BatchId,
  title: t.string,
})
export type TicketFields = t.TypeOf<typeof TicketFields>

declare const issued: unique symbol
/** Proof that every condition for landing was checked against recorded evidence. */
export type LandingTicket = TicketFields & { readonly [issued]: true }

export const LandingTicket = TicketFields as unknown as t.Type<LandingTicket, t.OutputOf<typeof TicketFields>>

/** For `landing/ticket.ts` only. */
export const stamp = (fields: TicketFields): LandingTicket => fields as LandingTicket
