/** What a step decided, in lines for people: the difference between two states, told with numbers and reasons. */
import { some } from 'fp-ts/lib/Option.js'
import { mergeCandidate, type BranchState, type Effect, type Event } from '@headgate/core'
import { narrateChains } from './chains.js'
import { narrateDeploy } from './deploy.js'
import type { Decision } from './decision.js'
import { narrateHead } from './head.js'
import { narrateOperator } from './operator.js'
import { narratePullRequests } from './pullRequests.js'
import { narrateTrouble } from './trouble.js'
import { line, lineOfSeveral, type Line } from './line.js'
import { flightOf, numbersOf, short } from './words.js'

const candidate = (before: BranchState, after: BranchState): ReadonlyArray<Line> => {
  const now = mergeCandidate(after)
  return now === undefined || now === mergeCandidate(before)
    ? []
    : [line('seen', `#${now} is the merge candidate.`, some(now))]
}

const submitted = (before: BranchState, event: Event): ReadonlyArray<Line> => {
  if (event._tag !== 'TestBatchSubmitted') return []
  const { effect } = flightOf(before, event.answers) ?? {}
  if (effect?._tag !== 'SubmitTestBatch') return []
  const prs = effect.members.map((member) => member.pr)
  const base = short(effect.base)
  const what =
    prs.length === 0
      ? `The head ${base} is tested`
      : prs.length === 1
        ? `${numbersOf(prs)} is tested on ${base}`
        : `${numbersOf(prs)} are tested together on ${base}`
  const text = `${what} in batch ${event.batchId}: ${effect.reason.replace(/\.$/, '')}.`
  return [lineOfSeveral('testing', text, prs, some(event.batchId))]
}

/** Every decision that this step made, in the order in which people want to read them. */
export const narrate = (
  before: BranchState,
  after: BranchState,
  event: Event,
  effects: ReadonlyArray<Effect>,
): ReadonlyArray<Decision> =>
  [
    ...narrateOperator(before, event),
    ...narrateTrouble(before, event),
    ...narrateHead(before, after),
    ...submitted(before, event),
    ...narrateChains(before, after),
    ...narratePullRequests(before, after),
    ...candidate(before, after),
    ...narrateDeploy(before, after, effects),
  ].map((l) => ({ ...l, at: event.at }))
