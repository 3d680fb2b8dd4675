/** The shape of explanations, with codecs, so that they can be published as JSON. */
import * as t from 'io-ts'
import { PrNumber } from '../ids.js'
import { Clearer } from '../landing/clearing.js'
import { Hold, HoldCode } from '../landing/hold.js'
import { optional, record } from '../model/record.js'
import { EventTag, Wait } from './awaited.js'

/** A hold, put in words: what, on which evidence, who can clear it by which fact, what is awaited and until when. */
export const Reason = record('Reason', {
  code: HoldCode,
  text: t.string,
  evidence: Hold,
  clearedBy: Clearer,
  clearedWhen: EventTag,
  wait: Wait,
})
export type Reason = t.TypeOf<typeof Reason>

/** Everything that there is to say about an open pull request. */
export const Explanation = record('Explanation', {
  pr: PrNumber,
  /** Empty exactly when a landing ticket would be issued for it. */
  holds: t.readonlyArray(Reason),
  /** Its place in the merge queue, counted from 1; none for one that is not in it. */
  position: optional(t.number),
  /** Who goes before it, first first. */
  ahead: t.readonlyArray(PrNumber),
  next: Wait,
})
export type Explanation = t.TypeOf<typeof Explanation>

/** Everything that there is to say about the branch as a whole. */
export const BranchExplanation = record('BranchExplanation', {
  /** What holds every landing back. */
  landing: t.readonlyArray(Reason),
  /** What holds the deploy of the head back: empty when that succeeded, or starts now. */
  deploying: t.readonlyArray(Reason),
  /** The landing, the deploy, the test of the head and the test runs that are under way. */
  underWay: t.readonlyArray(Wait),
  candidate: optional(PrNumber),
  /** The merge queue, first first. */
  queue: t.readonlyArray(PrNumber),
  next: Wait,
})
export type BranchExplanation = t.TypeOf<typeof BranchExplanation>
