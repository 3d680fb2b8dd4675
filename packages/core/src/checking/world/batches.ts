/** The Batch service: batches are submitted once per run, end by themselves or by a cancel, and are listed for ever. */
import { fromNullable, none, some } from 'fp-ts/lib/Option.js'
import type { EffectOf } from '../../index.js'
import { chainOn } from './commits.js'
import {
  batchOfId,
  deployOwner,
  headOwner,
  isRunning,
  putBatch,
  submitBatch,
  type World,
  type WorldBatch,
} from './world.js'
import type { Bare, Done } from './forge.js'

export const submitTest = (world: World, effect: EffectOf<'SubmitTestBatch'>): Done => {
  const { members, base } = effect
  const [next, { id }] = submitBatch(world, {
    owner: members.length === 0 ? headOwner : members.map(({ pr }) => pr).join('+'),
    run: effect.run,
    members,
    target: base,
    chain: chainOn(base, members),
    commit: effect.commit,
    tree: effect.tree._tag === 'Some' ? effect.tree.value : undefined,
  })
  return [next, { _tag: 'TestBatchSubmitted', batchId: id }]
}

export const submitDeploy = (world: World, { run, sha }: EffectOf<'SubmitDeployBatch'>): Done => {
  const [next, { id }] = submitBatch(world, {
    owner: deployOwner,
    run,
    members: [],
    target: sha,
    chain: [],
    commit: sha,
    tree: undefined,
  })
  return [next, { _tag: 'DeployBatchSubmitted', batchId: id }]
}

export const readBatch = (world: World, id: number): Bare => {
  const batch = batchOfId(world, id)
  return {
    _tag: 'BatchObserved',
    fate:
      batch === undefined
        ? { _tag: 'Gone' }
        : { _tag: 'Known', state: batch.state, complete: !isRunning(batch) },
  }
}

/** A test of several is listed as nobody's: found again after a loss of memory, it is no evidence about any one of them. */
const testSnapshot = (batch: WorldBatch) => ({
  batchId: batch.id,
  run: batch.run,
  purpose: batch.owner === headOwner ? ('head' as const) : ('gate' as const),
  pr: batch.members.length === 1 ? fromNullable(batch.members[0]?.pr) : none,
  source: batch.members.at(-1)?.source ?? batch.target,
  target: batch.target,
  commit: some(batch.commit),
  tree: batch.tree === undefined ? none : some(batch.tree),
  state: batch.state,
  complete: !isRunning(batch),
})

const deploySnapshot = (batch: WorldBatch) => ({
  batchId: batch.id,
  run: batch.run,
  sha: batch.commit,
  state: batch.state,
  complete: !isRunning(batch),
})

export const readBatches = (world: World): Bare => ({
  _tag: 'BatchesObserved',
  tests: world.batches.filter((batch) => batch.owner !== deployOwner).map(testSnapshot),
  deploys: world.batches.filter((batch) => batch.owner === deployOwner).map(deploySnapshot),
})

export const cancel = (world: World, id: number): World => {
  const batch = batchOfId(world, id)
  return batch !== undefined && isRunning(batch) ? putBatch(world, { ...batch, state: 'cancelled' }) : world
}
