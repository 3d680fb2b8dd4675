/** Made-up scenarios, played by the model of the reference: recordings that nobody has looked at before. */
import type { Params, Scenario, Step } from '../recording.js'
import { freshMemory, type BranchMemory } from '../reference/memory.js'
import { diceOf, type Dice } from './dice.js'
import { happen, open, type Op } from './ops.js'
import { recordStep } from './record.js'
import { newTown, settle, snapshotOf, type Town } from './town.js'

const requirements: ReadonlyArray<readonly [number, ReadonlyArray<string>]> = [
  [103, ['ci-test']],
  [47, ['ci-test', 'lint']],
  [15, ['ci-test', 'ext']],
  [12, ['ci-test', 'lint', 'ext']],
  [13, []],
  [5, ['lint']],
  [3, ['ext']],
  [2, ['lint', 'ext']],
]

const paramsOf = (dice: Dice): Params => ({
  mergeable: true,
  deployable: dice.chance(0.5),
  required: [...dice.weighted(requirements)],
  cancel_immediate: dice.chance(0.5),
})

const lengthOf = (dice: Dice): number => 5 + Math.floor((dice.below(1000) + dice.below(1000)) * 0.0175)

const times = <A>(n: number, f: () => A): ReadonlyArray<A> => Array.from({ length: n }, f)

const record = (town: Town, params: Params, memory: BranchMemory, ops: ReadonlyArray<Op>): Step => {
  const [step, world] = recordStep(ops, snapshotOf(town), params, memory)
  settle(town, world.actions, world.batches)
  return step
}

const opsOf = (town: Town, dice: Dice, previous: Step | undefined): ReadonlyArray<Op> => {
  if (previous?.error !== undefined) return [['tick']]
  if (previous === undefined)
    return times(
      dice.weighted([
        [87, 1],
        [46, 2],
        [31, 3],
        [16, 4],
        [13, 5],
        [7, 6],
      ]),
      () => open(town, dice),
    )
  return times(
    dice.weighted([
      [65, 1],
      [25, 2],
      [10, 3],
    ]),
    () => happen(town, dice),
  )
}

/** The scenario that this tape of integers from 0 to 2^31 - 1 tells. */
export const generate = (name: string, tape: ReadonlyArray<number>): Scenario => {
  const dice = diceOf(tape)
  const params = paramsOf(dice)
  const town = newTown(params.required, params.cancel_immediate)
  let memory = freshMemory()
  const steps: Array<Step> = []
  const length = lengthOf(dice)
  while (steps.length < length) {
    const ops = opsOf(town, dice, steps.at(-1))
    if (ops.some(([op]) => op === 'restart')) memory = freshMemory()
    steps.push(record(town, params, memory, ops))
  }
  return { name, params, steps }
}
