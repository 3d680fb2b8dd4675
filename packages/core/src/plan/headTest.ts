/** A head that did not come through the gate is tested before anything is deployed from it. */
import { isSome } from 'fp-ts/lib/Option.js'
import type { Sha } from '../ids.js'
import { abandonRun, headRun, startHeadRun } from '../work/runs.js'
import type { Step, Work } from '../work/work.js'

interface Wanted {
  readonly sha: Sha
  readonly why: string
}

const wantedBy = ({ head }: Work): Wanted | undefined =>
  isSome(head) && head.value.standing._tag === 'Unverified'
    ? { sha: head.value.sha, why: head.value.standing.why }
    : undefined

export const planHeadTest: Step = (work) => {
  const run = headRun(work)
  const wanted = wantedBy(work)
  if (run?.base === wanted?.sha) return work
  const cleared =
    run === undefined ? work : abandonRun(work, run.id, 'the head it tests needs no test any more')
  return wanted === undefined ? cleared : startHeadRun(cleared, wanted.sha, wanted.why)
}
