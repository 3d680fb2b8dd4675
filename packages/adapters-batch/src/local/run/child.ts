import { accessSync, constants } from 'node:fs'
import { resolve } from 'node:path'
import type { Launcher } from './launcher.js'
import { processFact } from './proc.js'

/** How a job's process ended. */
export type Ending =
  | { readonly _tag: 'Exited'; readonly code: number }
  | { readonly _tag: 'TimedOut' }
  | { readonly _tag: 'Stopped' }
  | { readonly _tag: 'CannotStart'; readonly message: string }

export type ChildRequest = {
  readonly launcher: Launcher
  readonly command: ReadonlyArray<string>
  /** What is started: the command itself, or something that keeps it apart. */
  readonly start: {
    readonly command: ReadonlyArray<string>
    readonly env: Readonly<Record<string, string>>
  }
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly log: string
  readonly timeoutMs: number | undefined
  /** Between SIGTERM and SIGKILL, ms. */
  readonly graceMs: number
  readonly stop: AbortSignal
  readonly onStart: (process: { readonly pid: number; readonly startTime: string | undefined }) => void
}

/** Most processes are over before it pays to record them; until then the mark in their environment tells whose they are. */
const RECORDED_AFTER_MS = 20

/** So often it is looked whether a process is still there: one whose whole group was killed can't tell its end. */
const LOOK_MS = 500

const KILLED = 137

/** Whether the group had anybody to signal. */
const signalGroup = (pid: number, signal: 'SIGTERM' | 'SIGKILL' | 0): boolean => {
  try {
    process.kill(-pid, signal)
    return true
  } catch {
    return false
  }
}

/** Why an exit code of 126 or 127 came from the start and not from the command; undefined when it came from it. */
const unstartable = ({ command, cwd, env }: ChildRequest, code: number): string | undefined => {
  const [file = ''] = command
  if (code !== 126 && code !== 127) return undefined
  const places = file.includes('/') ? [cwd] : (env['PATH'] ?? '').split(':')
  const isThere = places.some((place) => {
    try {
      accessSync(resolve(cwd, place, file), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
  return isThere ? undefined : `${file}: no such command`
}

/**
 * Runs a command as the leader of its own process group. A stop or a timeout ends the whole group, politely and then
 * surely; when the leader ends, what it left in its group is killed too, as in a container.
 */
export const runChild = (request: ChildRequest): Promise<Ending> =>
  new Promise((done) => {
    let pid: number | undefined
    let verdict: Ending | undefined
    let isOver = false
    const timers = new Set<NodeJS.Timeout>()
    const later = (ms: number, work: () => void): void => {
      timers.add(setTimeout(work, Math.min(ms, 2 ** 31 - 1)))
    }
    const finish = (code: number): void => {
      if (isOver) return
      isOver = true
      for (const timer of timers) clearTimeout(timer)
      request.stop.removeEventListener('abort', stop)
      if (pid !== undefined) signalGroup(pid, 'SIGKILL')
      const message = unstartable(request, code)
      done(verdict ?? (message === undefined ? { _tag: 'Exited', code } : { _tag: 'CannotStart', message }))
    }
    const look = (leader: number) => (): void => {
      if (signalGroup(leader, 0)) later(LOOK_MS, look(leader))
      else later(LOOK_MS, () => finish(KILLED))
    }
    const killLater = (leader: number): void => {
      signalGroup(leader, 'SIGTERM')
      later(request.graceMs, () => {
        signalGroup(leader, 'SIGKILL')
        finish(KILLED)
      })
    }
    const end = (why: Ending) => (): void => {
      if (verdict !== undefined) return
      verdict = why
      if (pid !== undefined) killLater(pid)
    }
    const stop = end({ _tag: 'Stopped' })
    request.stop.addEventListener('abort', stop)
    request.launcher.start({
      ...request.start,
      cwd: request.cwd,
      log: request.log,
      onStart: (leader) => {
        pid = leader
        if (verdict !== undefined) killLater(leader)
        if (request.timeoutMs !== undefined) later(request.timeoutMs, end({ _tag: 'TimedOut' }))
        later(LOOK_MS, look(leader))
        later(RECORDED_AFTER_MS, () => {
          request.onStart({ pid: leader, startTime: processFact(leader)?.startTime })
        })
      },
      onExit: finish,
    })
  })
