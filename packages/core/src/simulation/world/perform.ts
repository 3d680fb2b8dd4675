/** Carries out one order, as GitHub and Batch would, in no time. */
/* eslint-disable functional/immutable-data -- one world's own store */
import { isSome, none, some } from 'fp-ts/lib/Option.js'
import {
  prNumber,
  sha,
  SortedMap,
  type BranchState,
  type Effect,
  type EffectOf,
  type Sha,
} from '../../index.js'
import type { Bare } from './answer.js'
import { isComplete, type Batch } from './engine.js'
import { changeOf, eject, fateShown, openShown, sourceOf } from './forge.js'
import { land } from './land.js'
import { hintOf, startWaiting, type World } from './world.js'

const treeOf = (commit: Sha): Sha => sha(`t${commit}`)

const prepare = ({ forge }: World, effect: EffectOf<'PrepareCommit'>): Bare => {
  const base = forge.commits.get(effect.base)
  const chain =
    base === undefined
      ? []
      : forge.commits.chain(
          base,
          effect.members.map(({ source }) => changeOf(source)),
        )
  const last = chain.at(-1)
  return last === undefined
    ? { _tag: 'PreparationFailed', code: 'Infrastructure', text: 'There is no such base.', culprit: none }
    : {
        _tag: 'CommitPrepared',
        commit: last.name,
        tree: treeOf(last.name),
        chain: chain.map(({ name }) => name),
      }
}

const submit = (world: World, effect: EffectOf<'SubmitTestBatch'>, now: number): Bare => {
  const { commits, branch } = world.forge
  const commit = commits.get(effect.commit)
  if (commit === undefined)
    return { _tag: 'TestBatchRejected', code: 'Infrastructure', text: 'There is no such commit.' }
  const { id } = world.engine.submit({
    run: effect.run,
    purpose: effect.purpose,
    commit,
    base: effect.base,
    baseHeight: branch.heights.get(effect.base) ?? branch.height,
    changes: effect.members.map(({ source }) => changeOf(source)),
  })
  startWaiting(world, now)
  return { _tag: 'TestBatchSubmitted', batchId: id }
}

const shown = (batch: Batch) => {
  const complete = isComplete(batch)
  const state = batch.state === 'waiting' ? ('running' as const) : batch.state
  return { complete, state }
}

const readBatch = ({ engine }: World, effect: EffectOf<'ReadBatch'>): Bare => {
  const batch = engine.get(effect.batchId)
  return {
    _tag: 'BatchObserved',
    fate: batch === undefined ? { _tag: 'Gone' } : { _tag: 'Known', ...shown(batch) },
  }
}

const readBatches = ({ engine }: World): Bare => ({
  _tag: 'BatchesObserved',
  tests: engine.list().map((batch) => {
    const [first, ...others] = batch.changes
    return {
      batchId: batch.id,
      run: batch.run,
      purpose: batch.purpose,
      // A chain is nobody's own test.
      pr: first === undefined || others.length > 0 ? none : some(prNumber(first.pr + 1)),
      source: first === undefined ? batch.base : sourceOf(first),
      target: batch.base,
      commit: some(batch.commit.name),
      tree: some(treeOf(batch.commit.name)),
      ...shown(batch),
    }
  }),
  deploys: [],
})

/** The author reads that the tests failed, and takes the pull request back. */
const takeBack = (world: World, state: BranchState, source: Sha, now: number): void => {
  const { pr, version } = changeOf(source)
  const known = SortedMap.get(state.pullRequests, prNumber(pr + 1))
  const failed = known !== undefined && isSome(known.result) && known.result.value._tag === 'Failed'
  if (!failed || world.forge.open.get(pr)?.version !== version) return
  if (eject(world.forge, world.fate, pr, now)) world.book.innocents += 1
  world.hints.push(hintOf(now, pr))
}

const postStatus = (world: World, state: BranchState, effect: EffectOf<'PostStatus'>, now: number): Bare => {
  const { pr, version } = changeOf(effect.sha)
  const open = world.forge.open.get(pr)
  if (open?.version === version) world.forge.open.set(pr, { ...open, status: effect.state })
  if (effect.state === 'failure') takeBack(world, state, effect.sha, now)
  return { _tag: 'StatusPosted' }
}

const cancel = (world: World, effect: EffectOf<'CancelBatch'>, now: number): Bare => {
  world.engine.cancel(effect.batchId, now)
  startWaiting(world, now)
  return { _tag: 'BatchCancelled' }
}

/** Does what is ordered and gives the bare answer. `state` is what headgate shows to people. */
export const perform = (world: World, state: BranchState, effect: Effect, now: number): Bare => {
  const { forge } = world
  switch (effect._tag) {
    case 'ReadBranch':
      return {
        _tag: 'BranchObserved',
        head: forge.branch.head.name,
        requiredChecks: ['headgate'],
        pullRequests: openShown(forge, world.fate),
      }
    case 'ReadHead':
      return { _tag: 'HeadObserved', head: forge.branch.head.name }
    case 'ReadPullRequest':
      return { _tag: 'PullRequestObserved', fate: fateShown(forge, world.fate, effect.pr - 1) }
    case 'PrepareCommit':
      return prepare(world, effect)
    case 'DeletePreparedCommit':
      return { _tag: 'PreparedCommitDeleted' }
    case 'SubmitTestBatch':
      return submit(world, effect, now)
    case 'ReadBatch':
      return readBatch(world, effect)
    case 'ReadBatches':
      return readBatches(world)
    case 'CancelBatch':
      return cancel(world, effect, now)
    case 'PostStatus':
      return postStatus(world, state, effect, now)
    case 'LandBranch':
      return land(world, effect, now)
    case 'InspectCommit':
      return { _tag: 'CommitInspected', parents: [], tree: treeOf(effect.commit) }
    case 'ClosePullRequest':
      return { _tag: 'PullRequestClosed' }
    case 'SubmitDeployBatch':
      return { _tag: 'DeployBatchRejected', text: 'Nothing is deployed here.' }
    case 'AnnounceDeployFailure':
      return { _tag: 'DeployFailureAnnounced' }
  }
}
