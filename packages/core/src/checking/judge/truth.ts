/** Judges what headgate does by the world's own record, whatever headgate itself believes. */
import { isNone, isSome } from 'fp-ts/lib/Option.js'
import {
  SortedMap,
  overdueViolations,
  stepViolations,
  type BranchState,
  type Effect,
  type EffectOf,
  type Event,
  type Sha,
  type Violation,
} from '../../index.js'
import type { Situation } from '../model.js'
import { mayRun, unless } from './common.js'
import { deployOwner, headOwner, isRunning, type World, type WorldBatch } from '../world/world.js'

const runningDeploy = (world: World): WorldBatch | undefined =>
  world.batches.find((batch) => batch.owner === deployOwner && isRunning(batch))

const orderedLanding = (world: World, { ticket }: EffectOf<'LandBranch'>) => {
  const deploy = runningDeploy(world)
  return [
    ...unless(!world.frozen, 'S3', 'a landing is ordered while the branch is frozen'),
    ...unless(deploy === undefined, 'S3', `a landing is ordered while deploy batch ${deploy?.id} runs`),
    ...unless(
      world.history.some((landed) => landed.sha === ticket.base),
      'S2',
      `a landing is ordered on ${ticket.base}, where the branch never was`,
    ),
    ...unless(
      !world.void.includes(ticket.batchId),
      'S11',
      `a landing is ordered on batch ${ticket.batchId}, which a retry made void`,
    ),
  ]
}

/** The head is what a passing gate batch tested, has passed its own test, or the policy trusts whatever is there. */
export const isVerified = ({ policy }: BranchState, world: World, commit: Sha): boolean => {
  const landed = world.history.find((head) => head.sha === commit)
  const tested = world.batches.some(
    (batch) => batch.owner === headOwner && batch.commit === commit && batch.state === 'success',
  )
  const byGate = landed?.gated === true && landed.parent !== undefined
  return byGate || tested || (policy.unverifiedHead === 'trust' && landed !== undefined)
}

const orderedDeploy = (state: BranchState, world: World, { sha }: EffectOf<'SubmitDeployBatch'>) => {
  const other = runningDeploy(world)
  return [
    ...unless(isVerified(state, world, sha), 'S5', `${sha} is to be deployed and was never verified`),
    ...unless(other === undefined, 'S5', `a deploy is ordered while deploy batch ${other?.id} runs`),
    ...unless(!world.frozen, 'S3', 'a deploy is ordered while the branch is frozen'),
  ]
}

const orderedStatus = (world: World, { sha, state }: EffectOf<'PostStatus'>) =>
  unless(
    state !== 'success' ||
      world.batches.some(
        (batch) => batch.state === 'success' && batch.members.some(({ source }) => source === sha),
      ),
    'S7',
    `${sha} is called a success and no batch of it passed`,
  )

const ordered = (state: BranchState, world: World, effect: Effect): ReadonlyArray<Violation> => {
  switch (effect._tag) {
    case 'LandBranch':
      return orderedLanding(world, effect)
    case 'SubmitDeployBatch':
      return orderedDeploy(state, world, effect)
    case 'PostStatus':
      return orderedStatus(world, effect)
    case 'PrepareCommit':
    case 'SubmitTestBatch':
      return effect.members.flatMap(({ pr, source }) =>
        unless(mayRun(state, world, pr, source), 'S4', `#${pr} at ${source} runs and nobody authorized it`),
      )
    case 'AnnounceDeployFailure':
      return unless(
        world.refused ||
          isSome(state.deploy.invalidated) ||
          !world.announced.some((told) => told.sha === effect.sha && told.order !== effect.id),
        'S8',
        `the failed deploy of ${effect.sha} is announced twice`,
      )
    default:
      return []
  }
}

const positionOf = (world: World, state: BranchState): number =>
  isNone(state.head)
    ? -1
    : world.history.findIndex((landed) => landed.sha === (isSome(state.head) ? state.head.value.sha : ''))

const pushOf = (source: Sha): number => Number(source.slice(source.indexOf('.') + 1))

/** S11: headgate's picture of the world never goes back to what it knows to be over. */
const wentBack = (before: BranchState, after: BranchState, world: World): ReadonlyArray<Violation> => [
  ...unless(
    positionOf(world, after) >= positionOf(world, before),
    'S11',
    'an older head is believed after a newer one was known',
  ),
  ...SortedMap.valuesArray(after.pullRequests).flatMap(({ snapshot }) => {
    const old = SortedMap.get(before.pullRequests, snapshot.number)
    return unless(
      old === undefined || pushOf(snapshot.source) >= pushOf(old.snapshot.source),
      'S11',
      `an older commit of #${snapshot.number} is believed after a newer one was known`,
    )
  }),
]

/**
 * One step of headgate: what it ordered for the first time, and how its picture changed. A landing is given again only
 * after it is known not to have happened, so each order of one is a decision of its own.
 */
export const judgeStep = (
  before: BranchState,
  { state, world }: Situation,
  event: Event,
  effects: ReadonlyArray<Effect>,
): ReadonlyArray<Violation> => {
  const anew = (effect: Effect): boolean =>
    effect._tag === 'LandBranch' ||
    !SortedMap.valuesArray(before.inFlight).some((flight) => flight.effect.id === effect.id)
  return [
    ...stepViolations(before, state, effects),
    ...(event._tag === 'TimeAdvanced' ? overdueViolations(before, state) : []),
    // A life that begins knows nothing of the one before.
    ...(before.seq === 0 ? [] : wentBack(before, state, world)),
    ...effects.filter(anew).flatMap((effect) => ordered(state, world, effect)),
  ]
}
