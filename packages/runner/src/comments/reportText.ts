/** What the comment on a pull request says: what people want to know of it, and nothing that changes by itself. */
import { isSome } from 'fp-ts/lib/Option.js'
import {
  explain,
  SortedMap,
  type BranchState,
  type LandingRecord,
  type PrNumber,
  type PullRequest,
} from '@headgate/core'
import { holdsOfPeople, short } from '../narrate/words.js'

const landedText = ({ landed, batchId }: LandingRecord, branch: string): string =>
  `Landed on \`${branch}\` as ${landed}, tested in batch ${batchId}.`

const resultText = ({ result }: PullRequest): ReadonlyArray<string> => {
  if (!isSome(result)) return []
  switch (result.value._tag) {
    case 'Passed':
      return [`It passed on ${short(result.value.evidence.base)} in batch ${result.value.evidence.batchId}.`]
    case 'Failed':
    case 'Errored':
      // Told among what holds it back.
      return []
  }
}

const openText = (state: BranchState, pr: PullRequest): string => {
  const holds = holdsOfPeople(explain(state, pr.snapshot.number))
  const waits = holds.map((reason) => `- ${reason.text}`)
  return [
    ...(holds.length === 0
      ? ['Nothing that people must do holds this back; it lands when its turn comes and its test has passed.']
      : ['Held back:', '', ...waits]),
    ...resultText(pr).flatMap((text) => ['', text]),
  ].join('\n')
}

/** Undefined: it is not open here and has not landed, so there is nothing to say. `page` is the address of its page. */
export const reportText = (state: BranchState, number: PrNumber, page: string): string | undefined => {
  const pr = SortedMap.get(state.pullRequests, number)
  const landing = SortedMap.get(state.landings, number)
  const text =
    landing !== undefined
      ? landedText(landing, state.name.branch)
      : pr === undefined
        ? undefined
        : openText(state, pr)
  return text === undefined ? undefined : `${text}\n\n[More](${page})`
}
