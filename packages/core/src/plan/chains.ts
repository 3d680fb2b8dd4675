/** A chain that can't land any more ends: its base is not the head, or one of its members left, moved, failed, or waits for another. */
import { isSome } from 'fp-ts/lib/Option.js'
import * as M from '../collections/sortedMap.js'
import type { PrNumber } from '../ids.js'
import { isInOrder } from '../landing/chains.js'
import type { Member } from '../model/run.js'
import type { PullRequest } from '../model/state.js'
import { dropChain } from '../work/chains.js'
import { abandonRun, stopRun } from '../work/runs.js'
import { headSha, type Step, type Work } from '../work/work.js'

const isPresent = (pr: PullRequest | undefined, { source }: Member): pr is PullRequest =>
  pr?.snapshot.source === source

const numbersOf = ({ members }: { readonly members: ReadonlyArray<Member> }): ReadonlyArray<PrNumber> =>
  members.map((member) => member.pr)

/** On this head and of these members nothing can land any more; a list of one is that pull request's own business. */
const isOver = (
  work: Work,
  { base, members }: { readonly base: string; readonly members: ReadonlyArray<Member> },
  may: (pr: PullRequest) => boolean,
): boolean =>
  base !== headSha(work) ||
  work.policy.landing !== 'fast-forward' ||
  members.some((member) => {
    const pr = M.get(work.pullRequests, member.pr)
    return !isPresent(pr, member) || !may(pr)
  }) ||
  !isInOrder(work, numbersOf({ members }))

const endRuns: Step = (work) =>
  M.valuesArray(work.runs)
    .filter((run) => run.members.length > 1 && !run.abandoned)
    .filter((run) => isOver(work, run, (pr) => pr.place.candidate))
    .reduce((w, run) => abandonRun(w, run.id, 'what it tests can not land together any more'), work)

/** Its test alone says nothing any more about what is to land. */
const endAlone: Step = (work) =>
  M.isEmpty(work.book.dependents)
    ? work
    : M.valuesArray(work.runs)
        .filter((run) => run.members.length === 1 && !run.abandoned)
        .filter((run) => !isInOrder(work, numbersOf(run)))
        .reduce((w, run) => stopRun(w, run.id, 'what it depends on has to land first'), work)

const failedAlone = (pr: PullRequest): boolean => isSome(pr.result) && pr.result.value._tag === 'Failed'

const endPassed: Step = (work) =>
  M.valuesArray(work.chains)
    .filter((evidence) => isOver(work, evidence, (pr) => !failedAlone(pr)))
    .reduce(dropChain, work)

export const planChains: Step = (work) => {
  const ended = endAlone(endRuns(work))
  return M.size(ended.chains) === 0 ? ended : endPassed(ended)
}
