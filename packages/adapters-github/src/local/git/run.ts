import { execa } from 'execa'

/** How a git process ended; `code` is -1 when it could not be started or was killed. */
export type GitResult = { readonly code: number; readonly stdout: string; readonly stderr: string }

/** The environment of every git process: nothing of the user's configuration, no prompts, English messages. */
export const GIT_ENV: Readonly<Record<string, string>> = {
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
  LC_ALL: 'C',
}

/** Runs git in a repository; never rejects. Output is at most 256 MB of text. */
export const git = async (
  dir: string,
  args: ReadonlyArray<string>,
  more: { readonly input?: string | Uint8Array; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<GitResult> => {
  const ran = await execa('git', ['--git-dir', dir, ...args], {
    env: { ...GIT_ENV, ...more.env },
    ...(more.input === undefined ? { stdin: 'ignore' as const } : { input: more.input }),
    reject: false,
    stripFinalNewline: false,
    maxBuffer: 256 * 1024 * 1024,
  })
  return { code: ran.exitCode ?? -1, stdout: ran.stdout ?? '', stderr: ran.stderr ?? '' }
}

/** The non-empty lines of an output. */
export const lines = (text: string): ReadonlyArray<string> => text.split('\n').filter((line) => line !== '')

/** For commands that fail only when the repository itself is broken: their output, or a rejection saying so. */
export const gitOrBroken = async (
  dir: string,
  args: ReadonlyArray<string>,
  more: { readonly input?: string | Uint8Array; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<string> => {
  const ran = await git(dir, args, more)
  if (ran.code === 0) return ran.stdout
  throw new Error(`git ${args[0] ?? ''} failed in ${dir}: ${ran.stderr.trim()}`)
}
