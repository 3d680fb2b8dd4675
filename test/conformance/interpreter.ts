/** Carries out our core's effects on a world, each with its one answer. */
import { none, some } from 'fp-ts/lib/Option.js'
import {
  batchId,
  epochMs,
  prNumber,
  runId,
  sha,
  type Effect,
  type EffectOf,
  type Event,
  type Failure,
  type PullRequestSnapshot,
  type RefusalCode,
} from '@headgate/core'
import type { Batch, RecordedPr } from './recording.js'
import {
  cancelBatch,
  conflicts,
  mergePullRequest,
  postStatus,
  submitDeploy,
  submitTest,
  type World,
} from './world.js'

/** What outlives a step on the outside. */
export interface Ledger {
  /** The run that a batch of ours carries. */
  readonly runs: Map<number, string>
  /** Heads whose checkout for a deploy has failed since the service was last started. */
  readonly failedCheckouts: Set<string>
}

const decisions = ['APPROVED', 'CHANGES_REQUESTED', 'REVIEW_REQUIRED'] as const

const snapshotOf = (pr: RecordedPr): PullRequestSnapshot => ({
  number: prNumber(pr.n),
  title: `change ${pr.n}`,
  author: pr.author,
  source: sha(pr.sha),
  sourceBranch: `branch-${pr.n}`,
  draft: false,
  labels: pr.labels ?? [],
  reviewDecision: decisions.find((d) => d === pr.review) ?? 'NONE',
  approvedShas: [],
  checks: (pr.checks ?? []).map(([name, , state]) => ({
    name,
    state: state === null ? none : some(state),
    reporter: none,
  })),
  paths: [],
  dependsOn: [],
})

const treeOf = (source: string, target: string) => sha(`tree(${source},${target})`)
const commitOf = (source: string, target: string) => sha(`merge(${source},${target})`)

const batchStates = ['running', 'success', 'failure', 'cancelled'] as const
const stateOf = (b: Batch) => batchStates.find((s) => s === b.state) ?? 'running'

const runOf = (ledger: Ledger, id: number) => runId(ledger.runs.get(id) ?? `batch-${id}`)

type Answer = { readonly at: Event['at']; readonly answers: Effect['id'] }

const listing = (world: World, ledger: Ledger, answer: Answer): Event => ({
  _tag: 'BatchesObserved',
  ...answer,
  tests: world.batches.flatMap((b) =>
    b.kind === 'deploy'
      ? []
      : [
          {
            batchId: batchId(b.id),
            run: runOf(ledger, b.id),
            purpose: 'gate' as const,
            pr: some(prNumber(b.pr)),
            source: sha(b.source),
            target: sha(b.target),
            commit: some(commitOf(b.source, b.target)),
            tree: some(treeOf(b.source, b.target)),
            state: stateOf(b),
            complete: b.complete,
          },
        ],
  ),
  deploys: world.batches.flatMap((b) =>
    b.kind === 'test'
      ? []
      : [
          {
            batchId: batchId(b.id),
            run: runOf(ledger, b.id),
            sha: sha(b.sha),
            state: stateOf(b),
            complete: b.complete,
          },
        ],
  ),
})

/** Acting twice on one run looks like acting once. */
const submitted = (ledger: Ledger, run: string): number | undefined =>
  [...ledger.runs].find(([, known]) => known === run)?.[0]

const test = (world: World, ledger: Ledger, effect: EffectOf<'SubmitTestBatch'>, answer: Answer): Event => {
  const [member] = effect.members
  const id =
    submitted(ledger, effect.run) ?? submitTest(world, member?.pr ?? 0, member?.source ?? '', effect.base)
  ledger.runs.set(id, effect.run)
  return { _tag: 'TestBatchSubmitted', ...answer, batchId: batchId(id) }
}

const deploy = (
  world: World,
  ledger: Ledger,
  effect: EffectOf<'SubmitDeployBatch'>,
  answer: Answer,
): Event => {
  const failed = { _tag: 'DeployBatchRejected' as const, ...answer, text: 'The checkout failed.' }
  if (ledger.failedCheckouts.has(effect.sha)) return failed
  const id = submitted(ledger, effect.run) ?? submitDeploy(world, effect.sha)
  if (id === undefined) {
    ledger.failedCheckouts.add(effect.sha)
    return failed
  }
  ledger.runs.set(id, effect.run)
  return { _tag: 'DeployBatchSubmitted', ...answer, batchId: batchId(id) }
}

const refusals: Readonly<Record<number, RefusalCode>> = { 405: 'Refused', 409: 'SourceMoved' }

const fault = (kind: Failure['kind'], text: string): Failure => ({ kind, code: 'Recorded', text })

const land = (world: World, effect: EffectOf<'LandBranch'>, answer: Answer): Event => {
  const [member] = effect.ticket.members
  const pr = world.prs.find((p) => p.n === member?.pr)
  if (member === undefined || pr === undefined)
    return { _tag: 'LandingRefused', ...answer, code: 'Refused', text: 'It is not open.' }
  const code = mergePullRequest(world, pr, member.source)
  if (code === 200) return { _tag: 'BranchLanded', ...answer, landed: sha(world.target) }
  const refusal = refusals[code]
  const text = `The forge answered ${code}.`
  return refusal === undefined
    ? { _tag: 'EffectFailed', ...answer, failure: fault('unknown', text) }
    : { _tag: 'LandingRefused', ...answer, code: refusal, text }
}

const post = (world: World, effect: EffectOf<'PostStatus'>, answer: Answer): Event => {
  const pr = effect.pr._tag === 'Some' ? effect.pr.value : 0
  return postStatus(world, pr, effect.sha, effect.state)
    ? { _tag: 'StatusPosted', ...answer }
    : { _tag: 'EffectFailed', ...answer, failure: fault('transient', 'The forge answered 502.') }
}

const inspect = (world: World, effect: EffectOf<'InspectCommit'>, answer: Answer): Event => {
  const landed = world.landed.get(effect.commit)
  return {
    _tag: 'CommitInspected',
    ...answer,
    parents: landed === undefined ? [] : [sha(landed.parent)],
    tree: landed === undefined ? sha(`tree-of-${effect.commit}`) : treeOf(landed.source, landed.parent),
  }
}

const prepare = (world: World, effect: EffectOf<'PrepareCommit'>, answer: Answer): Event => {
  const source = effect.members[0]?.source ?? ''
  if (!conflicts(world, source))
    return {
      _tag: 'CommitPrepared',
      ...answer,
      commit: commitOf(source, effect.base),
      tree: treeOf(source, effect.base),
      chain: [commitOf(source, effect.base)],
    }
  return {
    _tag: 'PreparationFailed',
    ...answer,
    code: 'MergeConflict',
    text: 'It conflicts with the branch.',
    culprit: none,
  }
}

const readPullRequest = (world: World, effect: EffectOf<'ReadPullRequest'>, answer: Answer): Event => {
  const open = world.prs.find((pr) => pr.n === effect.pr)
  const [merged] = [...world.landed].find(([, landed]) => landed.pr === effect.pr) ?? []
  const fate =
    open !== undefined
      ? ({ _tag: 'Open', snapshot: snapshotOf(open) } as const)
      : merged !== undefined
        ? ({ _tag: 'Merged', commit: some(sha(merged)) } as const)
        : ({ _tag: 'Closed' } as const)
  return { _tag: 'PullRequestObserved', ...answer, fate }
}

const readBatch = (world: World, effect: EffectOf<'ReadBatch'>, answer: Answer): Event => {
  const batch = world.batches.find((b) => b.id === effect.batchId)
  const fate =
    batch === undefined
      ? ({ _tag: 'Gone' } as const)
      : ({ _tag: 'Known', state: stateOf(batch), complete: batch.complete } as const)
  return { _tag: 'BatchObserved', ...answer, fate }
}

/** Cancelling what has ended does nothing and is not seen from outside. */
const cancel = (world: World, effect: EffectOf<'CancelBatch'>, answer: Answer): Event => {
  const running = world.batches.some((b) => b.id === effect.batchId && !b.complete)
  if (running) cancelBatch(world, effect.batchId)
  return { _tag: 'BatchCancelled', ...answer }
}

/** Carries out one effect at host time `now` (ms) and gives its answer. */
export const perform = (world: World, ledger: Ledger, effect: Effect, now: number): Event => {
  const answer: Answer = { at: epochMs(now), answers: effect.id }
  switch (effect._tag) {
    case 'ReadBranch':
      return {
        _tag: 'BranchObserved',
        ...answer,
        head: sha(world.target),
        requiredChecks: world.params.required,
        pullRequests: world.prs.map(snapshotOf),
      }
    case 'ReadHead':
      return { _tag: 'HeadObserved', ...answer, head: sha(world.target) }
    case 'ReadPullRequest':
      return readPullRequest(world, effect, answer)
    case 'ReadBatch':
      return readBatch(world, effect, answer)
    case 'ReadBatches':
      return listing(world, ledger, answer)
    case 'PrepareCommit':
      return prepare(world, effect, answer)
    case 'DeletePreparedCommit':
      return { _tag: 'PreparedCommitDeleted', ...answer }
    case 'SubmitTestBatch':
      return test(world, ledger, effect, answer)
    case 'CancelBatch':
      return cancel(world, effect, answer)
    case 'PostStatus':
      return post(world, effect, answer)
    case 'LandBranch':
      return land(world, effect, answer)
    case 'InspectCommit':
      return inspect(world, effect, answer)
    case 'ClosePullRequest':
      return { _tag: 'PullRequestClosed', ...answer }
    case 'SubmitDeployBatch':
      return deploy(world, ledger, effect, answer)
    case 'AnnounceDeployFailure':
      return { _tag: 'DeployFailureAnnounced', ...answer }
  }
}
