/** `headgate local batch`: the local Batch by itself, for other programs and their tests. */
import * as E from 'fp-ts/lib/Either.js'
import { startLocalBatch } from '@headgate/adapters-batch/local'
import { problem } from '../problem.js'
import { untilSignal } from './signals.js'
import { complain, say } from './terminal.js'

/** As commander gives them. */
export interface LocalBatchFlags {
  readonly dir: string
  readonly port?: number
  readonly cpus?: number
  readonly isolation: 'best' | 'bubblewrap' | 'none'
  readonly visible: ReadonlyArray<string>
}

const PLAIN =
  'Jobs are plain processes with the rights of this user: they can read its files. Give it code you trust.'

const warn = (sentence: string): void => {
  process.stderr.write(`headgate: local Batch: ${sentence}\n`)
}

/** Prints one line of JSON when ready, runs until a signal, gives the exit status. */
export const localBatch = async (flags: LocalBatchFlags): Promise<number> => {
  const started = await startLocalBatch({ ...flags, onTrouble: warn })()
  if (E.isLeft(started)) {
    const { code, sentence, remedy } = started.left
    complain(problem(code, `local Batch in ${flags.dir}`, sentence, remedy))
    return 1
  }
  const { url, token, isolation, close } = started.right
  if (isolation === 'none') warn(PLAIN)
  say(JSON.stringify({ url, token }))
  await untilSignal()
  await close()
  return 0
}
