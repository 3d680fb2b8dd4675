/**
 * What becomes of each field of a state in its fingerprint. A field that is added to the state does not compile here until
 * somebody has said so: one that decisions read and the fingerprint leaves out would make the exploration miss states.
 */
import type { BranchState } from '../../index.js'

export type Treatment =
  /** Written, with names by first appearance. */
  | 'written'
  /** Written as what is left of it, or as an order relative to what it is compared with. */
  | 'relative'
  /** The same in all states of a model, which the fingerprint begins with. */
  | 'fixed'
  /** Decisions don't read it, or not in worlds as small as these. */
  | 'left out'

export const treatmentOf: Readonly<Record<keyof BranchState, Treatment>> = {
  name: 'fixed',
  // With what policies may yet take its place.
  policy: 'relative',
  // Batches are written as being of this life or of an earlier one.
  epoch: 'relative',
  now: 'relative',
  seq: 'relative',
  nextId: 'left out',
  head: 'written',
  requiredChecks: 'written',
  pullRequests: 'written',
  gone: 'written',
  sources: 'written',
  authorizations: 'written',
  invalidated: 'relative',
  invalidatedUpTo: 'relative',
  runs: 'written',
  chains: 'written',
  // Only what the strategies of the world still read of it: see `queue.ts`.
  tried: 'written',
  lately: 'written',
  // It only grows. What is compared is who came before whom, and whoever comes is behind all others.
  turns: 'relative',
  cancelling: 'written',
  landing: 'written',
  listed: 'written',
  landings: 'written',
  // Filled after thousands of landings.
  landedBefore: 'left out',
  frozen: 'written',
  deploy: 'written',
  stale: 'written',
  pollAt: 'relative',
  inFlight: 'written',
  book: 'written',
}
