/** The order of the queue, computed anew from the domain's own words: what lands, and what is next, must be its first. */
import { isSome } from 'fp-ts/lib/Option.js'
import {
  explain,
  queueOf,
  SortedMap,
  type BranchState,
  type PrNumber,
  type PullRequest,
  type PullRequestSnapshot,
  type Reason,
  type Violation,
} from '@headgate/core'
import type { Step } from './game.js'

const codesOf = (holds: ReadonlyArray<Reason>): ReadonlyArray<string> => holds.map((hold) => hold.code)
const some = (codes: ReadonlyArray<string>, wanted: ReadonlyArray<string>): boolean =>
  codes.some((code) => wanted.includes(code))

const snapshotOf = ({ snapshot }: PullRequest): PullRequestSnapshot => snapshot

/** All who depend on one of these, and who depends on them, and so on. */
const waitingFor = (
  state: BranchState,
  numbers: ReadonlyArray<PrNumber>,
): ReadonlyArray<PullRequestSnapshot> => {
  const more = SortedMap.valuesArray(state.pullRequests)
    .map(snapshotOf)
    .filter((s) => !numbers.includes(s.number) && s.dependsOn.some((n) => numbers.includes(n)))
  return more.length === 0 ? [] : [...more, ...waitingFor(state, [...numbers, ...more.map((s) => s.number)])]
}

/** Label (its own, or that of one that waits for it) first, then nothing blocking, then checks (all passing, unknown, some failed), then the lowest number. */
const priority = (state: BranchState, pr: PullRequest): ReadonlyArray<number> => {
  const { labels } = state.policy
  const waiting = [snapshotOf(pr), ...waitingFor(state, [pr.snapshot.number])]
  const { snapshot, result } = pr
  const codes = codesOf(explain(state, snapshot.number))
  const failed = some(codes, ['CheckFailed']) || (isSome(result) && result.value._tag !== 'Passed')
  const unknown = some(codes, ['CheckPending', 'CheckNotReported']) || !isSome(result)
  return [
    waiting.some((s) => s.labels.includes(labels.highPriority)) ? 0 : 1,
    snapshot.labels.some((label) => labels.blocking.includes(label)) ? 1 : 0,
    failed ? 2 : unknown ? 1 : 0,
    snapshot.number,
  ]
}

const before = (a: ReadonlyArray<number>, b: ReadonlyArray<number>): number => {
  const at = a.findIndex((n, i) => n !== b[i])
  return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0)
}

const inOrder = (state: BranchState, wanted: (pr: PullRequest) => boolean): ReadonlyArray<number> =>
  SortedMap.valuesArray(state.pullRequests)
    .filter(wanted)
    .map((pr) => priority(state, pr))
    .sort(before)
    .map((key) => key[3] ?? 0)

const disqualifying = [
  'Draft',
  'NotAuthorized',
  'NotApproved',
  'ChangesRequested',
  'ApprovalOutdated',
  'BlockingLabel',
  'CheckFailed',
  'TestFailed',
  'DependencyCycle',
  'DependencyClosed',
  'DependencyUnread',
]

/** Nothing that people must do first stands in its way, and a test on this head has not shown that it must wait. */
const mayBeNext =
  (state: BranchState) =>
  (pr: PullRequest): boolean => {
    const { snapshot, result, run } = pr
    const holds = explain(state, snapshot.number)
    const head = isSome(state.head) ? state.head.value.sha : undefined
    const failed = isSome(result) && result.value._tag === 'Failed'
    const waitsForOthers = some(codesOf(holds), [
      'CheckPending',
      'CheckNotReported',
      'EvidenceIncomplete',
      'StatusRefused',
      'LandingRefused',
    ])
    const done =
      !isSome(run) &&
      isSome(result) &&
      ((result.value._tag === 'Errored' && result.value.base === head) ||
        (result.value._tag === 'Passed' && result.value.evidence.base === head && waitsForOthers))
    return (
      !failed &&
      !done &&
      !some(codesOf(holds), disqualifying) &&
      !snapshot.labels.includes(state.policy.labels.doNotTest)
    )
  }

/** Always the first of those that wait for nobody who is still behind; who waits for one outside the queue is outside as well. */
const inTurn = (state: BranchState, numbers: ReadonlyArray<number>): ReadonlyArray<number> => {
  const waitsFor = (number: number): ReadonlyArray<number> =>
    (SortedMap.get(state.pullRequests, number as PrNumber)?.snapshot.dependsOn ?? []).filter((dependency) =>
      SortedMap.has(state.pullRequests, dependency),
    )
  const turns = (served: ReadonlyArray<number>): ReadonlyArray<number> => {
    const next = numbers.find((n) => !served.includes(n) && waitsFor(n).every((d) => served.includes(d)))
    return next === undefined ? served : turns([...served, next])
  }
  return turns([])
}

const queue = (state: BranchState): ReadonlyArray<Violation> => {
  const expected = inTurn(state, inOrder(state, mayBeNext(state))).join()
  const actual = queueOf(state).join()
  return expected === actual
    ? []
    : [{ guarantee: 'Order', text: `the queue is ${actual || 'empty'}, it should be ${expected || 'empty'}` }]
}

/** Of all that could land when a landing was ordered, the first lands. */
const landing = ({ before: was, after, effects }: Step): ReadonlyArray<Violation> =>
  effects.flatMap((effect) => {
    if (effect._tag !== 'LandBranch' || SortedMap.has(was.inFlight, 'LandBranch')) return []
    const ready = inOrder(after, (pr) =>
      codesOf(explain(after, pr.snapshot.number)).every((code) => code === 'LandingInFlight'),
    )
    const lands = effect.ticket.members[0]?.pr
    return ready[0] === lands
      ? []
      : [{ guarantee: 'Order', text: `#${lands} lands, but #${ready[0]} comes first` }]
  })

/** The order that the reference promises; with another, or with chains, who lands first is for the strategy to say. */
export const brokenOrder = (step: Step): ReadonlyArray<Violation> => {
  const { strategy, order } = step.after.policy
  const served = SortedMap.size(step.after.chains) === 0 && strategy._tag === 'serial'
  return order._tag !== 'checks' ? [] : [...queue(step.after), ...(served ? landing(step) : [])]
}
