/** What became of pull requests: opened, held, tested, landed, closed. */
import { isNone, isSome, some } from 'fp-ts/lib/Option.js'
import {
  byNumber,
  explain,
  SortedMap,
  type BranchState,
  type PrNumber,
  type PullRequest,
  type RunResult,
} from '@headgate/core'
import { line, type Line } from './line.js'
import { company, cut, holdsOfPeople, short } from './words.js'

const result = (pr: PrNumber, found: RunResult): Line => {
  switch (found._tag) {
    case 'Passed': {
      const { base, batchId } = found.evidence
      return line('passed', `#${pr} passed on ${short(base)} in batch ${batchId}.`, some(pr), some(batchId))
    }
    case 'Failed': {
      const { base, batchId } = found.evidence
      return line('failed', `#${pr} failed on ${short(base)} in batch ${batchId}.`, some(pr), some(batchId))
    }
    case 'Errored':
      return line('error', `#${pr} can't be tested on ${short(found.base)}: ${found.text}`, some(pr))
  }
}

const reasons = (state: BranchState, number: PrNumber): string =>
  holdsOfPeople(explain(state, number))
    .map((hold) => hold.text)
    .join(' ')

/** Holds that follow from a result are told with the result. */
const held = (before: BranchState, after: BranchState, pr: PullRequest): ReadonlyArray<Line> => {
  const { number } = pr.snapshot
  const was = SortedMap.get(before.pullRequests, number)
  if (was !== undefined && was.result !== pr.result) return []
  const now = reasons(after, number)
  return now === '' || (was !== undefined && reasons(before, number) === now)
    ? []
    : [line('held', `#${number} is held back: ${now}`, some(number))]
}

const changed = (before: BranchState, after: BranchState, pr: PullRequest): ReadonlyArray<Line> => {
  const { number, title, author, source } = pr.snapshot
  const was = SortedMap.get(before.pullRequests, number)
  const news =
    was === undefined
      ? [line('seen', `#${number} "${cut(title, 60)}" by ${author} is open.`, some(number))]
      : was.snapshot.source === source
        ? []
        : [line('seen', `#${number} has the new head ${short(source)}.`, some(number))]
  const told =
    isSome(pr.result) && was?.result !== pr.result && !isSameResult(was, pr)
      ? [result(number, pr.result.value)]
      : []
  return [...news, ...told, ...held(before, after, pr)]
}

const isSameResult = (was: PullRequest | undefined, now: PullRequest): boolean =>
  was !== undefined &&
  isSome(was.result) &&
  isSome(now.result) &&
  (JSON.stringify(was.result.value) === JSON.stringify(now.result.value) ||
    // The same conflict on a newer head is no news.
    (was.result.value._tag === 'Errored' &&
      now.result.value._tag === 'Errored' &&
      was.result.value.text === now.result.value.text))

/** `together`: all that this step took out of the list; those of one run landed as one chain. */
const gone = (after: BranchState, number: PrNumber, together: ReadonlyArray<PrNumber>): Line => {
  const landing = SortedMap.lookup(after.landings, number)
  if (isNone(landing)) return line('closed', `#${number} is no longer open here.`, some(number))
  const { landed, base, batchId, title, run } = landing.value
  const others = together.filter((n) => n !== number && SortedMap.get(after.landings, n)?.run === run)
  const text = `#${number} "${cut(title, 60)}" landed on ${short(base)} as ${short(landed)}, tested${company(others)} in batch ${batchId}.`
  return line('landed', text, some(number), some(batchId))
}

/** Only pull requests that changed are looked at, however many are open; first those that are gone. */
export const narratePullRequests = (before: BranchState, after: BranchState): ReadonlyArray<Line> => {
  const numbers = SortedMap.changedKeys(byNumber, before.pullRequests, after.pullRequests)
  const left = numbers.filter((number) => !SortedMap.has(after.pullRequests, number))
  return [
    ...left.map((number) => gone(after, number, left)),
    ...numbers.flatMap((number) => {
      const pr = SortedMap.get(after.pullRequests, number)
      return pr === undefined ? [] : changed(before, after, pr)
    }),
  ]
}
