/** Who plays in the laboratory: a strategy of headgate, a model of a peer, or somebody's own. */
import type { BranchState, Effect, Event, StrategyPolicy } from '../../index.js'

export interface Contender {
  readonly name: string
  readonly about: string
  readonly policy: StrategyPolicy
  readonly reduce: (state: BranchState, event: Event) => readonly [BranchState, ReadonlyArray<Effect>]
}
