/** A head that did not come through the gate is tested before anything is deployed from it. */
import { isNone } from 'fp-ts/lib/Option.js'
import { abandonRun, headRun, startHeadRun } from '../work/runs.js'
import type { Step } from '../work/work.js'

export const planHeadTest: Step = (work) => {
  const run = headRun(work)
  const { head } = work
  const wanted = isNone(head) || head.value.standing._tag !== 'Unverified' ? undefined : head.value
  if (run !== undefined && run.base === wanted?.sha) return work
  const cleared =
    run === undefined ? work : abandonRun(work, run.id, 'the head it tests needs no test any more')
  return wanted === undefined
    ? cleared
    : startHeadRun(cleared, wanted.sha, wanted.standing._tag === 'Unverified' ? wanted.standing.why : '')
}
