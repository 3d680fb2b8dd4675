/** What a command does, and what is answered: one function of the state, the person and the words. */
import * as M from '../collections/sortedMap.js'
import type { EpochMs, PrNumber } from '../ids.js'
import type { BranchState } from '../model/state.js'
import {
  cancel,
  help,
  hold,
  prioritize,
  retry,
  say,
  tryIt,
  unhold,
  why,
  type Asked,
  type Verdict,
} from './actions.js'
import type { Command } from './command.js'
import { hasAtLeast, permits, type Commenter } from './role.js'

const isAuthor = ({ pr, by }: Asked): boolean => pr.snapshot.author.toLowerCase() === by.login.toLowerCase()

const decided = (asked: Asked, command: Command): Verdict => {
  switch (command._tag) {
    case 'Retry':
      return retry(asked, command.batchId)
    case 'Cancel':
      return cancel(asked)
    case 'Hold':
      return hold(asked)
    case 'Unhold':
      return unhold(asked)
    case 'Priority':
      return prioritize(asked, command.high)
    case 'Try':
      return tryIt(asked, command.commit)
    case 'Why':
      return why(asked)
    case 'Help':
      return say(help)
    case 'Unknown':
      return say(`I don't know "${command.said.replace(/[`\n]/g, ' ')}". What I know:\n\n${help}`)
  }
}

/**
 * What `command` does on the open pull request `number`, and what is answered: always something. None of it makes a landing
 * possible: a label and a retry can hold back or test again, and `try` lets exactly the named commit run (S4).
 *
 * `by` is who wrote the comment, with the role that the forge gives them; what they may not do, they are told.
 */
export const decideCommand = (
  state: BranchState,
  number: PrNumber,
  by: Commenter,
  at: EpochMs,
  command: Command,
): Verdict => {
  const pr = M.get(state.pullRequests, number)
  if (pr === undefined) return say(`#${number} is not open on \`${state.name.branch}\`.`)
  const asked: Asked = { state, pr, by, at }
  const { least, author } = permits[command._tag]
  return hasAtLeast(by, least) || (author && isAuthor(asked))
    ? decided(asked, command)
    : say(
        `\`${command._tag.toLowerCase()}\` needs the role "${least}" in this repository${author ? ', or to be the author' : ''}.`,
      )
}
