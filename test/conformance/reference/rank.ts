/** How the reference reads checks, and in which order it takes pull requests. */
import type { RecordedPr } from '../recording.js'
import { ownContext } from '../world.js'
import { pullRequestsOf, type Book } from './book.js'
import type { PrMemory, Verdict } from './memory.js'

const verdictOf = (word: string | null): Verdict => {
  switch (word) {
    case 'SUCCESS':
    case 'NEUTRAL':
      return 'success'
    case 'FAILURE':
    case 'ERROR':
    case 'TIMED_OUT':
    case 'CANCELLED':
    case 'STARTUP_FAILURE':
    case 'SKIPPED':
      return 'failure'
    default:
      return 'pending'
  }
}

/** The checks that the reference takes notice of. */
export const shownChecks = (book: Book, pr: RecordedPr): Map<string, Verdict> => {
  const shown = (pr.checks ?? []).filter(
    ([name, , , required]) =>
      required === 1 || (name === ownContext && book.fixed('own-context-not-required')),
  )
  const known = new Map(shown.map(([name, , word]) => [name, verdictOf(word)]))
  if (book.fixed('unreported-check'))
    for (const name of book.world.params.required)
      if (name !== ownContext && !known.has(name)) known.set(name, 'pending')
  return known
}

/** What our own status counts for in the rank: what is shown or, repaired, what our tests say. */
const ownVerdict = (book: Book, pr: PrMemory): Verdict | undefined => {
  if (!book.fixed('own-status-shown')) return pr.known.get(ownContext)
  if (pr.buildState !== null) return pr.buildState === 'error' ? 'failure' : pr.buildState
  if (pr.batch === null || !book.fixed('candidate-drift')) return 'pending'
  const last = book.experience.verdicts.get(pr.number)
  if (last === undefined || last.source !== pr.sha) return 'pending'
  return last.verdict === 'error' ? 'failure' : last.verdict
}

/** The checks that count for the order of merging. */
const rankedChecks = (book: Book, pr: PrMemory): ReadonlyArray<Verdict> => {
  const own = ownVerdict(book, pr)
  const others = [...pr.known].flatMap(([name, verdict]) => (name === ownContext ? [] : [verdict]))
  return own === undefined ? others : [own, ...others]
}

/** 2 all succeed (also where there are none), 0 some failed, 1 otherwise. */
const rankOf = (book: Book, pr: PrMemory): number => {
  const checks = rankedChecks(book, pr)
  return checks.every((v) => v === 'success') ? 2 : checks.includes('failure') ? 0 : 1
}

/** Repaired: a conflict is about one head, and says nothing about another. */
export const hasBatch = ({ memory, fixed }: Book, { batch }: PrMemory): boolean =>
  batch !== null && !(fixed('conflict-flapping') && batch.id === null && batch.target !== memory.sha)

/** Whether a failed check keeps it from being the candidate. A conflict with another head is no failed check. */
export const hasFailed = (book: Book, pr: PrMemory): boolean => {
  const others = [...pr.known].some(([name, verdict]) => name !== ownContext && verdict === 'failure')
  if (!book.fixed('own-status-shown')) return others || pr.known.get(ownContext) === 'failure'
  return others || pr.buildState === 'failure' || (pr.buildState === 'error' && hasBatch(book, pr))
}

export const blockingLabels = ['WIP', 'stacked PR']
const isUnblocked = (pr: PrMemory): boolean => !pr.labels.some((label) => blockingLabels.includes(label))

const priorityOf = (book: Book, pr: PrMemory): ReadonlyArray<number> => [
  pr.labels.includes('prio:high') ? 1 : 0,
  isUnblocked(pr) ? 1 : 0,
  rankOf(book, pr),
  -pr.number,
]

const descending = (a: ReadonlyArray<number>, b: ReadonlyArray<number>): number => {
  const i = a.findIndex((x, j) => x !== b[j])
  return i === -1 ? 0 : (b[i] ?? 0) - (a[i] ?? 0)
}

/** All pull requests, highest merge priority first. */
export const inMergeOrder = (book: Book): ReadonlyArray<PrMemory> =>
  pullRequestsOf(book)
    .map((pr) => ({ pr, priority: priorityOf(book, pr) }))
    .sort((a, b) => descending(a.priority, b.priority))
    .map(({ pr }) => pr)
