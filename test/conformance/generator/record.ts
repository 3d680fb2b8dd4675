/** Recordings made by the model of the reference. */
import type { Params, Scenario, Snapshot, Step } from '../recording.js'
import { noExperience } from '../reference/book.js'
import { freshMemory, type BranchMemory } from '../reference/memory.js'
import { update } from '../reference/update.js'
import { openWorld, type World } from '../world.js'

/** One step, as the reference plays it; and the world that it leaves. */
export const recordStep = (
  ops: Step['ops'],
  snapshot: Snapshot,
  params: Params,
  memory: BranchMemory,
): readonly [Step, World] => {
  const world = openWorld(params, snapshot)
  const error = update(memory, world, new Set(), noExperience())
  return [{ ops, world: snapshot, actions: world.actions, candidate: memory.candidate, error }, world]
}

/** A scenario of given worlds. */
export const recordScenario = (
  name: string,
  params: Params,
  snapshots: ReadonlyArray<Snapshot>,
): Scenario => {
  const memory = freshMemory()
  return {
    name,
    params,
    steps: snapshots.map((snapshot) => recordStep([['tick']], snapshot, params, memory)[0]),
  }
}
