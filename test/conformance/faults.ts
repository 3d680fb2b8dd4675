/** Faults planted in the core, to see that the suite does not explain them away. */
import {
  reduce,
  SortedMap,
  type BranchState,
  type Effect,
  type Event,
  type PullRequestSnapshot,
} from '@headgate/core'
import { none, some } from 'fp-ts/lib/Option.js'
import type { Reduce } from './session.js'

/** A core that sees pull requests otherwise than they are. */
const seeing = (change: (pr: PullRequestSnapshot) => PullRequestSnapshot): Reduce =>
  hearing((event) => {
    switch (event._tag) {
      case 'BranchObserved':
        return { ...event, pullRequests: event.pullRequests.map(change) }
      case 'PullRequestObserved':
        return event.fate._tag === 'Open'
          ? { ...event, fate: { ...event.fate, snapshot: change(event.fate.snapshot) } }
          : event
      default:
        return event
    }
  })

const hearing =
  (change: (event: Event) => Event): Reduce =>
  (state, event) =>
    reduce(state, change(event))

/** A core that never gives some orders. */
const silent =
  (unwanted: (effect: Effect) => boolean): Reduce =>
  (state, event) => {
    const [next, effects] = reduce(state, event)
    return [next, effects.filter((effect) => !unwanted(effect))]
  }

const believing =
  (change: (state: BranchState, event: Event) => BranchState): Reduce =>
  (state, event) =>
    reduce(change(state, event), event)

const without = (label: string): Reduce =>
  seeing((pr) => ({ ...pr, labels: pr.labels.filter((other) => other !== label) }))

const frozenIsOpen: Reduce = (state, event) =>
  event._tag === 'BranchFrozen' ? [state, []] : reduce(state, event)

/** Every result is about the present head. */
const neverStale = (state: BranchState): BranchState => {
  const { head } = state
  if (head._tag === 'None') return state
  const base = head.value.sha
  const results = SortedMap.valuesArray(state.pullRequests).map((pr) =>
    pr.result._tag === 'Some' && pr.result.value._tag === 'Passed'
      ? {
          ...pr,
          result: some({
            ...pr.result.value,
            evidence: { ...pr.result.value.evidence, base },
          }),
          place: {
            ...pr.place,
            landableOn: pr.place.landableOn._tag === 'Some' ? some(base) : none,
          },
        }
      : pr,
  )
  return {
    ...state,
    pullRequests: results.reduce((map, pr) => SortedMap.set(map, pr.snapshot.number, pr), state.pullRequests),
  }
}

export const faults: Readonly<Record<string, Reduce>> = {
  'lands without approval': seeing((pr) => ({ ...pr, reviewDecision: 'APPROVED' })),
  'lands and tests a stranger’s code': seeing((pr) => ({ ...pr, author: 'ehigham' })),
  'lands what is labelled WIP': without('WIP'),
  'tests what must not be tested': without('do-not-test'),
  'knows no high priority': without('prio:high'),
  'takes a skipped check for a passed one': seeing((pr) => ({
    ...pr,
    checks: pr.checks.map((check) =>
      check.state._tag === 'Some' && check.state.value === 'SKIPPED'
        ? { ...check, state: some('SUCCESS') }
        : check,
    ),
  })),
  'asks for no required check': hearing((event) =>
    event._tag === 'BranchObserved' ? { ...event, requiredChecks: ['ci-test'] } : event,
  ),
  'never cancels': silent((effect) => effect._tag === 'CancelBatch'),
  'never says failure': silent((effect) => effect._tag === 'PostStatus' && effect.state === 'failure'),
  'never says pending': silent((effect) => effect._tag === 'PostStatus' && effect.state === 'pending'),
  'never lands': silent((effect) => effect._tag === 'LandBranch'),
  'never deploys': silent((effect) => effect._tag === 'SubmitDeployBatch'),
  'lands while frozen': frozenIsOpen,
  'ignores the cap': believing((state) => ({ ...state, policy: { ...state.policy, maxTestRuns: 9 } })),
  'tests one at a time': believing((state) => ({ ...state, policy: { ...state.policy, maxTestRuns: 1 } })),
  'forgets its deploy': believing((state, event) =>
    event._tag === 'BatchesObserved'
      ? state
      : { ...state, deploy: { ...state.deploy, current: none, last: none } },
  ),
  'merges while it deploys': believing((state) => ({
    ...state,
    policy: { ...state.policy, deployable: false },
  })),
  'takes a cancelled batch for a failed one': hearing((event) =>
    event._tag === 'BatchesObserved'
      ? {
          ...event,
          tests: event.tests.map((b) =>
            b.state === 'cancelled' ? { ...b, state: 'failure', complete: true } : b,
          ),
        }
      : event,
  ),
  'takes a failed batch for a passed one': hearing((event) =>
    event._tag === 'BatchesObserved'
      ? { ...event, tests: event.tests.map((b) => (b.state === 'failure' ? { ...b, state: 'success' } : b)) }
      : event,
  ),
  'hears of no retry': (state, event) => (event._tag === 'TestRetried' ? [state, []] : reduce(state, event)),
  'takes the last number first': seeing((pr) => ({
    ...pr,
    labels: pr.number > 3 ? [...pr.labels, 'prio:high'] : pr.labels,
  })),
  'lands on a head that it was not tested on': believing(neverStale),
}
