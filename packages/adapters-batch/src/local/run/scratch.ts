import { mkdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Launcher } from './launcher.js'
import { PATH } from './environment.js'
import type { Layout } from './layout.js'

/**
 * Makes and removes the directories of jobs. A directory costs about as much as a process, so for short jobs they are
 * made and removed many at a time, by a process of its own, beside the thread that starts jobs.
 */
export type Scratch = {
  /** A fresh directory of the attempt, with `io`, `home` and `tmp`, and beside it room for its logs. */
  readonly make: (batchId: number, jobId: number, attempt: number) => string
  /** Removes it when there is time. */
  readonly drop: (path: string) => void
  /** Resolves when everything that was dropped is gone. */
  readonly close: () => Promise<void>
}

/** Runs a command to its end; true when it succeeded. */
const runIn = (launcher: Launcher, command: ReadonlyArray<string>): Promise<boolean> =>
  new Promise((done) => {
    launcher.start({
      command,
      cwd: '/',
      env: { PATH },
      log: '/dev/null',
      onStart: () => undefined,
      onExit: (code) => {
        done(code === 0)
      },
    })
  })

const PARTS = ['io', 'home', 'tmp']
const MAX_STOCK = 512
const MAX_SWEEP = 256
const SWEEP_EVERY_MS = 300

const makeParts = (scratch: string): void => {
  for (const part of PARTS) mkdirSync(join(scratch, part), { recursive: true })
}

type Stock = { readonly take: (target: string) => boolean }

/** Job directories made ahead, as many as were asked for lately; moving one to its place is one call. */
const stockIn = (pool: string, launcher: Launcher): Stock => {
  const ready: string[] = []
  const parents = new Set<string>()
  let wanted = 0
  let made = 0
  let isRefilling = false
  const refill = async (): Promise<void> => {
    isRefilling = true
    const fresh = Array.from({ length: Math.min(2 * wanted, MAX_STOCK) }, () => join(pool, String(++made)))
    wanted = 0
    const leaves = fresh.flatMap((path) => PARTS.map((part) => join(path, 'scratch.1', part)))
    // Without a stock (a full disk, say) each directory is made when it is needed, and says why it can't be.
    if (await runIn(launcher, ['mkdir', '-p', '--', ...leaves])) ready.push(...fresh)
    isRefilling = false
  }
  return {
    take: (target) => {
      wanted += 1
      if (!isRefilling && ready.length < MAX_STOCK / 2 && wanted > 1) void refill()
      const source = ready.pop()
      if (source === undefined) return false
      const parent = dirname(target)
      if (!parents.has(parent)) mkdirSync(parent, { recursive: true })
      parents.add(parent)
      try {
        renameSync(source, target)
        return true
      } catch {
        return false
      }
    },
  }
}

type Sweeper = { readonly drop: (path: string) => void; readonly close: () => Promise<void> }

/** Removes in rounds, so that a thousand short jobs are a few processes. */
const makeSweeper = (launcher: Launcher): Sweeper => {
  let dropped: string[] = []
  let sweeping = Promise.resolve()
  let round: NodeJS.Timeout | undefined
  const sweep = async (): Promise<void> => {
    while (dropped.length > 0) {
      const some = dropped.slice(0, MAX_SWEEP)
      dropped = dropped.slice(MAX_SWEEP)
      // What can't be removed is left: the state directory is the owner's, not the job's.
      await runIn(launcher, ['rm', '-rf', '--', ...some])
    }
  }
  const begin = (): void => {
    round = undefined
    sweeping = sweeping.then(sweep)
  }
  return {
    drop: (path) => {
      dropped.push(path)
      round ??= setTimeout(begin, SWEEP_EVERY_MS)
    },
    close: () => {
      clearTimeout(round)
      begin()
      return sweeping
    },
  }
}

/** The directories of jobs below `dir`. */
export const makeScratch = (dir: string, layout: Layout, launcher: Launcher): Scratch => {
  const pool = join(dir, 'pool')
  rmSync(pool, { recursive: true, force: true })
  const stock = stockIn(pool, launcher)
  const sweeper = makeSweeper(launcher)
  return {
    make: (batchId, jobId, attempt) => {
      const scratch = layout.scratch(batchId, jobId, attempt)
      if (attempt === 1 && stock.take(layout.jobDir(batchId, jobId))) return scratch
      rmSync(scratch, { recursive: true, force: true })
      makeParts(scratch)
      return scratch
    },
    drop: sweeper.drop,
    close: async () => {
      sweeper.drop(pool)
      await sweeper.close()
    },
  }
}
