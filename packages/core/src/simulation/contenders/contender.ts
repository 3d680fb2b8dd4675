/** Who plays in the laboratory: a strategy of headgate, a model of a peer, or somebody's own. */
import type { BranchState, Effect, Event, Policy } from '../../index.js'

export interface Contender {
  readonly name: string
  readonly about: string
  /** What it needs of the policy. */
  readonly policy: Partial<Policy>
  readonly reduce: (state: BranchState, event: Event) => readonly [BranchState, ReadonlyArray<Effect>]
}
