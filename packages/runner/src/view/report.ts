/** The report of a run: what landed, what did not and why, what was deployed. */
import type { BranchState } from '@headgate/core'
import { deploysOf, landedOf, openOf, type DeployView, type LandedView } from './branch.js'

export interface Report {
  readonly branch: string
  /** The head when the run began, and now. */
  readonly base: string
  readonly head: string
  readonly landed: ReadonlyArray<LandedView>
  readonly open: ReadonlyArray<{
    readonly number: number
    readonly title: string
    readonly reasons: ReadonlyArray<{ readonly code: string; readonly text: string }>
  }>
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
    .map(({ number, title, reasons }) => ({
      number,
      title,
      reasons: reasons.map(({ code, text }) => ({ code, text })),
    })),
  deploys: deploysOf(state),
})
