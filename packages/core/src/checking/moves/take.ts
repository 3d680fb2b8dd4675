/** Makes one move. */
import { isSome, none } from 'fp-ts/lib/Option.js'
import { epochMs, nextWakeAt } from '../../index.js'
import type { Reduce, Situation } from '../model.js'
import { batchOfId, isDoomed, prOfNumber, putBatch, type World } from '../world/world.js'
import { changeBranch } from './branch.js'
import { deliver, performOrder } from './messages.js'
import type { Move } from './move.js'
import { changePr } from './pullRequests.js'
import { spend, still, tell, type Taken } from './tell.js'

const wake = (reduce: Reduce, { state, world }: Situation): Taken => {
  const at = nextWakeAt(state)
  const onTime = world.orders.length === 0 && world.answers.length === 0
  return isSome(at)
    ? tell(
        reduce,
        { state, world: onTime ? world : spend(world, 'faults') },
        { _tag: 'TimeAdvanced', at: epochMs(Math.max(at.value, state.now)) },
      )
    : still({ state, world })
}

const endBatch = (world: World, id: number, as: 'success' | 'failure' | 'cancelled'): World => {
  const batch = batchOfId(world, id)
  if (batch === undefined) return world
  const ended = putBatch(world, { ...batch, state: as })
  switch (as) {
    case 'success':
      return ended
    case 'failure':
      return isDoomed(world, batch) ? ended : spend(ended, 'failures')
    case 'cancelled':
      return spend(ended, 'faults')
  }
}

const hinted = (
  reduce: Reduce,
  { state, world }: Situation,
  what: 'hintAll' | 'hintHead' | 'hintBatches',
): Taken =>
  tell(
    reduce,
    { state, world: spend(world, 'hints') },
    what === 'hintBatches'
      ? { _tag: 'BatchHinted', at: state.now, batchId: none }
      : {
          _tag: 'GithubHinted',
          at: state.now,
          concern: { _tag: what === 'hintAll' ? 'Everything' : 'Head' },
        },
  )

/** The situation after the move; the same situation if the move is not possible in it. */
export const take = (reduce: Reduce, situation: Situation, move: Move): Taken => {
  const { state, world } = situation
  switch (move.do) {
    case 'perform':
      return performOrder(reduce, situation, move.order, move.outcome)
    case 'deliver':
      return deliver(reduce, situation, move.answer, move.how)
    case 'wake':
      return wake(reduce, situation)
    case 'endBatch':
      return still({ state, world: endBatch(world, move.batch, move.as) })
    case 'hintAll':
    case 'hintHead':
    case 'hintBatches':
      return hinted(reduce, situation, move.do)
    case 'hintPr':
    case 'push':
    case 'review':
    case 'label':
    case 'close':
    case 'authorize':
    case 'retryTest': {
      const pr = prOfNumber(world, move.pr)
      return pr === undefined ? still(situation) : changePr(reduce, situation, move.do, pr)
    }
    default:
      return changeBranch(reduce, situation, move.do)
  }
}
