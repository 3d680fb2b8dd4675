/** All that one update works on. */
import type { World } from '../world.js'
import type { BranchMemory, PrMemory, Verdict } from './memory.js'

/** The name of a deviation whose rule is put right. */
export type Repairs = ReadonlySet<string>

/** The last verdict on a pull request's source that one life of a service has seen. */
export interface LastVerdict {
  readonly source: string
  readonly verdict: Verdict | 'error'
  readonly target: string
  /** The batch that said so; null: a conflict. */
  readonly batch: number | null
  /** No batch up to this one can change it. */
  readonly upTo: number
}

export interface RefusedMerge {
  /** What was seen of the pull request, and its batch: when either changes it is worth asking again. */
  readonly seen: string
  readonly batch: number | null | undefined
  readonly count: number
  /** It is not asked for again before the pause is over. */
  readonly paused: boolean
  /** The forge has said no by its rules so often that it is not asked again. */
  readonly final: boolean
}

/** What a service that remembers more than the reference has learned in its life. Only repaired rules look at it. */
export interface Experience {
  readonly verdicts: Map<number, LastVerdict>
  /** Refused merges, by number. */
  readonly refusals: Map<number, RefusedMerge>
  /** The merge whose outcome is unknown, as the number of its pull request and the batch that passed. At most one. */
  readonly unknown: Map<number, number | null>
  /** The source of each pull request when it was last seen. */
  readonly sources: Map<number, string>
  /** Batches that this life has begun. */
  readonly begun: ReadonlySet<number>
  /** Batches that it has asked to stop: until they are seen to have ended they count no longer. */
  readonly stopped: Set<number>
  /** Batches that a retry has hidden on a source that was left. */
  readonly left: Set<number>
  /** Of what is left behind with an invalidation only this is kept: no batch up to this one is ever taken over. */
  readonly hiddenUpTo: number
  /** Batches whose invalidation has been heard of. */
  readonly retried: Set<number>
  /** Heads whose failed checkout it does not know of, because it lost its state: it tries once more. */
  readonly forgotten: Set<string>
  /** Statuses that the forge did not take, by SHA: they are given again after a pause, when everything else is done. */
  readonly unposted: Map<string, string>
}

export const noExperience = (): Experience => ({
  verdicts: new Map(),
  refusals: new Map(),
  unknown: new Map(),
  sources: new Map(),
  begun: new Set(),
  stopped: new Set(),
  left: new Set(),
  hiddenUpTo: 0,
  retried: new Set(),
  forgotten: new Set(),
  unposted: new Map(),
})

export interface Book {
  readonly memory: BranchMemory
  readonly world: World
  readonly experience: Experience
  readonly fixed: (deviation: string) => boolean
  /** The pause after which what failed before is tried again is over. */
  readonly mayRetry: boolean
}

export const pullRequestsOf = (book: Book): ReadonlyArray<PrMemory> => [...book.memory.prs.values()]

export const isRunning = ({ world }: Book, pr: PrMemory): boolean =>
  world.batches.some((b) => b.id === pr.batch?.id && !b.complete)
