/** What must hold once everything has come to rest in a fair world: nothing waits for headgate alone. */
import { isSome } from 'fp-ts/lib/Option.js'
import {
  explain,
  explainBranch,
  isQuiet,
  SortedMap,
  type PrNumber,
  type Reason,
  type Violation,
} from '../../index.js'
import type { Situation } from '../model.js'
import { isStill } from '../moves/enabled.js'
import { deployOwner, headOf, isRunning, type World, type WorldPr } from '../world/world.js'
import { testedThese } from './evidence.js'
import { isVerified } from './truth.js'

/** Nothing is on its way and headgate waits for nothing but its next poll. */
export const isAtRest = ({ state, world }: Situation): boolean => isStill(world) && isQuiet(state)

const found = (guarantee: string, text: string): ReadonlyArray<Violation> => [{ guarantee, text }]

/** How often it failed on a commit that was the head: alone, or as the last of a chain of which the others have landed. */
const failedAlone = (world: World, pr: WorldPr): number =>
  world.batches.filter(
    (batch) =>
      batch.state === 'failure' &&
      world.history.some(({ sha }) => testedThese(batch, [{ pr: pr.number, source: pr.source }], sha)),
  ).length

/** Whether a hold that somebody else must clear is true in the world. Those that can't be told stand. */
const isTrue = (world: World, pr: WorldPr, trusted: boolean, { code }: Pick<Reason, 'code'>): boolean => {
  switch (code) {
    case 'NotApproved':
    case 'ChangesRequested':
      return !pr.approved
    case 'ApprovalOutdated':
      return !pr.approvals.includes(pr.source)
    case 'BlockingLabel':
      return pr.blocked
    case 'NotAuthorized':
      return !trusted && !world.authorized.includes(pr.source)
    case 'Frozen':
      return world.frozen
    case 'TestFailed':
      return failedAlone(world, pr) > world.policy.retries.failed
    case 'LandingRefused':
    case 'StatusRefused':
    case 'MergeConflict':
      return world.refused || world.faults.clashing.some((pair) => pair.includes(pr.source))
    case 'BuildFileInvalid':
    case 'Infrastructure':
      return world.refused
    default:
      return true
  }
}

const ofPr = ({ state, world }: Situation, pr: WorldPr): ReadonlyArray<Violation> => {
  if (!pr.open) return []
  const holds = explain(state, pr.number)
  const trusted = state.policy.trustedAuthors.includes(pr.author)
  const real = holds.filter((hold) => hold.clearedBy !== 'headgate' && isTrue(world, pr, trusted, hold))
  return real.length > 0
    ? []
    : found(
        'Liveness',
        `#${pr.number} is stuck: ${holds.map((hold) => hold.code).join(', ') || (SortedMap.has(state.pullRequests, pr.number) ? 'nothing holds it' : 'it is not known')}`,
      )
}

const stranger = (number: PrNumber): string => `#${number} is believed to be open and is not`

/** S5: the last head is deployed in the end, unless something that has a name stands in the way. */
const deployed = ({ state, world }: Situation): ReadonlyArray<Violation> => {
  const head = headOf(world).sha
  const done = world.batches.some((batch) => batch.owner === deployOwner && batch.commit === head)
  const excused =
    !state.policy.deployable ||
    world.frozen ||
    world.refused ||
    done ||
    !isVerified(state, world, head) ||
    explainBranch(state).deploying.some((hold) => hold.clearedBy !== 'headgate')
  return excused ? [] : found('S5', `the head ${head} is never deployed`)
}

export const judgeRest = (situation: Situation): ReadonlyArray<Violation> => {
  const { state, world } = situation
  const orphans = world.batches.filter(isRunning)
  const known = isSome(state.head) && state.head.value.sha === headOf(world).sha
  return [
    ...world.prs.flatMap((pr) => ofPr(situation, pr)),
    ...orphans.flatMap((batch) => found('S6', `batch ${batch.id} belongs to nothing and runs on`)),
    ...SortedMap.keysArray(state.pullRequests)
      .filter((number) => world.prs[number - 1]?.open !== true)
      .flatMap((number) => found('Liveness', stranger(number))),
    ...(known ? [] : found('Liveness', 'the head is not where headgate believes it')),
    ...deployed(situation),
  ]
}
