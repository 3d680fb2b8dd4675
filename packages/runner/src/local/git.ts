/** git for seeding: no prompts, English messages. */
import * as E from 'fp-ts/lib/Either.js'
import { execa } from 'execa'

const ENV = { GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' }
const OURS = { ...ENV, GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' }

const run = async (
  dir: string,
  args: ReadonlyArray<string>,
  env: Readonly<Record<string, string>>,
): Promise<E.Either<string, string>> => {
  const ran = await execa('git', args, { cwd: dir, env, reject: false, stdin: 'ignore' })
  if (ran.exitCode === 0) return E.right(ran.stdout)
  const said = ran.stderr.split('\n').find((line) => line.trim() !== '')
  return E.left(said?.replace(/^fatal: /, '') ?? ran.shortMessage ?? 'git could not be started')
}

/** Runs git in a repository of the user's, under the user's configuration (`safe.directory`). Never rejects. */
export const gitOfUser = (dir: string, args: ReadonlyArray<string>): Promise<E.Either<string, string>> =>
  run(dir, args, ENV)

/** Runs git in a repository of our own. Left: what git said, in one line. Never rejects. */
export const git = (
  dir: string,
  args: ReadonlyArray<string>,
  env: Readonly<Record<string, string>> = {},
): Promise<E.Either<string, string>> => run(dir, args, { ...OURS, ...env })

/** Whether git can be run at all. */
export const hasGit = async (): Promise<boolean> => E.isRight(await git('/', ['--version']))
