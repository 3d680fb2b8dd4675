/** Runs the built command line as people do. */
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

const MAIN = fileURLToPath(new URL('../../packages/runner/dist/main.js', import.meta.url))

export interface Ran {
  /** Null: it was killed. */
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Running {
  readonly process: ChildProcess
  readonly output: () => string
  readonly ended: Promise<Ran>
}

/** A directory that is removed after the test. */
export const scratch = (): string => {
  const dir = mkdtempSync(join(tmpdir(), 'headgate-e2e-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }))
  return dir
}

/** Starts `headgate ...args` in `cwd`, with an empty HOME; killed after the test if it still runs. */
export const spawnCli = (args: ReadonlyArray<string>, cwd: string): Running => {
  const home = join(cwd, 'home')
  mkdirSync(home, { recursive: true })
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd,
    env: { PATH: process.env['PATH'] ?? '', HOME: home },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const ended = new Promise<Ran>((done) => {
    child.on('close', (status) => done({ status, stdout, stderr }))
  })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  return { process: child, output: () => stdout, ended }
}

/** Runs `headgate ...args` to its end. */
export const runCli = (args: ReadonlyArray<string>, cwd: string): Promise<Ran> => spawnCli(args, cwd).ended

/** Runs it and kills it with SIGKILL `ms` after it said `pattern` (at once: after it began), if it has not ended before. */
export const runAndKill = async (
  args: ReadonlyArray<string>,
  cwd: string,
  ms: number,
  pattern: RegExp | 'at once',
): Promise<Ran> => {
  const running = spawnCli(args, cwd)
  if (pattern !== 'at once') await Promise.race([untilSaid(running, pattern), running.ended])
  const timer = setTimeout(() => running.process.kill('SIGKILL'), ms)
  const ran = await running.ended
  clearTimeout(timer)
  return ran
}

/** Waits until the output says something. */
export const untilSaid = async (
  running: Running,
  pattern: RegExp,
  timeoutMs = 40_000,
): Promise<RegExpExecArray> => {
  const end = Date.now() + timeoutMs
  for (;;) {
    const found = pattern.exec(running.output())
    if (found !== null) return found
    if (Date.now() > end || running.process.exitCode !== null)
      throw new Error(`never said ${String(pattern)}:\n${running.output()}`)
    await new Promise((go) => setTimeout(go, 50))
  }
}
