/**
 * Exhaustive exploration of a small world: every guarantee in every state that can be reached, liveness on the graph.
 *
 * @example
 * const model = worlds[0]
 * for (const progress of explore(model, reduce, { maxStates: 1e6, maxFindings: 5 })) show(progress)
 */
export { explore, type Exploration, type Finding, type Limits, type Progress } from './graph/explore.js'
export { beginning, type Model, type Reduce, type Situation } from './model.js'
export type { Digests } from './graph/table.js'
export { worlds } from './worlds.js'
export { treatmentOf, type Treatment } from './fingerprint/coverage.js'
export { makeFingerprint, type Digest } from './fingerprint/fingerprint.js'
export { enabled, fairMove } from './moves/enabled.js'
export { describeMove } from './moves/describe.js'
export type { Move, Outcome } from './moves/move.js'
export { take } from './moves/take.js'
export type { Taken } from './moves/tell.js'
export { type Setting, type World } from './world/world.js'
export { noBudget, type Budget } from './world/budget.js'
