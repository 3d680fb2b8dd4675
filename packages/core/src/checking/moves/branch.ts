/** What people do to the branch and to the service. */
import { epochMs, inFlightEffects, initialState, sha, type EpochMs } from '../../index.js'
import type { Reduce, Situation } from '../model.js'
import { deployOwner, headOf, type World } from '../world/world.js'
import { spend, still, tell, type Taken } from './tell.js'

const pushToBranch = (world: World): World => {
  const name = sha(`pushed${world.budget.headPushes}`)
  const landed = { sha: name, parent: headOf(world).sha, tree: name, gated: false }
  return { ...spend(world, 'headPushes'), history: [...world.history, landed] }
}

/** What was on its way is gone with the process; the orders that the journal knows to be unanswered are given again. */
const restart = (reduce: Reduce, { state, world }: Situation): Taken =>
  tell(
    reduce,
    { state, world: { ...spend(world, 'restarts'), orders: inFlightEffects(state), answers: [] } },
    { _tag: 'ServiceStarted', at: state.now },
  )

/** What operators decided is in the journal only, and so is lost with it. */
const loseJournal = (reduce: Reduce, { state, world }: Situation, at: EpochMs): Taken =>
  tell(
    reduce,
    {
      state: initialState(state.name, state.policy),
      world: {
        ...spend(world, 'amnesias'),
        orders: [],
        answers: [],
        authorized: [],
        void: [],
        frozen: false,
        announced: [],
      },
    },
    { _tag: 'ServiceStarted', at },
  )

/** An operator decides: the world's own record changes with it, so that the two can be compared. */
export const changeBranch = (
  reduce: Reduce,
  situation: Situation,
  what:
    | 'pushToBranch'
    | 'freeze'
    | 'unfreeze'
    | 'retryDeploy'
    | 'retryHeadTest'
    | 'changePolicy'
    | 'restart'
    | 'loseJournal',
): Taken => {
  const { state, world } = situation
  const { now: at } = state
  const by = 'operator'
  switch (what) {
    case 'pushToBranch':
      return still({ state, world: pushToBranch(world) })
    case 'freeze': {
      const frozen = { ...spend(world, 'freezes'), frozen: true }
      return tell(reduce, { state, world: frozen }, { _tag: 'BranchFrozen', at, by, reason: 'release' })
    }
    case 'unfreeze':
      return tell(reduce, { state, world: { ...world, frozen: false } }, { _tag: 'BranchUnfrozen', at, by })
    case 'retryDeploy':
      return tell(reduce, { state, world: forgetAnnounced(world) }, { _tag: 'DeployRetried', at, by })
    case 'retryHeadTest':
      return tell(
        reduce,
        { state, world: spend(world, 'headTestRetries') },
        { _tag: 'HeadTestRetried', at, by },
      )
    case 'changePolicy': {
      const [policy = world.policy, ...policies] = world.policies
      return tell(
        reduce,
        { state, world: { ...world, policy, policies } },
        { _tag: 'PolicyChanged', at, by, policy },
      )
    }
    case 'restart':
      return restart(reduce, situation)
    case 'loseJournal':
      return loseJournal(reduce, situation, epochMs(at + 10_000))
  }
}

/** A deploy that is done again may fail again, and that is news again. */
const forgetAnnounced = (world: World): World => ({
  ...spend(world, 'deployRetries'),
  announced: [],
  void: [
    ...world.void,
    ...world.batches.filter((batch) => batch.owner === deployOwner).map((batch) => batch.id),
  ],
})
