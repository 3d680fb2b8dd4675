/** The surprises that a world has in store. */

/** How often each kind of surprise may still happen. Every one is spent by a move; at zero the move is impossible. */
export interface Budget {
  /** New commits on pull requests. */
  readonly pushes: number
  /** Commits pushed to the branch past the gate. */
  readonly headPushes: number
  /** Changes of mind of reviewers: an approval given or withdrawn. */
  readonly reviews: number
  /** A blocking label put on or taken off. */
  readonly labels: number
  readonly closings: number
  readonly freezes: number
  readonly authorizations: number
  readonly testRetries: number
  readonly deployRetries: number
  readonly headTestRetries: number
  /** Batches that end in failure; any may end in success. */
  readonly failures: number
  /** Webhooks that arrive: about anything, true or not, at any time. Those that don't arrive cost nothing. */
  readonly hints: number
  /** Effects that go wrong: see `Outcome`. */
  readonly faults: number
  /** Restarts of the service with its journal intact. */
  readonly restarts: number
  /** Restarts with the journal lost. */
  readonly amnesias: number
}

export const noBudget: Budget = {
  pushes: 0,
  headPushes: 0,
  reviews: 0,
  labels: 0,
  closings: 0,
  freezes: 0,
  authorizations: 0,
  testRetries: 0,
  deployRetries: 0,
  headTestRetries: 0,
  failures: 0,
  hints: 0,
  faults: 0,
  restarts: 0,
  amnesias: 0,
}
