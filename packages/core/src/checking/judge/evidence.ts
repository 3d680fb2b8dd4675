/** What a batch says, by the world's own record: about which members, on which commit. */
import { isSome } from 'fp-ts/lib/Option.js'
import {
  SortedMap,
  type BranchState,
  type Member,
  type RunEvidence,
  type Sha,
  type Violation,
} from '../../index.js'
import type { Situation } from '../model.js'
import { batchOfId, type World, type WorldBatch } from '../world/world.js'
import { unless } from './common.js'

const sameMembers = (a: ReadonlyArray<Member>, b: ReadonlyArray<Member>): boolean =>
  a.length === b.length && a.every(({ pr, source }, i) => pr === b[i]?.pr && source === b[i].source)

/**
 * The batch tested exactly these, on exactly this commit. Of a chain that may be the end: its last commit is then that of the rest on
 * the commit in its middle.
 */
export const testedThese = (batch: WorldBatch, members: ReadonlyArray<Member>, base: Sha): boolean => {
  const before = batch.members.length - members.length
  const onto = before === 0 ? batch.target : batch.chain[before - 1]
  return members.length > 0 && onto === base && sameMembers(batch.members.slice(-members.length), members)
}

const isBorneOut = (world: World, e: RunEvidence, state: WorldBatch['state']): boolean => {
  const batch = batchOfId(world, e.batchId)
  return (
    batch?.state === state &&
    testedThese(batch, e.members, e.base) &&
    (!isSome(e.commit) || e.commit.value === batch.commit) &&
    world.history.some((head) => head.sha === e.base)
  )
}

/**
 * S9: what is on record of a pull request or a chain is what a batch said of exactly these on a commit that was the head.
 * So nobody is blamed for a failure in company, or for one on something that never landed.
 */
export const judgeEvidence = ({ state, world }: Situation): ReadonlyArray<Violation> => [
  ...results(state).flatMap(({ number, tag, evidence }) =>
    unless(
      isBorneOut(world, evidence, tag === 'Passed' ? 'success' : 'failure'),
      'S9',
      `#${number} is said to have ${tag.toLowerCase()} in batch ${evidence.batchId}, which says nothing of the kind`,
    ),
  ),
  ...SortedMap.valuesArray(state.chains).flatMap((evidence) =>
    unless(
      isBorneOut(world, evidence, 'success'),
      'S9',
      `a chain is said to have passed in batch ${evidence.batchId}, which says nothing of the kind`,
    ),
  ),
]

const results = (state: BranchState) =>
  SortedMap.valuesArray(state.pullRequests).flatMap(({ snapshot: { number }, result }) =>
    isSome(result) && result.value._tag !== 'Errored'
      ? [{ number, tag: result.value._tag, evidence: result.value.evidence }]
      : [],
  )
