/** `headgate local github`: a local GitHub by itself, for anybody's tests. */
import * as E from 'fp-ts/lib/Either.js'
import { startLocalGithub } from '@headgate/adapters-github/local'
import { untilSignal } from './signals.js'
import { complain, say } from './terminal.js'

export interface LocalGithubFlags {
  readonly dir: string
  readonly port: number | undefined
}

/** Serves until a signal; gives the exit status. Prints one line of JSON when it is ready. */
export const localGithub = async ({ dir, port }: LocalGithubFlags): Promise<number> => {
  const stopped = untilSignal()
  const started = await startLocalGithub({ dir, ...(port === undefined ? {} : { port }) })()
  if (E.isLeft(started)) {
    complain(started.left)
    return 1
  }
  const { url, token, webhookSecret, close } = started.right
  say(JSON.stringify({ url, token, webhookSecret }))
  await stopped
  await close()
  return 0
}
