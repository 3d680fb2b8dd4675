/** Runs of many seeds, each judged against the undisturbed run of its mode. */
import { faultsOf, outcomeOf, type Outcome } from './judge.js'
import { planOf, undisturbed, type Mode } from './plan.js'
import { play, type Played } from './play.js'
import { makeTemplate } from './scenario.js'

export interface Verdict {
  readonly seed: number
  readonly mode: Mode
  readonly struck: number
  readonly ms: number
  readonly landed: number
  /** Empty: all is well. */
  readonly wrong: ReadonlyArray<string>
}

/** What the undisturbed run came to; it must be right by itself. */
const endOf = (played: Played): Outcome => {
  const end = outcomeOf(played.report)
  const wrong = faultsOf(played, end)
  if (wrong.length > 0) throw new Error(`The run without faults is wrong: ${wrong.join('; ')}`)
  return end
}

/** Plays the seeds, `width` at a time, and tells each verdict. */
export const chaos = async (
  seeds: ReadonlyArray<number>,
  width: number,
  tell: (verdict: Verdict) => void,
): Promise<ReadonlyArray<Verdict>> => {
  const template = await makeTemplate()
  const known = new Map<string, Promise<Outcome>>()
  const expected = (mode: Mode) => {
    const key = `${mode.landing} ${mode.strategy}`
    const found = known.get(key) ?? play(template, undisturbed(mode), endOf)
    known.set(key, found)
    return found
  }
  const judge = async (seed: number): Promise<Verdict> => {
    const plan = planOf(seed)
    const wanted = await expected(plan.mode)
    return play(template, plan, (played) => ({
      seed,
      mode: plan.mode,
      struck: played.struck,
      ms: played.ms,
      landed: played.report.landed.length,
      wrong: faultsOf(played, wanted),
    }))
  }
  const waiting = [...seeds]
  const verdicts: Array<Verdict> = []
  const work = async (): Promise<void> => {
    for (let seed = waiting.shift(); seed !== undefined; seed = waiting.shift()) {
      const verdict = await judge(seed)
      verdicts.push(verdict)
      tell(verdict)
    }
  }
  await Promise.all(Array.from({ length: width }, work))
  template.remove()
  return verdicts.sort((a, b) => a.seed - b.seed)
}
