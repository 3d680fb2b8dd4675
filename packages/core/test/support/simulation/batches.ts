/** How batches end. */
import type { Change } from './forge.js'
import type { Command, End } from './phrases.js'
import { isGood, type World, type WorldBatch } from './world.js'

const stateAfter: Readonly<Record<End, WorldBatch['state']>> = {
  passes: 'success',
  fails: 'failure',
  'is cancelled': 'cancelled',
}

const end = (batch: WorldBatch | undefined, how: End): Change => {
  if (batch === undefined) return 'no such batch is running'
  batch.state = stateAfter[how]
  return [{ do: 'hook: batch {batch}', batch: batch.id }]
}

const running = (world: World): ReadonlyArray<WorldBatch> =>
  world.batches.filter((b) => b.state === 'running' && b.deleted !== true)

/** Every running batch ends by what is true: a test of something bad fails. */
const endAll = (world: World): Change =>
  running(world).map((batch): Command => {
    batch.state = batch.kind === 'deploy' || isGood(world, batch.commit) ? 'success' : 'failure'
    return { do: 'hook: batch {batch}', batch: batch.id }
  })

const remove = (world: World, id: number): Change => {
  const batch = world.batches.find((b) => b.id === id && b.deleted !== true)
  if (batch === undefined) return `there is no batch ${id}`
  if (batch.state === 'running') batch.state = 'cancelled'
  batch.deleted = true
  return [{ do: 'hook: batch {batch}', batch: id }]
}

const failJob = (world: World, id: number): Change => {
  const batch = running(world).find((b) => b.id === id)
  if (batch === undefined) return `batch ${id} is not running`
  batch.failing = true
  return [{ do: 'hook: batch {batch}', batch: id }]
}

export const endBatches = (world: World, command: Command): Change => {
  const newest = (wanted: (batch: WorldBatch) => boolean): WorldBatch | undefined =>
    running(world).filter(wanted).at(-1)
  switch (command.do) {
    case 'batch of #{pr} {end}':
      return end(
        newest((b) => b.pr === command.pr),
        command.end,
      )
    case 'batch of the head {end}':
      return end(
        newest((b) => b.purpose === 'head'),
        command.end,
      )
    case 'deploy {end}':
      return end(
        newest((b) => b.kind === 'deploy'),
        command.end,
      )
    case 'batch {batch} {end}':
      return end(
        newest((b) => b.id === command.batch),
        command.end,
      )
    case 'all batches end':
      return endAll(world)
    case 'batch {batch} has a failed job':
      return failJob(world, command.batch)
    case 'batch {batch} is deleted':
      return remove(world, command.batch)
    default:
      return null
  }
}
