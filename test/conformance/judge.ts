/** Every difference of a step, and the one deviation that it is due to. */
import { differences, sameDifference, type Difference } from './acts.js'
import { deviations } from './deviations.js'
import type { Played } from './replay.js'

export interface Judged {
  readonly difference: Difference
  /** undefined: nothing explains it. */
  readonly deviation: string | undefined
}

interface Stage {
  readonly name: string
  /** Our acts against the reference's with this deviation, and all before it, put right. */
  readonly left: ReadonlyArray<Difference>
}

const stagesOf = (p: Played): ReadonlyArray<Stage> => {
  const repairs = new Set<string>()
  return deviations.map(({ name }) => {
    repairs.add(name)
    return { name, left: differences(p.repaired(repairs), p.ours) }
  })
}

const includes = (all: ReadonlyArray<Difference>, d: Difference): boolean =>
  all.some((other) => sameDifference(other, d))

const unexplained = (difference: Difference): Judged => ({ difference, deviation: undefined })

/**
 * The deviations are put right in the model of the reference one after the other, in the order of the table. A
 * difference belongs to the one whose repair makes it go away for good. One that is still there when everything is put
 * right, or that comes up by a repair, has no explanation; nor has any in a step that the model of the reference does
 * not play as it was recorded, or in which our core does not come to rest.
 */
export const judge = (p: Played): ReadonlyArray<Judged> => {
  if (p.differences.length === 0) return []
  if (!(p.faithful && p.rested)) return p.differences.map(unexplained)
  const stages = stagesOf(p)
  const found = p.differences.map((difference) => ({
    difference,
    deviation: stages[stages.findLastIndex(({ left }) => includes(left, difference)) + 1]?.name,
  }))
  const arisen = (stages.at(-1)?.left ?? []).filter((d) => !includes(p.differences, d))
  return [...found, ...arisen.map(unexplained)]
}
