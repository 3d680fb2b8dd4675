/**
 * Replays a scenario: one core state is kept alive and brought to each recorded world, step after step. The model of
 * the reference is kept alive beside it, so that each step can be played again with any of its deviations put right.
 */
import { reduce } from '@headgate/core'
import { actsOf, differences, nothingBefore, type Acts, type Before, type Difference } from './acts.js'
import { born, follow, isOwn, isRestart, reborn, staysInStep, type Life } from './life.js'
import type { Batch, Params, RecordedAction, Scenario, Step, TestBatch } from './recording.js'
import { noExperience, type Experience, type Repairs } from './reference/book.js'
import { learn, recall } from './reference/experience.js'
import { copyMemory, type BranchMemory } from './reference/memory.js'
import { update } from './reference/update.js'
import { playStep, type Reduce } from './session.js'
import { openWorld, ownContext, type World } from './world.js'

/** One step as both sides played it. */
export interface Played {
  readonly scenario: Scenario
  readonly index: number
  readonly step: Step
  readonly reference: Acts
  readonly ours: Acts
  readonly differences: ReadonlyArray<Difference>
  /** What the reference would have done with these deviations put right. */
  readonly repaired: (repairs: Repairs) => Acts
  /** The model of the reference does exactly what was recorded. */
  readonly faithful: boolean
  /** One side repeated what was so already. */
  readonly repeated: boolean
  /** Our core came to rest. */
  readonly rested: boolean
}

/** Time between two steps: longer than any pause between two attempts. */
const stepMs = 3_600_000

/** The id that the reference gave to the same batch in this step, so that the next world can be followed; else one in between. */
const followIds =
  (actions: ReadonlyArray<RecordedAction>): World['allocate'] =>
  (batches, what) => {
    const same = actions.find((a) =>
      'sha' in what
        ? a.t === 'deploy' && a.sha === what.sha
        : a.t === 'test' && a.pr === what.pr && a.source_sha === what.source && a.target_sha === what.target,
    )
    const newest = Math.max(0, ...batches.map((b) => b.id))
    return same !== undefined && 'id' in same && !batches.some((b) => b.id === same.id)
      ? same.id
      : Math.round((newest + 0.001) * 1000) / 1000
  }

interface Again {
  readonly world: World
  readonly memory: BranchMemory
  readonly experience: Experience
}

/** With this one put right each pull request has batches of its own, and those that only we made are there too. */
const ownBatches = 'same-source'

/** The step once more, as the reference would play it with these deviations put right. */
const playAgain = (
  params: Params,
  step: Step,
  life: Life,
  batches: ReadonlyArray<Batch>,
  repairs: Repairs,
): Again => {
  const world = openWorld(params, step.world, repairs.has(ownBatches) ? batches : step.world.batches)
  const memory = copyMemory(life.memory)
  const begun = new Set(life.session.ledger.runs.keys())
  const experience = recall({ ...life.experience, begun }, world)
  update(memory, world, repairs, experience)
  return { world, memory, experience }
}

/** Plays the step on the model of the reference, whose memory moves on. True: just as it was recorded. */
const playReference = (params: Params, step: Step, memory: BranchMemory): boolean => {
  const world = openWorld(params, step.world)
  const error = update(memory, world, new Set(), noExperience())
  return (
    error === step.error &&
    memory.candidate === step.candidate &&
    JSON.stringify([...actsOf(world.actions, nothingBefore).keys()]) ===
      JSON.stringify([...actsOf(step.actions, nothingBefore).keys()])
  )
}

const cancelledBy = ({ cancelled }: Life, actions: ReadonlyArray<RecordedAction>): ReadonlySet<number> =>
  new Set([...cancelled, ...actions.flatMap((a) => (a.t === 'cancel' ? [a.id] : []))])

const beforeOf = ({ world }: Step, batches: ReadonlyArray<Batch>, { cancelled }: Life): Before => ({
  shown: new Map(
    world.prs.flatMap((pr) =>
      (pr.checks ?? []).flatMap(([name, , state]) =>
        name === ownContext && state !== null ? [[pr.sha, state.toLowerCase()] as const] : [],
      ),
    ),
  ),
  cancelled: new Set([...cancelled, ...batches.flatMap((b) => (b.state === 'cancelled' ? [b.id] : []))]),
})

const playOne = (
  scenario: Scenario,
  index: number,
  step: Step,
  life: Life,
  all: Repairs,
): readonly [Played, Life] => {
  const { params } = scenario
  const batches = [...step.world.batches, ...life.own.map((own) => follow(own, step.world.batches))]
  const world = openWorld(params, step.world, batches, followIds(step.actions))
  const rested = playStep(life.session, world, (index + 1) * stepMs)
  const before = { ...life, memory: copyMemory(life.memory) }
  const so = beforeOf(step, batches, life)
  const reference = actsOf(step.actions, so)
  const ours = actsOf(world.actions, so)
  const found = differences(reference, ours)
  const played: Played = {
    scenario,
    index,
    step,
    reference,
    ours,
    differences: found,
    repaired: (repairs) => actsOf(playAgain(params, step, before, batches, repairs).world.actions, so),
    repeated:
      differences(actsOf(step.actions, nothingBefore), actsOf(world.actions, nothingBefore)).length >
      found.length,
    faithful: playReference(params, step, life.memory),
    rested,
  }
  const next = {
    ...life,
    cancelled: cancelledBy(life, [...step.actions, ...world.actions]),
    own: world.batches.filter((b): b is TestBatch => b.kind === 'test' && isOwn(b)),
    experience: learn(playAgain(params, step, before, batches, all)),
  }
  return [
    played,
    rested && staysInStep(step, batches, found)
      ? next
      : reborn(params, { ...life, cancelled: next.cancelled }),
  ]
}

/** Plays all steps of a scenario. `all`: every deviation there is. */
export const replay = (
  scenario: Scenario,
  all: Repairs,
  reduceIt: Reduce = reduce,
): ReadonlyArray<Played> => {
  let life = born(scenario.params, reduceIt)
  return scenario.steps.map((step, index) => {
    const alive = isRestart(step) ? { ...born(scenario.params, reduceIt), cancelled: life.cancelled } : life
    const [played, next] = playOne(scenario, index, step, alive, all)
    life = next
    return played
  })
}
