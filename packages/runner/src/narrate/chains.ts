/** How tests of several pull requests ended; what they prove of each one alone is told with that one. */
import { some } from 'fp-ts/lib/Option.js'
import type { BranchState, TriedRun } from '@headgate/core'
import { lineOfSeveral, type Line } from './line.js'
import { numbersOf, short } from './words.js'

/** Runs that the state remembers since this step. */
const justTried = (before: BranchState, after: BranchState): ReadonlyArray<TriedRun> => {
  if (before.tried === after.tried) return []
  const known = new Set(before.tried.map(({ run }) => run))
  return after.tried.filter(({ run }) => !known.has(run))
}

const ended = ({ members, base, result }: TriedRun): Line => {
  const prs = members.map(({ pr }) => pr)
  const who = numbersOf(prs)
  if (result._tag === 'Errored')
    return lineOfSeveral('error', `${who} can't be tested together on ${short(base)}: ${result.text}`, prs)
  const { batchId } = result.evidence
  const verdict = result._tag === 'Passed' ? 'passed' : 'failed'
  const text = `${who} ${verdict} together on ${short(base)} in batch ${batchId}.`
  return lineOfSeveral(verdict, text, prs, some(batchId))
}

export const narrateChains = (before: BranchState, after: BranchState): ReadonlyArray<Line> =>
  justTried(before, after)
    .filter(({ members }) => members.length > 1)
    .map(ended)
