import {
  batchId,
  epochMs,
  runId,
  SortedMap,
  type BatchId,
  type BranchName,
  type BranchState,
  type EffectOf,
  type Event,
  type Failure,
  type RunId,
  type TestBatchSnapshot,
  type TestRun,
} from '@headgate/core'
import * as E from 'fp-ts/lib/Either.js'
import { isNone, none, some } from 'fp-ts/lib/Option.js'
import type { GithubClient } from '../client.js'
import { messageOf, permanent, unknown } from '../failure.js'
import { answering, failed } from '../interpret/context.js'
import { preparedRef } from '../mirror/publish.js'
import { ownerAndName } from '../repositoryName.js'
import { cancelWorkflows } from './cancel.js'
import { readReports } from './reports.js'
import { standingOf, type CheckEngine, type Standing } from './verdict.js'

/** The effects that an engine of tests answers. */
export type EngineEffect = EffectOf<
  'SubmitTestBatch' | 'ReadBatch' | 'ReadBatches' | 'CancelBatch' | 'SubmitDeployBatch'
>

export interface CheckEngineOptions {
  readonly client: GithubClient
  readonly branch: BranchName
  readonly engine: CheckEngine
  /** The branch as it stands: its runs say which commit is tested, and since when. */
  readonly state: () => Pick<BranchState, 'runs' | 'epoch'>
  /** Epoch milliseconds. */
  readonly now: () => number
  /** Told why a run failed. */
  readonly note: (run: RunId, why: string) => void
}

/** Run ids end in a number that grows, and so do the numbers of batches: a retry's is higher than what it retries. */
const batchOf = (run: RunId): BatchId | undefined => {
  const digits = /-(\d{1,15})$/.exec(run)?.[1]
  return digits === undefined ? undefined : batchId(Number(digits))
}

const branchOf = ({ branch }: CheckEngineOptions, run: RunId): string =>
  preparedRef(branch.branch, run).slice('refs/heads/'.length)

/** The push of the prepared commit has set everything going; what is left is to say under which number. */
const submit = (options: CheckEngineOptions, effect: EffectOf<'SubmitTestBatch'>): Event => {
  const id = batchOf(effect.run)
  return id === undefined
    ? failed(options, effect, permanent('RunIdUnexpected', `"${effect.run}" has no number.`))
    : { _tag: 'TestBatchSubmitted', ...answering(options, effect), batchId: id }
}

type RunningRun = TestRun & { readonly stage: Extract<TestRun['stage'], { readonly _tag: 'Running' }> }

const runningRuns = ({ state }: CheckEngineOptions): ReadonlyArray<RunningRun> =>
  SortedMap.valuesArray(state().runs).filter((run): run is RunningRun => run.stage._tag === 'Running')

/** How a run stands by its checks; undefined: nobody knows which commit it is about. */
const look = async (
  options: CheckEngineOptions,
  run: RunningRun,
): Promise<E.Either<Failure, Standing | undefined>> => {
  const { commit, since } = run.stage
  if (isNone(commit)) return E.right(undefined)
  const reports = await readReports(options.client, ownerAndName(options.branch), commit.value)
  if (E.isLeft(reports)) return reports
  const standing = standingOf(reports.right, options.engine, {
    pushedAs: run.purpose === 'head' ? undefined : branchOf(options, run.id),
    ...{ startedAt: run.startedAt, since, now: options.now() },
  })
  if (standing.why !== undefined) options.note(run.id, standing.why)
  return E.right(standing)
}

const readOne = async (options: CheckEngineOptions, effect: EffectOf<'ReadBatch'>): Promise<Event> => {
  const run = runningRuns(options).find(({ stage }) => stage.batchId === effect.batchId)
  const standing = run === undefined ? E.right(undefined) : await look(options, run)
  if (E.isLeft(standing)) return failed(options, effect, standing.left)
  const answer = { _tag: 'BatchObserved', ...answering(options, effect) } as const
  if (standing.right === undefined) return { ...answer, fate: { _tag: 'Gone' } }
  const { state, complete } = standing.right
  return { ...answer, fate: { _tag: 'Known', state, complete } }
}

const snapshotOf = (run: RunningRun, { state, complete }: Standing): ReadonlyArray<TestBatchSnapshot> => {
  const last = run.members[run.members.length - 1]
  const { batchId: id, commit, tree } = run.stage
  const pr = last === undefined ? none : some(last.pr)
  const source = last?.source ?? run.base
  const about = { run: run.id, purpose: run.purpose, pr, source, target: run.base }
  return [{ batchId: id, ...about, commit, tree, state, complete }]
}

/** Only runs on record: of what an earlier life pushed, GitHub does not say what it was made of, so it is tested again. */
const readAll = async (options: CheckEngineOptions, effect: EffectOf<'ReadBatches'>): Promise<Event> => {
  const tests: TestBatchSnapshot[] = []
  for (const run of runningRuns(options)) {
    const standing = await look(options, run)
    if (E.isLeft(standing)) return failed(options, effect, standing.left)
    if (standing.right !== undefined) tests.push(...snapshotOf(run, standing.right))
  }
  return { _tag: 'BatchesObserved', ...answering(options, effect), tests, deploys: [] }
}

const cancel = async (options: CheckEngineOptions, effect: EffectOf<'CancelBatch'>): Promise<Event> => {
  const run = runId(`run-${options.state().epoch}-${effect.batchId}`)
  const done = await cancelWorkflows(options.client, ownerAndName(options.branch), branchOf(options, run))
  return E.isLeft(done)
    ? failed(options, effect, done.left)
    : { _tag: 'BatchCancelled', ...answering(options, effect) }
}

const act = async (options: CheckEngineOptions, effect: EngineEffect): Promise<Event> => {
  switch (effect._tag) {
    case 'SubmitTestBatch':
      return submit(options, effect)
    case 'ReadBatch':
      return readOne(options, effect)
    case 'ReadBatches':
      return readAll(options, effect)
    case 'CancelBatch':
      return cancel(options, effect)
    case 'SubmitDeployBatch':
      return {
        ...{ _tag: 'DeployBatchRejected', ...answering(options, effect) },
        text: "Checks can't deploy; let a workflow do it on pushes to the branch.",
      }
  }
}

/**
 * Tests run by whoever reports checks on GitHub (Actions, or any app): the prepared commit, pushed to its `headgate/...`
 * branch, sets them going; what the named apps report on exactly that commit is the result. Never rejects.
 */
export const makeCheckEngine =
  (options: CheckEngineOptions) =>
  async (effect: EngineEffect): Promise<Event> => {
    try {
      return await act(options, effect)
    } catch (thrown) {
      const failure = unknown('InterpreterDefect', messageOf(thrown))
      return { _tag: 'EffectFailed', at: epochMs(options.now()), answers: effect.id, failure }
    }
  }
