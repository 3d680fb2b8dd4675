/** What must hold in every situation, however it was reached. */
import {
  deadlineViolations,
  explain,
  SortedMap,
  violations,
  type BranchState,
  type Violation,
} from '../../index.js'
import { isRunning, type World } from '../world/world.js'
import type { Situation } from '../model.js'
import { judgeEvidence } from './evidence.js'

/** A pull request that goes first lands as soon as the forge has taken its status: the others let it. */
const lettingGoFirst = (state: BranchState): boolean =>
  SortedMap.valuesArray(state.inFlight).some(({ effect }) => effect._tag === 'PostStatus') ||
  SortedMap.has(state.inFlight, 'ReadBatches')

/** An empty explanation means that a ticket would be issued; then the same step has issued it. */
const explained = ({ state }: Situation): ReadonlyArray<Violation> =>
  SortedMap.keysArray(state.pullRequests)
    .filter((number) => explain(state, number).length === 0 && !lettingGoFirst(state))
    .map((number) => ({
      guarantee: 'Explain',
      text: `nothing holds #${number} back and yet it does not land`,
    }))

/** S6 by the world's count: more test batches than the cap and one, of those that headgate has not asked to stop. */
const withinCap = ({ state, world }: Situation): ReadonlyArray<Violation> => {
  const running = gatesRunning(world).filter(
    (batch) =>
      !SortedMap.has(state.cancelling, batch.id) && SortedMap.get(state.runs, batch.run)?.abandoned === false,
  )
  return running.length <= state.policy.maxTestRuns + 1
    ? []
    : [
        {
          guarantee: 'S6',
          text: `${running.length} test batches run, the cap is ${state.policy.maxTestRuns} and one more`,
        },
      ]
}

const gatesRunning = (world: World) =>
  world.batches.filter((batch) => batch.members.length > 0 && isRunning(batch))

export const judgeState = (situation: Situation): ReadonlyArray<Violation> => [
  ...violations(situation.state),
  ...deadlineViolations(situation.state),
  ...explained(situation),
  ...withinCap(situation),
  ...judgeEvidence(situation),
  ...(situation.state.policy === situation.world.policy
    ? []
    : [{ guarantee: 'S12', text: 'the policy changed and nobody changed it' }]),
]
