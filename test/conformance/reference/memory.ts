/** What one WatchedBranch of the reference remembers from update to update. Mutable, like the original. */
import type { StatusWord } from '../world.js'

export type Verdict = 'success' | 'failure' | 'pending'
export type BuildState = 'success' | 'failure' | 'error' | null

/** `id` is null where the merge into the target failed, so that there is no batch. */
interface CurrentBatch {
  readonly id: number | null
  readonly target: string
}

export interface PrMemory {
  readonly number: number
  sha: string
  author: string
  labels: ReadonlyArray<string>
  approved: boolean
  /** Checks as last read, and our own status as last posted. */
  known: Map<string, Verdict>
  batch: CurrentBatch | null
  buildState: BuildState
  intended: StatusWord
}

interface DeployMemory {
  readonly id: number | null
  readonly sha: string
}

export interface BranchMemory {
  /** undefined right after a merge, until GitHub is read again. */
  sha: string | undefined
  prs: Map<number, PrMemory>
  deploy: DeployMemory | null
  deployState: 'success' | 'failure' | 'checkout_failure' | null
  githubChanged: boolean
  batchChanged: boolean
  stateChanged: boolean
  candidate: number | null
}

export const freshMemory = (): BranchMemory => ({
  sha: undefined,
  prs: new Map(),
  deploy: null,
  deployState: null,
  githubChanged: true,
  batchChanged: true,
  stateChanged: true,
  candidate: null,
})

export const copyMemory = (m: BranchMemory): BranchMemory => ({
  ...m,
  prs: new Map([...m.prs].map(([n, pr]) => [n, { ...pr, known: new Map(pr.known) }])),
})
