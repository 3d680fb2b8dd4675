/**
 * The laboratory: merge queues played against recorded or invented traffic, around the real reducer.
 *
 * @example
 * const fate = fateOf(trace, defaultAssumptions, 1)
 * const result = playOut(strategies[0], fate)
 */
export { defaultAssumptions, policyFor, type Assumptions } from './assumptions.js'
export type { Contender } from './contenders/contender.js'
export { contenders } from './contenders/contenders.js'
export { fateOf, type Fate } from './fate.js'
export { compare, type Comparison, type Measure, type Round, type Row } from './measure/comparison.js'
export { estimate, type Estimate } from './measure/estimate.js'
export { figuresOf, waitsOf, type Figures } from './measure/figures.js'
export { quantile } from './measure/quantile.js'
export { queueOverTime, type Point } from './measure/series.js'
export { oracle } from './oracle.js'
export { play, playOut, type PlayOptions, type Progress, type Step } from './play.js'
export type { Result } from './result.js'
export { readTrace } from './trace/csv.js'
export { generateTrace, officeWeek, type Traffic, type WeekProfile } from './trace/generate.js'
export { traceOfEvents } from './trace/journal.js'
export { recordedTraces } from './trace/names.js'
export { traceOf, type Arrival, type Trace } from './trace/trace.js'
