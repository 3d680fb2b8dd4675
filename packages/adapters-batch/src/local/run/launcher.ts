import { spawn, type ChildProcess } from 'node:child_process'
import { PATH } from './environment.js'

/**
 * Starts processes through a small shell beside this program. A process that starts another is copied first, and a
 * copy takes time by its size: from this program 20 ms, from the shell 2 ms. The shell ends, and kills what it
 * started, when this program is gone.
 */
export type Launcher = {
  readonly start: (request: StartRequest) => void
  readonly close: () => void
}

type StartRequest = {
  readonly command: ReadonlyArray<string>
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  /** File that takes stdout and stderr: the log survives this program. */
  readonly log: string
  /** The pid of the process, which leads a process group of its own. */
  readonly onStart: (pid: number) => void
  /** The exit code; 128 + number of the signal, as shells have it. Not called when the whole group was killed by SIGKILL. */
  readonly onExit: (code: number) => void
}

/** Each request is a length and so many characters of shell. Job control (-m) gives each its process group. */
const SHELL = `set -m
while read -r size && read -r -N "$size" text; do
  eval "$text" &
done
exec 2>/dev/null
for group in $(jobs -p); do kill -KILL -- "-$group"; done`

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

/**
 * The outer shell stays to tell the exit code, so a polite signal to the group must not end it; `env -i` gives the
 * job exactly its environment. Descriptor 3 leads back here and is closed for the job.
 */
const textOf = (id: number, { command, cwd, env, log }: StartRequest): string => {
  const variables = Object.entries(env).map(([name, value]) => quoted(`${name}=${value}`))
  const words = [...variables, ...command.map(quoted)].join(' ')
  const into = `</dev/null >>${quoted(log)} 2>&1 3>&-`
  const job = `(cd ${quoted(cwd)} && exec env -i -- ${words}) ${into}`
  return `{ trap : TERM INT HUP; echo s ${id} $BASHPID >&3; ${job}; echo e ${id} $? >&3; }`
}

type Shell = { readonly process: ChildProcess; readonly waiting: Map<number, StartRequest> }

const KILLED = 137

const hear = ({ waiting }: Shell, line: string): void => {
  const [kind, id, value] = line.split(' ')
  const request = waiting.get(Number(id))
  if (request === undefined) return
  if (kind === 's') request.onStart(Number(value))
  if (kind !== 'e') return
  waiting.delete(Number(id))
  request.onExit(Number(value))
}

const openShell = (onEnd: (shell: Shell) => void): Shell => {
  const process = spawn('bash', ['-c', SHELL], {
    env: { PATH },
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore', 'pipe'],
  })
  const shell: Shell = { process, waiting: new Map() }
  let rest = ''
  process.stdio[3]?.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) hear(shell, line)
  })
  // Nobody is left that could tell an end: neither the shell nor one of its processes.
  process.stdio[3]?.on('close', () => {
    for (const request of shell.waiting.values()) request.onExit(KILLED)
    shell.waiting.clear()
  })
  process.on('exit', () => {
    onEnd(shell)
  })
  process.on('error', () => {
    onEnd(shell)
  })
  process.stdin?.on('error', () => undefined)
  return shell
}

/** A launcher whose shell is started with the first process, and again should it die. */
export const makeLauncher = (): Launcher => {
  let ids = 0
  let shell: Shell | undefined
  const onEnd = (ended: Shell): void => {
    if (shell === ended) shell = undefined
  }
  return {
    start: (request) => {
      shell ??= openShell(onEnd)
      const text = textOf(++ids, request)
      shell.waiting.set(ids, request)
      shell.process.stdin?.write(`${[...text].length}\n${text}`)
    },
    close: () => {
      shell?.process.stdin?.end()
    },
  }
}
