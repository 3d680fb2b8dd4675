/** The public door of the core. */
export * from './ids.js'
export * from './model/effect.js'
export * from './model/event.js'
export * from './model/policy.js'
export * from './model/run.js'
export * from './model/snapshot.js'
export {
  initialState,
  noTries,
  type BranchName,
  type BranchState,
  type Deploy,
  type DeployOutcome,
  type DeployRun,
  type Head,
  type InFlight,
  type Landed,
  type LandingRecord,
  type PullRequest,
  type Standing,
} from './model/state.js'
export type { LandingTicket } from './model/ticket.js'
export {
  parseJson,
  readBeginning,
  readEntry,
  readSnapshot,
  readState,
  replay,
  writeBeginning,
  writeEntry,
  writeSnapshot,
  type JournalEntry,
  type Restored,
} from './codec/journal.js'
export { parseCommands, type Command } from './commands/command.js'
export type { Verdict } from './commands/actions.js'
export { decideCommand } from './commands/decide.js'
export { roles, type Commenter, type Role } from './commands/role.js'
export { journalVersion } from './codec/migrations.js'
export { BranchStateCodec, type StateJson } from './codec/state.js'
export { explainErrors, type Unreadable, type UnreadableCode } from './codec/unreadable.js'
export { inFlightEffects, isOwnEcho, isQuiet, nextWakeAt, queueOf } from './ask.js'
export {
  aheadOf,
  explain,
  explainBranch,
  explainPullRequest,
  mergeCandidate,
  nextFor,
} from './explain/explain.js'
export { BranchExplanation, Explanation, Reason } from './explain/explanation.js'
export { Awaited, Wait } from './explain/awaited.js'
export { deadlineViolations, overdueViolations, waitsOf, type NamedWait } from './explain/deadlines.js'
export { clearing, Clearer, type Clearing } from './landing/clearing.js'
export { Hold, HoldCode } from './landing/hold.js'
export { sentenceOf } from './landing/sentence.js'
export { checkVerdict } from './queue/checks.js'
export { dependenciesIn } from './queue/dependencies.js'
export type { QueueView, Strategy, WantedRun, Wants } from './queue/view.js'
export { reduce, reduceWith } from './reduce.js'
export * as SortedMap from './collections/sortedMap.js'
export { stepViolations } from './invariants/stepViolations.js'
export { violations, type Violation } from './invariants/violations.js'
export { describeEffect, describeEvent } from './print.js'
