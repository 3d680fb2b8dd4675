/** What the suite says, for people and for machines. */
import { describeDifference } from './acts.js'
import { deviations } from './deviations.js'
import type { Tally, Unexplained } from './tally.js'

const percent = (part: number, whole: number): string => `${((100 * part) / Math.max(1, whole)).toFixed(1)} %`

export const tableOf = (t: Tally): string => {
  const rows: ReadonlyArray<readonly [string, number]> = [
    ['steps', t.steps],
    ['identical', t.identical],
    ['  with repetitions left out', t.repeated],
    ...deviations.flatMap(({ name }) => {
      const steps = t.deviations[name]
      return steps === undefined ? [] : [[`  ${name}`, steps] as const]
    }),
    ['unexplained', t.unexplained.length],
  ]
  return rows
    .map(([name, n]) => `${name.padEnd(28)} ${String(n).padStart(7)} ${percent(n, t.steps).padStart(9)}`)
    .join('\n')
}

/** One line of JSON: `{steps, identical, deviations: {name: steps}, unexplained}`. */
export const jsonOf = ({ steps, identical, deviations: counts, unexplained }: Tally): string =>
  JSON.stringify({ steps, identical, deviations: counts, unexplained: unexplained.length })

/** Everything that is needed to see why a step is not explained. */
export const describeUnexplained = ({ played, judged }: Unexplained): string => {
  const { scenario, index, step, reference, ours, faithful, rested } = played
  return [
    `${scenario.name}, step ${index}: ${JSON.stringify(scenario.params)}`,
    `  ops        ${JSON.stringify(step.ops)}`,
    `  target     ${step.world.target}${step.world.frozen ? ', frozen' : ''}`,
    `  authorized ${step.world.authorized.join(', ')}; invalidated ${step.world.invalidated.join(', ')}`,
    ...step.world.prs.map((pr) => `  open       ${JSON.stringify(pr)}`),
    ...step.world.batches.map((b) => `  batch      ${JSON.stringify(Object.values(b))}`),
    `  reference  ${[...reference.keys()].join('; ')}${step.error === undefined ? '' : `; then ${step.error}`}`,
    `  ours       ${[...ours.keys()].join('; ')}`,
    ...(faithful ? [] : ['  The model of the reference does something else than was recorded.']),
    ...(rested ? [] : ['  Our core did not come to rest.']),
    ...judged.map(
      (j) => `  ${(j.deviation ?? 'UNEXPLAINED').padEnd(24)} ${describeDifference(j.difference)}`,
    ),
  ].join('\n')
}
