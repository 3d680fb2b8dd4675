/** Plays whole recordings and counts. */
import { deviationNames, deviations } from './deviations.js'
import { judge, type Judged } from './judge.js'
import type { Scenario } from './recording.js'
import { replay, type Played } from './replay.js'
import type { Reduce } from './session.js'

export interface Unexplained {
  readonly played: Played
  readonly judged: ReadonlyArray<Judged>
}

export interface Tally {
  readonly steps: number
  /** Steps without any difference. */
  readonly identical: number
  /** Those of them in which one side repeated what was so already. */
  readonly repeated: number
  /** For each deviation, the steps that show a difference due to it; one step may show several. */
  readonly deviations: Readonly<Record<string, number>>
  readonly unexplained: ReadonlyArray<Unexplained>
}

const count = (verdicts: ReadonlyArray<ReadonlyArray<Judged>>, name: string): number =>
  verdicts.filter((judged) => judged.some((j) => j.deviation === name)).length

export const tally = (scenarios: ReadonlyArray<Scenario>, reduce?: Reduce): Tally => {
  const steps = scenarios.flatMap((scenario) => replay(scenario, deviationNames, reduce))
  const judged = steps.map((played) => ({ played, judged: judge(played) }))
  const verdicts = judged.map((step) => step.judged)
  const counts = deviations.map(({ name }) => [name, count(verdicts, name)] as const)
  return {
    steps: steps.length,
    identical: verdicts.filter((j) => j.length === 0).length,
    repeated: judged.filter((step) => step.judged.length === 0 && step.played.repeated).length,
    deviations: Object.fromEntries(counts.filter(([, steps]) => steps > 0)),
    unexplained: judged.filter((step) => step.judged.some((j) => j.deviation === undefined)),
  }
}
