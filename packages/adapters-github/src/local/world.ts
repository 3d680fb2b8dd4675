import { join } from 'node:path'
import type { Commit } from './git/commits.js'
import type { FaultScript } from './faults/script.js'
import type { Db } from './store/database.js'
import type { RepoRow } from './store/rows.js'

/** Runs `work` alone among all work with the same key. */
export type Lock = <A>(key: number, work: () => Promise<A>) => Promise<A>

/** What every operation of one running local GitHub shares. */
export type World = {
  readonly db: Db
  readonly dir: string
  readonly token: string
  readonly webhookSecret: string
  /** Epoch milliseconds. */
  readonly now: () => number
  /** Root address, without a trailing slash. */
  readonly url: () => string
  readonly lock: Lock
  /** Commits never change, so what was parsed once is kept. */
  readonly commits: Map<string, Commit>
  /** Tells the deliverer that the deliveries table has news. */
  readonly wakeDeliverer: () => void
  /** What shall go wrong. */
  readonly faults: FaultScript
}

/** Where the bare git repository of `repo` lies. */
export const gitDir = (world: Pick<World, 'dir'>, repo: Pick<RepoRow, 'owner' | 'name'>): string =>
  join(world.dir, 'git', repo.owner.toLowerCase(), `${repo.name.toLowerCase()}.git`)

/** A lock by key: callers wait in the order they came; a failed holder does not block the next. */
export const makeLock = (): Lock => {
  const tails = new Map<number, Promise<unknown>>()
  return async (key, work) => {
    const before = tails.get(key) ?? Promise.resolve()
    const mine = before.then(work, work)
    const settled = mine.catch(() => undefined)
    tails.set(key, settled)
    await settled
    if (tails.get(key) === settled) tails.delete(key)
    return mine
  }
}
