/** Judges what the branch became, by the world's own record. */
import { isSome } from 'fp-ts/lib/Option.js'
import type { BranchState, Effect, LandingTicket, Violation } from '../../index.js'
import { headOf, prOfNumber, type World, type WorldBatch } from '../world/world.js'
import { mayRun, unless } from './common.js'
import { testedThese } from './evidence.js'

const evidenceOf = (world: World, ticket: LandingTicket): ReadonlyArray<WorldBatch> =>
  world.batches.filter(
    (batch) =>
      batch.state === 'success' &&
      testedThese(batch, ticket.members, ticket.base) &&
      isSome(ticket.commit) &&
      batch.commit === ticket.commit.value,
  )

const landedMember = (
  state: BranchState,
  world: World,
  ticket: LandingTicket,
  { pr: number, source }: LandingTicket['members'][number],
): ReadonlyArray<Violation> => {
  const pr = prOfNumber(world, number)
  const evidence = evidenceOf(world, ticket)
  const own = evidence.find((batch) => batch.id === ticket.batchId)
  return [
    ...unless(evidence.length > 0, 'S1', `#${number} landed and no gate batch of this commit passed`),
    ...unless(
      own !== undefined || evidence.length === 0,
      'S9',
      `#${number} landed on batch ${ticket.batchId}, which is not its own`,
    ),
    ...unless(pr?.landed === undefined, 'S8', `#${number} landed twice`),
    ...unless(
      state.policy.approvals === 'of-this-sha'
        ? pr?.onceApproved.includes(source) === true
        : (pr?.onceApproved.length ?? 0) > 0,
      'S10',
      `#${number} landed at ${source}, which nobody approved`,
    ),
    ...unless(mayRun(state, world, number, source), 'S3', `#${number} landed and nobody authorized it`),
  ]
}

/** What the branch became, at the moment it moved because of an order of headgate. */
export const judgeLanding = (
  state: BranchState,
  before: World,
  after: World,
  effect: Effect,
): ReadonlyArray<Violation> =>
  effect._tag !== 'LandBranch' || before.history.length === after.history.length
    ? []
    : [
        ...effect.ticket.members.flatMap((member) => landedMember(state, before, effect.ticket, member)),
        ...unless(
          effect.ticket.landing === 'forge-merge' || headOf(after).parent === effect.ticket.base,
          'S2',
          'the branch moved from a head that was not tested against',
        ),
      ]
