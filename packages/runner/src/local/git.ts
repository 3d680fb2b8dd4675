/** git for seeding: nothing of the user's configuration, no prompts, English messages. */
import * as E from 'fp-ts/lib/Either.js'
import { execa } from 'execa'

const ENV: Readonly<Record<string, string>> = {
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
  LC_ALL: 'C',
}

/** Runs git in `dir`. Left: what git said, in one line. Never rejects. */
export const git = async (
  dir: string,
  args: ReadonlyArray<string>,
  env: Readonly<Record<string, string>> = {},
): Promise<E.Either<string, string>> => {
  const ran = await execa('git', args, { cwd: dir, env: { ...ENV, ...env }, reject: false, stdin: 'ignore' })
  if (ran.exitCode === 0) return E.right(ran.stdout)
  const said = ran.stderr.split('\n').find((line) => line.trim() !== '')
  return E.left(said?.replace(/^fatal: /, '') ?? ran.shortMessage ?? 'git could not be started')
}

/** Whether git can be run at all. */
export const hasGit = async (): Promise<boolean> => E.isRight(await git('/', ['--version']))
