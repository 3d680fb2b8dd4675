/** Carries out one effect, as a faithful adapter would. */
import type { Effect, EffectId, EpochMs, Event } from '../../index.js'
import { cancel, readBatch, readBatches, submitDeploy, submitTest } from './batches.js'
import {
  announce,
  close,
  inspect,
  land,
  postStatus,
  prepare,
  readBranch,
  readPullRequest,
  type Bare,
  type Done,
} from './forge.js'
import { headOf, type World } from './world.js'

/** The world after the effect, and the bare fact that answers it. */
const carryOut = (world: World, effect: Effect): Done => {
  switch (effect._tag) {
    case 'ReadBranch':
      return [world, readBranch(world)]
    case 'ReadHead':
      return [world, { _tag: 'HeadObserved', head: headOf(world).sha }]
    case 'ReadPullRequest':
      return [world, readPullRequest(world, effect.pr)]
    case 'PrepareCommit':
      return [world, prepare(world, effect)]
    case 'DeletePreparedCommit':
      return [world, { _tag: 'PreparedCommitDeleted' }]
    case 'SubmitTestBatch':
      return submitTest(world, effect)
    case 'ReadBatch':
      return [world, readBatch(world, effect.batchId)]
    case 'ReadBatches':
      return [world, readBatches(world)]
    case 'CancelBatch':
      return [cancel(world, effect.batchId), { _tag: 'BatchCancelled' }]
    case 'PostStatus':
      return [postStatus(world, effect), { _tag: 'StatusPosted' }]
    case 'LandBranch':
      return land(world, effect)
    case 'InspectCommit':
      return [world, inspect(world, effect.commit)]
    case 'ClosePullRequest':
      return [close(world, effect.pr), { _tag: 'PullRequestClosed' }]
    case 'SubmitDeployBatch':
      return submitDeploy(world, effect)
    case 'AnnounceDeployFailure':
      return [announce(world, effect), { _tag: 'DeployFailureAnnounced' }]
  }
}

/** A bare fact becomes the answer to an effect. */
export const answerOf = (bare: Bare, answers: EffectId, at: EpochMs): Event =>
  ({ ...bare, at, answers }) as Event

export const perform = (world: World, effect: Effect, at: EpochMs): readonly [World, Event] => {
  const [next, bare] = carryOut(world, effect)
  return [next, answerOf(bare, effect.id, at)]
}
