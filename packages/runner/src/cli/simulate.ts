/** `headgate simulate`: what a queue would have done, with every strategy. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { compare } from '@headgate/core/simulation'
import { messageOf, problem, type Problem } from '../problem.js'
import { assumptionsOf, chosenContenders, seedsOf, type SimulateFlags } from './simulateOptions.js'
import { checkPageFile, writePage } from './simulatePage.js'
import { comparisonTable, jsonLine } from './simulateReport.js'
import { playStudy, type Study } from './simulateRun.js'
import { findTrace } from './simulateTrace.js'
import { complain, say } from './terminal.js'

interface Asked {
  readonly study: Study
  readonly out: string | undefined
}

const asked = (flags: SimulateFlags): E.Either<Problem, Asked> =>
  pipe(
    E.Do,
    E.bind('contenders', () => chosenContenders(flags)),
    E.bind('out', () => (flags.out === undefined ? E.right(undefined) : checkPageFile(flags.out))),
    E.bind('trace', () => findTrace(flags.trace)),
    E.map(({ contenders, out, trace }) => ({
      study: { trace, contenders, assumptions: assumptionsOf(flags), seeds: seedsOf(flags) },
      out,
    })),
  )

const playAndTell = async ({ study, out }: Asked, json: boolean): Promise<number> => {
  const rounds = await playStudy(study)
  const comparison = compare(rounds)
  const wrongs = rounds.flatMap(({ results }) => [...results.values()].flatMap((result) => result.wrongs))
  if (!json) say(comparisonTable(study, comparison))
  const written = out === undefined ? E.right(undefined) : writePage(out, study, rounds, comparison)
  if (json) say(jsonLine(study, comparison))
  if (E.isLeft(written)) complain(written.left)
  for (const wrong of wrongs)
    complain(problem('unsafe', 'simulate', `A guarantee is broken: ${wrong}.`, 'Please report it.'))
  return E.isLeft(written) || wrongs.length > 0 ? 1 : 0
}

/** Runs `headgate simulate`; gives the exit status: 1 if something that was asked for can't be done. */
export const simulate = async (flags: SimulateFlags): Promise<number> => {
  const found = asked(flags)
  if (E.isLeft(found)) {
    complain(found.left)
    return 1
  }
  try {
    return await playAndTell(found.right, flags.json === true)
  } catch (cause) {
    complain(
      problem('simulate', 'simulate', `A game ended early: ${messageOf(cause)}.`, 'Try fewer pull requests.'),
    )
    return 1
  }
}
