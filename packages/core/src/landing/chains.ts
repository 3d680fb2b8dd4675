/** Which evidence a pull request could land on: its own, or that of a chain which passed with it inside. */
import { contramap, type Eq } from 'fp-ts/lib/Eq.js'
import { isSome } from 'fp-ts/lib/Option.js'
import { uniq } from 'fp-ts/lib/ReadonlyArray.js'
import * as S from 'fp-ts/lib/string.js'
import * as M from '../collections/sortedMap.js'
import type { PrNumber } from '../ids.js'
import type { Member, RunEvidence } from '../model/run.js'
import type { BranchState, PullRequest } from '../model/state.js'
import { mayFollow } from './dependencies.js'
import { Hold } from './hold.js'
import { reportHolds, standingHolds } from './pullRequestHolds.js'

/** The pull request of a member, if its head is still the source that was tested. */
const presentOf = (state: BranchState, { pr: number, source }: Member): PullRequest | undefined => {
  const pr = M.get(state.pullRequests, number)
  return pr?.snapshot.source === source ? pr : undefined
}

const othersOf = ({ members }: RunEvidence, pr: PullRequest): ReadonlyArray<Member> =>
  members.filter((member) => member.pr !== pr.snapshot.number)

const isClear = (state: BranchState, member: Member): boolean => {
  const pr = presentOf(state, member)
  return pr !== undefined && standingHolds(state, pr.snapshot).length === 0
}

/** Each comes after all that it depends on. */
export const isInOrder = (state: BranchState, numbers: ReadonlyArray<PrNumber>): boolean =>
  numbers.every((number, i) => {
    const pr = M.get(state.pullRequests, number)
    return pr !== undefined && mayFollow(state, pr.snapshot, numbers.slice(0, i))
  })

/** Passed on the head with this pull request inside, nobody stands in the way of the others, and all are in order. */
const counts = (state: BranchState, pr: PullRequest, evidence: RunEvidence): boolean =>
  isSome(state.head) &&
  evidence.base === state.head.value.sha &&
  evidence.members.some(
    ({ pr: number, source }) => number === pr.snapshot.number && source === pr.snapshot.source,
  ) &&
  othersOf(evidence, pr).every((member) => isClear(state, member)) &&
  isInOrder(
    state,
    evidence.members.map((member) => member.pr),
  )

const sameHold: Eq<Hold> = contramap((hold: Hold) => JSON.stringify(Hold.encode(hold)))(S.Eq)

/**
 * What the forge has yet to take, or has refused, about any of the members: the chain lands as one. A refusal is noted
 * with each member, and is one hold all the same.
 */
export const chainReportHolds = (state: BranchState, { members }: RunEvidence): ReadonlyArray<Hold> =>
  uniq(sameHold)(
    members.flatMap((member) => {
      const pr = presentOf(state, member)
      return pr === undefined ? [] : reportHolds(state, pr)
    }),
  )

const byLength = (a: RunEvidence, b: RunEvidence): number => b.members.length - a.members.length

/** The chain on which this pull request lands: the longest about which all is said, else the longest. */
export const chainFor = (state: BranchState, pr: PullRequest): RunEvidence | undefined => {
  if (M.size(state.chains) === 0 || state.policy.landing !== 'fast-forward') return undefined
  const counting = M.valuesArray(state.chains)
    .filter((evidence) => counts(state, pr, evidence))
    .sort(byLength)
  return counting.find((evidence) => chainReportHolds(state, evidence).length === 0) ?? counting[0]
}
