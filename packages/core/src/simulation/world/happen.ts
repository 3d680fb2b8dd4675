/** What people and the engine do at an instant, and the hints that headgate gets of it. */
/* eslint-disable functional/immutable-data -- one world's own store */
import { batchId, type Event } from '../../index.js'
import { draw, kinds } from '../chance.js'
import type { Moment } from './agenda.js'
import { isLost } from './faults.js'
import { isRotten, moveBranch, type PullRequest } from './forge.js'
import { batchHint, everythingHint, headHint, hintOf, startWaiting, type World } from './world.js'

const open = (world: World, pr: number, now: number): void => {
  const approved = world.fate.arrivals[pr] === now
  world.forge.open.set(pr, { pr, version: 0, approved, since: now, status: undefined })
}

const change = (world: World, pr: number, what: Partial<PullRequest>): void => {
  const old = world.forge.open.get(pr)
  if (old !== undefined) world.forge.open.set(pr, { ...old, ...what })
}

/** A new commit, reviewed at once: what waits for review is no business of the queue. */
const push = (world: World, pr: number, now: number): void =>
  change(world, pr, { version: 1, since: now, status: undefined })

const pushPast = ({ forge }: World, count: number): void =>
  moveBranch(forge, forge.commits.foreign(forge.branch.head, count + 1), 1)

const endBatch = (world: World, id: number, now: number): void => {
  const batch = world.engine.get(batchId(id))
  if (batch?.state !== 'running') return
  const { commit, time, changes, baseHeight } = batch
  const { seed, assumptions } = world.fate
  const flaked = draw(seed, kinds.flake, commit.high, time) < assumptions.flake
  const passed = !flaked && !isRotten(world.forge, world.fate, changes, baseHeight)
  world.engine.end(batch.id, now, passed)
}

const happen = (world: World, moment: Moment): void => {
  switch (moment._tag) {
    case 'Opened':
      return open(world, moment.pr, moment.at)
    case 'Approved':
      return change(world, moment.pr, { approved: true })
    case 'Pushed':
      return push(world, moment.pr, moment.at)
    case 'PushedPast':
      return pushPast(world, moment.count)
    case 'BatchEnds':
      return endBatch(world, moment.batch, moment.at)
  }
}

/** Several pull requests at one instant are told of together, so that they are seen together. */
const hintsOf = (world: World, moments: ReadonlyArray<Moment>): ReadonlyArray<Event> => {
  const [first] = moments
  if (first === undefined) return []
  const { at } = first
  const prs = moments.flatMap((moment) =>
    'pr' in moment && !isLost(world, moment.pr, moment.at) ? [moment.pr] : [],
  )
  const batches = moments.flatMap((moment) => {
    const batch = moment._tag === 'BatchEnds' ? world.engine.get(batchId(moment.batch)) : undefined
    const heard = batch !== undefined && batch.state !== 'cancelled'
    return heard && !isLost(world, batch.commit.high, batch.time) ? [batchHint(at, batch.id)] : []
  })
  return [
    ...(prs.length > 1 ? [everythingHint(at)] : prs.map((pr) => hintOf(at, pr))),
    ...(moments.some((moment) => moment._tag === 'PushedPast') ? [headHint(at)] : []),
    ...batches,
  ]
}

/** Everything of one instant happens; the hints of it are on their way. */
export const happenAll = (world: World, moments: ReadonlyArray<Moment>): void => {
  moments.forEach((moment) => happen(world, moment))
  world.hints.push(...hintsOf(world, moments))
  const [first] = moments
  if (first !== undefined) startWaiting(world, first.at)
}
