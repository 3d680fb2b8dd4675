/** Where a pull request stands in the queue: its priority, and which of the queue's lists it belongs to. */
import { isNone, isSome, none, some, type Option } from 'fp-ts/lib/Option.js'
import type { Sha } from '../ids.js'
import {
  blockingLabels,
  evidenceHolds,
  hasDoNotTest,
  isAuthorized,
  reportHolds,
  standingHolds,
} from '../landing/pullRequestHolds.js'
import { dependencyHolds, isUrgent } from '../landing/dependencies.js'
import { clearing } from '../landing/clearing.js'
import type { Hold } from '../landing/hold.js'
import type { CheckRank, PriorityKey } from '../model/priority.js'
import type { BranchState, Place, PullRequest, Turn } from '../model/state.js'
import { requiredChecks } from './checks.js'

type Facts = Pick<PullRequest, 'snapshot' | 'result' | 'run' | 'refusal' | 'queued' | 'overtaken'>

/** Ordered by arrival only the turn differs; what has no turn yet comes last. */
const keyOf = (state: BranchState, pr: Facts): PriorityKey => {
  const { number } = pr.snapshot
  const high = isUrgent(state, pr.snapshot)
  const { order } = state.policy
  switch (order._tag) {
    case 'checks': {
      const unblocked = blockingLabels(state, pr.snapshot).length === 0
      return { high, unblocked, rank: rankOf(state, pr), turn: 0, number }
    }
    case 'arrival': {
      const turn = isSome(pr.queued) ? pr.queued.value.turn : Number.MAX_SAFE_INTEGER
      return { high: false, unblocked: true, rank: 2, turn: high ? turn - order.headStart : turn, number }
    }
  }
}

/**
 * 2 all passing, 1 unknown, 0 some failed. Our own result counts as one of the checks, and it keeps counting while the
 * pull request is tested again: a candidate does not lose its rank by being candidate (the reference's drift).
 */
const rankOf = (state: BranchState, pr: Facts): CheckRank => {
  const own = isNone(pr.result) ? 'pending' : pr.result.value._tag === 'Passed' ? 'success' : 'failure'
  const verdicts = [
    own,
    ...requiredChecks(state.policy, state.requiredChecks, pr.snapshot).map((check) => check.verdict),
  ]
  return verdicts.includes('failure') ? 0 : verdicts.includes('pending') ? 1 : 2
}

/** The base on which another test would teach nothing new. */
const settledOn = (pr: Facts, held: boolean): Option<Sha> => {
  if (isSome(pr.run) || isNone(pr.result)) return none
  const result = pr.result.value
  switch (result._tag) {
    case 'Errored':
      return some(result.base)
    case 'Passed':
      return held ? some(result.evidence.base) : none
    case 'Failed':
      return none
  }
}

/** Holds that no test and no waiting of ours will clear. */
const heldByOthers = (state: BranchState, pr: Facts, reports: ReadonlyArray<Hold>): boolean =>
  evidenceHolds(state, pr).length > 0 || reports.some((h) => clearing[h._tag].by !== 'headgate')

const isPending = (h: Hold): boolean => h._tag === 'CheckPending' || h._tag === 'CheckNotReported'

/** What is cleared by the forge's taking our status. */
const isUnsaid = (h: Hold): boolean => h._tag === 'StatusNotPosted'

const turnOf = ({ snapshot: { number }, queued }: Facts): Option<Turn> =>
  isSome(queued) ? some({ turn: queued.value.turn, number }) : none

/** It has its place in the queue, behind this one. */
const isOrdered = (h: Hold): boolean => h._tag === 'DependencyOpen'

/**
 * Pure in the facts about this pull request, the policy, the authorizations, the required checks, its posted status, and who
 * depends on whom. Who depends on an open one is never tested alone: that would say nothing about what is to land.
 */
export const placeOf = (state: BranchState, pr: Facts): Place => {
  const s = pr.snapshot
  const testable = isAuthorized(state, s) && !hasDoNotTest(state, s)
  const dependencies = dependencyHolds(state, s)
  const holds = [...standingHolds(state, s), ...dependencies.filter((h) => !isOrdered(h))]
  const reports = reportHolds(state, pr)
  const passed = isSome(pr.result) && pr.result.value._tag === 'Passed' ? pr.result.value.evidence : undefined
  const failed = isSome(pr.result) && pr.result.value._tag === 'Failed'
  const held = holds.length > 0 || heldByOthers(state, pr, reports)
  const ready = testable && !failed && holds.length === 0
  const waiting = ready && dependencies.length === 0 && isNone(pr.refusal) ? turnOf(pr) : none
  const landable =
    passed !== undefined && isNone(pr.run) && !held && dependencies.length === 0 && reports.every(isUnsaid)
  return {
    key: keyOf(state, pr),
    candidate: testable && !failed && holds.every(isPending),
    ready,
    untested:
      testable &&
      dependencies.length === 0 &&
      isNone(pr.run) &&
      (isNone(pr.result) || pr.result.value._tag === 'Errored'),
    settledOn: settledOn(pr, held),
    landableOn: landable ? some(passed.base) : none,
    waiting,
    overdue: isSome(waiting) && pr.overtaken >= state.policy.maxOvertaken,
  }
}
