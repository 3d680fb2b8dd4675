/** The public door of the core. */
export * from './ids.js'
export * from './model/effect.js'
export * from './model/event.js'
export * from './model/policy.js'
export * from './model/run.js'
export * from './model/snapshot.js'
export {
  initialState,
  type BranchName,
  type BranchState,
  type Deploy,
  type DeployOutcome,
  type DeployRun,
  type Head,
  type InFlight,
  type LandingRecord,
  type PullRequest,
  type Standing,
} from './model/state.js'
export type { LandingTicket } from './model/ticket.js'
