/**
 * A bench drives `reduce` by hand, one event at a time, and holds every state and step against the guarantees. What is
 * ordered stays out until the test answers it.
 */
import { none, some } from 'fp-ts/lib/Option.js'
import { expect } from 'vitest'
import {
  batchId,
  epochMs,
  initialState,
  prNumber,
  reduce,
  sha,
  SortedMap,
  stepViolations,
  violations,
  type BatchState,
  type BranchState,
  type DeployBatchSnapshot,
  type Effect,
  type Event,
  type Failure,
  type Policy,
  type PullRequest,
  type PullRequestSnapshot,
  type TestBatchSnapshot,
  type TestRun,
} from '@headgate/core'
import { policyOf } from './build.js'

export interface Bench {
  state: BranchState
  now: number
  /** What the last step ordered. */
  effects: ReadonlyArray<Effect>
}

type Without<E, K extends string> = E extends unknown ? Omit<E, K> : never
/** An event whose time the bench fills in. */
export type News = Without<Event, 'at'>
/** An answer whose effect the bench fills in. */
export type Reply = Without<Extract<Event, { readonly answers: unknown }>, 'at' | 'answers'>

/** One event now. Time stands still unless the test lets it pass. */
export const feed = (bench: Bench, news: News): Bench => {
  const [after, effects] = reduce(bench.state, { ...news, at: epochMs(bench.now) } as Event)
  expect([...stepViolations(bench.state, after, effects), ...violations(after)]).toEqual([])
  bench.state = after
  bench.effects = effects
  return bench
}

/** The effect that is out about this subject; a tag alone means the first of its kind. */
export const out = (bench: Bench, subject: string): Effect | undefined =>
  SortedMap.toArray(bench.state.inFlight).find(
    ([name]) => name === subject || name.startsWith(`${subject}/`),
  )?.[1].effect

export const answer = (bench: Bench, subject: string, reply: Reply): Bench => {
  const effect = out(bench, subject)
  if (effect === undefined) throw new Error(`${subject} is not out`)
  return feed(bench, { ...reply, answers: effect.id } as News)
}

export const fail = (bench: Bench, subject: string, kind: Failure['kind'], text = 'broken'): Bench =>
  answer(bench, subject, { _tag: 'EffectFailed', failure: { kind, code: 'Test', text } })

export const wait = (bench: Bench, seconds: number): Bench => {
  bench.now += seconds * 1000
  return feed(bench, { _tag: 'TimeAdvanced' })
}

/** The orders of the last step (of one kind), without their ids. */
export const ordered = <T extends Effect['_tag']>(
  bench: Bench,
  tag?: T,
): ReadonlyArray<Omit<Extract<Effect, { readonly _tag: T }>, 'id'>> =>
  bench.effects
    .filter(
      (effect): effect is Extract<Effect, { readonly _tag: T }> => tag === undefined || effect._tag === tag,
    )
    .map(({ id: _, ...rest }) => rest)

/** Subjects of what is out, in order. */
export const inFlight = (bench: Bench): ReadonlyArray<string> => SortedMap.keysArray(bench.state.inFlight)

/** A read of the whole branch shows this. */
export const see = (
  bench: Bench,
  pullRequests: ReadonlyArray<PullRequestSnapshot>,
  head = 'h0',
  requiredChecks: ReadonlyArray<string> = [],
): Bench => {
  if (out(bench, 'ReadBranch') === undefined)
    feed(bench, { _tag: 'GithubHinted', concern: { _tag: 'Everything' } })
  return answer(bench, 'ReadBranch', {
    _tag: 'BranchObserved',
    head: sha(head),
    requiredChecks,
    pullRequests,
  })
}

/** A read of one pull request shows this. */
export const seeOne = (bench: Bench, snapshot: PullRequestSnapshot): Bench => {
  feed(bench, { _tag: 'GithubHinted', concern: { _tag: 'PullRequest', pr: snapshot.number } })
  return answer(bench, `ReadPullRequest/${snapshot.number}`, {
    _tag: 'PullRequestObserved',
    fate: { _tag: 'Open', snapshot },
  })
}

/** A listing of the branch's batches shows this. */
export const list = (
  bench: Bench,
  tests: ReadonlyArray<TestBatchSnapshot>,
  deploys: ReadonlyArray<DeployBatchSnapshot> = [],
): Bench => {
  if (out(bench, 'ReadBatches') === undefined) feed(bench, { _tag: 'BatchHinted', batchId: none })
  return answer(bench, 'ReadBatches', { _tag: 'BatchesObserved', tests, deploys })
}

/** Before anything was read. */
export const fresh = (change: Partial<Policy> = {}): Bench => ({
  state: initialState({ repository: 'acme/app', branch: 'main' }, policyOf(change)),
  now: 1_000_000,
  effects: [],
})

/** The service started, saw these pull requests on head `h0`, and no batches. */
export const begin = (
  pullRequests: ReadonlyArray<PullRequestSnapshot> = [],
  change: Partial<Policy> = {},
  requiredChecks: ReadonlyArray<string> = [],
): Bench => {
  const bench = feed(fresh(change), { _tag: 'ServiceStarted' })
  see(bench, pullRequests, 'h0', requiredChecks)
  return list(bench, [])
}

export const prOf = (bench: Bench, number: number): PullRequest => {
  const pr = SortedMap.get(bench.state.pullRequests, prNumber(number))
  if (pr === undefined) throw new Error(`#${number} is not open`)
  return pr
}

/** The unfinished run of a pull request. */
export const runOf = (bench: Bench, number: number): TestRun => {
  const { run } = prOf(bench, number)
  const found = run._tag === 'Some' ? SortedMap.get(bench.state.runs, run.value) : undefined
  if (found === undefined) throw new Error(`#${number} has no run`)
  return found
}

/** The unfinished run of the head. */
export const headRunOf = (bench: Bench): TestRun | undefined =>
  SortedMap.valuesArray(bench.state.runs).find((run) => run.purpose === 'head')

/** The commit that would land is made: `c<number>@<base>`, with tree `t<number>@<base>`. */
export const prepare = (bench: Bench, number: number): Bench => {
  const { id, base } = runOf(bench, number)
  return answer(bench, `PrepareCommit/${id}`, {
    _tag: 'CommitPrepared',
    commit: sha(`c${number}@${base}`),
    tree: sha(`t${number}@${base}`),
    chain: [sha(`c${number}@${base}`)],
  })
}

/** The test of a pull request is running as this batch. */
export const run = (bench: Bench, number: number, batch: number): Bench => {
  prepare(bench, number)
  return answer(bench, `SubmitTestBatch/${runOf(bench, number).id}`, {
    _tag: 'TestBatchSubmitted',
    batchId: batchId(batch),
  })
}

/** A batch was read, and this is what it was. */
export const readBatch = (bench: Bench, batch: number, state: BatchState, complete = true): Bench => {
  feed(bench, { _tag: 'BatchHinted', batchId: some(batchId(batch)) })
  return answer(bench, `ReadBatch/${batch}`, {
    _tag: 'BatchObserved',
    fate: { _tag: 'Known', state, complete },
  })
}

/** The test of a pull request ran as this batch, and ended. */
export const tested = (
  bench: Bench,
  number: number,
  batch: number,
  state: 'success' | 'failure' = 'success',
): Bench => readBatch(run(bench, number, batch), batch, state)

/** Every status that is to be posted is posted, in turn; a dozen is more than any test has to say. */
export const post = (bench: Bench): Bench => {
  for (let said = 0; out(bench, 'PostStatus') !== undefined; said++) {
    if (said > 12) throw new Error('it is never done posting')
    answer(bench, 'PostStatus', { _tag: 'StatusPosted' })
  }
  return bench
}

/** The pull request passed, its status is posted, and its landing is ordered (if nothing else holds it). */
export const green = (bench: Bench, number: number, batch: number): Bench =>
  post(tested(bench, number, batch))

/** The landing under way went well; the branch is now here. */
export const land = (bench: Bench, landed: string): Bench =>
  answer(bench, 'LandBranch', { _tag: 'BranchLanded', landed: sha(landed) })

/** The deploy under way runs as this batch. */
export const deploying = (bench: Bench, batch: number): Bench =>
  answer(bench, 'SubmitDeployBatch', { _tag: 'DeployBatchSubmitted', batchId: batchId(batch) })
