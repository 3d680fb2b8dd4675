import { spawn } from 'node:child_process'
import { processFact } from './proc.js'

/** How a job's process ended. */
export type Ending =
  | { readonly _tag: 'Exited'; readonly code: number }
  | { readonly _tag: 'TimedOut' }
  | { readonly _tag: 'Stopped' }
  | { readonly _tag: 'CannotStart'; readonly message: string }

export type ChildRequest = {
  readonly command: ReadonlyArray<string>
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  /** Open file that takes stdout and stderr: the log survives this service. */
  readonly logFile: number
  readonly timeoutMs: number | undefined
  /** Between SIGTERM and SIGKILL, ms. */
  readonly graceMs: number
  readonly stop: AbortSignal
  readonly onStart: (process: { readonly pid: number; readonly startTime: string | undefined }) => void
}

const SIGNALS: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGILL: 4,
  SIGABRT: 6,
  SIGKILL: 9,
  SIGSEGV: 11,
  SIGPIPE: 13,
  SIGTERM: 15,
}

/** A shell's convention: 128 + number of the signal. */
const exitCodeOf = (code: number | null, signal: string | null): number =>
  code ?? 128 + (SIGNALS[signal ?? ''] ?? 0)

const signalGroup = (pid: number, signal: 'SIGTERM' | 'SIGKILL'): void => {
  try {
    process.kill(-pid, signal)
  } catch {
    // The group is empty already.
  }
}

/**
 * Runs a command as the leader of its own process group and session. A stop or a timeout ends the whole group,
 * politely and then surely; when the leader ends, what it left in its group is killed too, as in a container.
 */
export const runChild = (request: ChildRequest): Promise<Ending> =>
  new Promise((resolve) => {
    const [file, ...args] = request.command
    const child = spawn(file ?? '', args, {
      cwd: request.cwd,
      env: request.env,
      detached: true,
      stdio: ['ignore', request.logFile, request.logFile],
    })
    const { pid } = child
    let verdict: Ending | undefined
    let kill: NodeJS.Timeout | undefined
    const end = (why: Ending) => (): void => {
      if (pid === undefined || verdict !== undefined) return
      verdict = why
      signalGroup(pid, 'SIGTERM')
      kill = setTimeout(() => {
        signalGroup(pid, 'SIGKILL')
      }, request.graceMs)
    }
    const stop = end({ _tag: 'Stopped' })
    const timer =
      request.timeoutMs === undefined
        ? undefined
        : setTimeout(end({ _tag: 'TimedOut' }), Math.min(request.timeoutMs, 2 ** 31 - 1))
    const finish = (ending: Ending): void => {
      clearTimeout(timer)
      clearTimeout(kill)
      request.stop.removeEventListener('abort', stop)
      resolve(ending)
    }
    child.once('error', (cause) => {
      if (pid === undefined) finish({ _tag: 'CannotStart', message: cause.message })
    })
    child.once('exit', (code, signal) => {
      if (pid !== undefined) signalGroup(pid, 'SIGKILL')
      finish(verdict ?? { _tag: 'Exited', code: exitCodeOf(code, signal) })
    })
    if (pid === undefined) return
    request.onStart({ pid, startTime: processFact(pid)?.startTime })
    request.stop.addEventListener('abort', stop)
    if (request.stop.aborted) stop()
  })
