/** `headgate replay`: a journal once more, and what another policy would have made of it. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { messageOf, problem, type Problem } from '../problem.js'
import { compare } from '../replay/other/compare.js'
import { withJournal, type StoredJournal } from '../replay/stored.js'
import { verify, type Verified } from '../replay/verify.js'
import { comparisonText } from './replayComparison.js'
import { alternativeOf, type Alternative, type ReplayFlags } from './replayOptions.js'
import { differenceText, isEqual, replayJson, verifiedText, type Outcome } from './replayReport.js'
import { utc } from './replayWords.js'
import { complain, say } from './terminal.js'

/** Exit statuses: as of `diff`. */
const EQUAL = 0
const DIFFERENT = 1
const UNUSABLE = 2

const tooLate = ({ events, to }: Verified): Problem =>
  problem(
    'replay',
    '--from',
    `The journal ends with event ${events}${to === null ? '' : `, at ${utc(to)} UTC`}.`,
    'Name an earlier event or time.',
  )

const outcomeOf = (
  journal: StoredJournal,
  alternative: Alternative | undefined,
): E.Either<Problem, Outcome> => {
  const { file, name } = journal
  const outcome = {
    file,
    branch: `${name.repository}:${name.branch}`,
    verified: null,
    difference: null,
    comparison: null,
  }
  const verified = verify(journal)
  if (E.isLeft(verified)) return E.right({ ...outcome, difference: verified.left })
  if (alternative === undefined) return E.right({ ...outcome, verified: verified.right })
  return pipe(
    compare(journal, alternative.isFrom, alternative.change),
    E.chain((comparison) =>
      comparison === undefined
        ? E.left(tooLate(verified.right))
        : E.right({ ...outcome, verified: verified.right, comparison }),
    ),
  )
}

const textOf = (outcome: Outcome, asked: boolean): string => {
  const { file, branch, verified, difference, comparison } = outcome
  return [
    `${file}, ${branch}`,
    ...(verified === null ? [] : [verifiedText(verified)]),
    ...(difference === null ? [] : [differenceText(difference)]),
    ...(asked && comparison === null
      ? ['The other policy was not played: it needs a journal that is replayed the same.']
      : []),
    ...(comparison === null ? [] : ['', comparisonText(comparison)]),
  ].join('\n')
}

/** Runs `headgate replay`; gives the exit status. */
export const replayJournal = (file: string, flags: ReplayFlags): number => {
  const alternative = alternativeOf(flags)
  try {
    const outcome = E.isLeft(alternative)
      ? alternative
      : E.flatten(withJournal(file, flags.branch, (journal) => outcomeOf(journal, alternative.right)))
    if (E.isLeft(outcome)) {
      complain(outcome.left)
      return UNUSABLE
    }
    say(flags.json === true ? replayJson(outcome.right) : textOf(outcome.right, flags.policy !== undefined))
    return isEqual(outcome.right) ? EQUAL : DIFFERENT
  } catch (cause) {
    complain(
      problem(
        'replay',
        file,
        `The replay ended early: ${messageOf(cause)}.`,
        'Please report it, with the journal.',
      ),
    )
    return UNUSABLE
  }
}
