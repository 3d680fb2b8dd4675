/** The report of a run: what landed, what did not and why, what was deployed. */
import type { BranchState } from '@headgate/core'
import {
  deploysOf,
  landedOf,
  openOf,
  type DeployView,
  type LandedView,
  type PullRequestView,
} from './branch.js'

export interface Report {
  readonly branch: string
  /** The head when the run began, and now. */
  readonly base: string
  readonly head: string
  readonly landed: ReadonlyArray<LandedView>
  readonly open: ReadonlyArray<Pick<PullRequestView, 'number' | 'title' | 'position' | 'reasons' | 'next'>>
  readonly deploys: ReadonlyArray<DeployView>
}

/** The report of a branch that began at `base`. */
export const reportOf = (state: BranchState, base: string): Report => ({
  branch: state.name.branch,
  base,
  head: state.head._tag === 'Some' ? state.head.value.sha : base,
  landed: landedOf(state),
  open: [...openOf(state)]
    .sort((a, b) => a.number - b.number)
    .map(({ number, title, position, reasons, next }) => ({ number, title, position, reasons, next })),
  deploys: deploysOf(state),
})
