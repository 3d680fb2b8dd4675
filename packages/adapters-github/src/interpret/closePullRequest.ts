import type { EffectOf, Failure, Sha } from '@headgate/core'
import * as E from 'fp-ts/lib/Either.js'
import { readConversation } from '../query/conversation.js'
import { answering, failed, placeOf, type GithubInterpreterOptions, type Interpreter } from './context.js'

const comment = (branch: string, landed: Sha): string => `Landed as ${landed} on \`${branch}\`.`

const write = (
  { client }: GithubInterpreterOptions,
  route: string,
  parameters: Readonly<Record<string, unknown>>,
): Promise<E.Either<Failure, unknown>> => client.rest({ access: 'write', route, parameters })

/**
 * Says on the pull request where it landed, then closes it. The comment is looked for first, so a repeat says nothing
 * twice; what the forge shows as merged needs neither.
 */
export const interpretClosePullRequest: Interpreter<EffectOf<'ClosePullRequest'>> = async (
  options,
  effect,
) => {
  const { owner, name, branch } = placeOf(options)
  const found = await readConversation(options.client, { owner, name }, effect.pr)
  if (E.isLeft(found)) return failed(options, effect, found.left)
  const done = { _tag: 'PullRequestClosed', ...answering(options, effect) } as const
  if (found.right === undefined || found.right.state === 'MERGED') return done
  const body = comment(branch, effect.landed)
  if (!found.right.comments.some((said) => said.startsWith(body))) {
    const parameters = { owner, repo: name, issue_number: effect.pr, body }
    const said = await write(options, 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments', parameters)
    if (E.isLeft(said)) return failed(options, effect, said.left)
  }
  if (found.right.state !== 'OPEN') return done
  const parameters = { owner, repo: name, pull_number: effect.pr, state: 'closed' }
  const closed = await write(options, 'PATCH /repos/{owner}/{repo}/pulls/{pull_number}', parameters)
  return E.isLeft(closed) ? failed(options, effect, closed.left) : done
}
