/** How a pull request's test stands: its own, or that of a chain of several with it inside. */
import { isSome, toUndefined } from 'fp-ts/lib/Option.js'
import { SortedMap, type BranchState, type Member, type PullRequest, type TestRun } from '@headgate/core'

export type TestState = 'waiting' | 'testing' | 'passed' | 'failed' | 'error'

export interface TestView {
  readonly test: TestState
  /** Batch of the last verdict, or of the test that runs. */
  readonly batchId: number | null
  /** Others that this batch tests with it, as one chain of commits. */
  readonly with: ReadonlyArray<number>
}

interface Chained {
  readonly members: ReadonlyArray<Member>
}

const has =
  ({ snapshot }: PullRequest) =>
  ({ members }: Chained): boolean =>
    members.some(({ pr, source }) => pr === snapshot.number && source === snapshot.source)

/** Of chains with it inside the shortest: it stands on the fewest others. */
const shortest = <A extends Chained>(chains: ReadonlyArray<A>): A | undefined =>
  [...chains].sort((a, b) => a.members.length - b.members.length)[0]

const othersIn = ({ members }: Chained, pr: PullRequest): ReadonlyArray<number> =>
  members.flatMap((member) => (member.pr === pr.snapshot.number ? [] : [member.pr]))

const ofRun = (run: TestRun, pr: PullRequest): TestView => ({
  test: 'testing',
  batchId: run.stage._tag === 'Running' ? run.stage.batchId : null,
  with: othersIn(run, pr),
})

const ofResult = (pr: PullRequest): TestView => {
  const result = toUndefined(pr.result)
  if (result === undefined) return { test: 'waiting', batchId: null, with: [] }
  if (result._tag === 'Errored') return { test: 'error', batchId: null, with: [] }
  return {
    test: result._tag === 'Passed' ? 'passed' : 'failed',
    batchId: result.evidence.batchId,
    with: othersIn(result.evidence, pr),
  }
}

/** What counts for landing goes before what runs, and what runs before what was known earlier. */
export const testOf = (state: BranchState, pr: PullRequest): TestView => {
  const passed = shortest(SortedMap.valuesArray(state.chains).filter(has(pr)))
  if (passed !== undefined) return { test: 'passed', batchId: passed.batchId, with: othersIn(passed, pr) }
  const own = isSome(pr.run) ? SortedMap.get(state.runs, pr.run.value) : undefined
  const run =
    own ??
    shortest(
      SortedMap.valuesArray(state.runs).filter((r) => r.members.length > 1 && !r.abandoned && has(pr)(r)),
    )
  return run === undefined ? ofResult(pr) : ofRun(run, pr)
}
