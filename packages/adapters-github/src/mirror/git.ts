import type { Failure } from '@headgate/core'
import * as E from 'fp-ts/lib/Either.js'
import { execa } from 'execa'
import { permanent, transient } from '../failure.js'
import { gitEnvironment } from './environment.js'

/** How a git process ended. `code` is -1 when it could not be started or was killed. */
export interface GitRun {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  readonly timedOut: boolean
}

export interface GitExtras {
  readonly input?: string
  readonly env?: Readonly<Record<string, string>>
  /** Settings for this call only, as environment. */
  readonly settings?: ReadonlyArray<readonly [string, string]>
  readonly timeoutMs?: number
}

/** Runs git in one bare repository; never rejects. */
export type Git = (args: ReadonlyArray<string>, extras?: GitExtras) => Promise<GitRun>

/** Local operations take milliseconds; this bounds a sick disk. */
const LOCAL_TIMEOUT_MS = 120_000
const OUTPUT_MAX = 64 * 1024 * 1024

/** Git on the bare repository at `gitDir`. */
export const gitIn =
  (gitDir: string): Git =>
  async (args, extras = {}) => {
    const ran = await execa('git', ['--git-dir', gitDir, ...args], {
      extendEnv: false,
      env: { ...gitEnvironment(gitDir, extras.settings ?? []), ...extras.env },
      ...(extras.input === undefined ? { stdin: 'ignore' as const } : { input: extras.input }),
      timeout: extras.timeoutMs ?? LOCAL_TIMEOUT_MS,
      maxBuffer: OUTPUT_MAX,
      stripFinalNewline: false,
      reject: false,
    })
    const said = ran.stderr === '' && ran.exitCode === undefined ? ran.shortMessage : ran.stderr
    return { code: ran.exitCode ?? -1, stdout: ran.stdout, stderr: said ?? '', timedOut: ran.timedOut }
  }

/** The last lines that git said, on one line. */
export const said = (run: GitRun): string =>
  run.stderr
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('hint:'))
    .slice(-4)
    .join(' ')
    .slice(0, 600)

/** Trouble of this machine that passes: a full disk, a lock, a killed process, a mirror that was swept away. */
const PASSING =
  /No space left|\.lock'|Cannot allocate memory|Resource temporarily|Too many open files|cannot fork|not a git repository/i

/** What a local operation that must not fail died of. */
export const localFault = (doing: string, run: GitRun): Failure =>
  run.code === -1 || run.timedOut || PASSING.test(run.stderr)
    ? transient('GitTrouble', `git could not ${doing}: ${said(run)}`)
    : permanent('GitFault', `git could not ${doing}: ${said(run)}`)

/** The output of a local operation that succeeds unless the repository is broken. */
export const mustRun = async (
  git: Git,
  doing: string,
  args: ReadonlyArray<string>,
  extras?: GitExtras,
): Promise<E.Either<Failure, string>> => {
  const run = await git(args, extras)
  return run.code === 0 ? E.right(run.stdout) : E.left(localFault(doing, run))
}
