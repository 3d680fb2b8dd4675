/** What must hold in every state. Written independently of the code that decides, so that it can catch it. */
import { isNone, isSome } from 'fp-ts/lib/Option.js'
import * as M from '../collections/sortedMap.js'
import * as SortedSet from '../collections/sortedSet.js'
import { byPriority } from '../model/priority.js'
import { invalidationKey, type BranchState, type PullRequest, type Turn } from '../model/state.js'
import { placeOf } from '../queue/place.js'

/** The guarantee that is broken (S1 to S12 of the design, or `Index`/`Shape` for the state's own consistency) and how. */
export interface Violation {
  readonly guarantee: string
  readonly text: string
}

type Check = (state: BranchState) => ReadonlyArray<Violation>

const violation = (guarantee: string, text: string): Violation => ({ guarantee, text })
const when = (broken: boolean, guarantee: string, text: string): ReadonlyArray<Violation> =>
  broken ? [violation(guarantee, text)] : []

const headTests: Check = (state) => {
  const heads = M.valuesArray(state.runs).filter((run) => run.purpose === 'head' && !run.abandoned).length
  return when(heads > 1, 'S6', `${heads} tests of the head at once`)
}

const runsBelong: Check = (state) => [
  ...M.valuesArray(state.runs).flatMap((run) =>
    run.purpose === 'gate' && !run.abandoned
      ? run.members.flatMap((m) => {
          const pr = M.get(state.pullRequests, m.pr)
          const owned =
            run.members.length > 1 || (pr !== undefined && isSome(pr.run) && pr.run.value === run.id)
          const mine = pr !== undefined && owned && pr.snapshot.source === m.source
          return when(!mine, 'S6', `run ${run.id} belongs to nothing: #${m.pr} does not own it`)
        })
      : [],
  ),
  ...M.valuesArray(state.pullRequests).flatMap((pr) =>
    isSome(pr.run)
      ? when(!M.has(state.runs, pr.run.value), 'Shape', `#${pr.snapshot.number} waits for a run that is gone`)
      : [],
  ),
]

const landsOnce: Check = (state) =>
  M.keysArray(state.pullRequests).flatMap((number) =>
    when(
      M.has(state.landings, number) || M.has(state.landedBefore, number),
      'S8',
      `#${number} has landed and is in the queue again`,
    ),
  )

const landingInFlight: Check = (state) => [
  ...when(
    isSome(state.landing) !== M.has(state.inFlight, 'LandBranch'),
    'Shape',
    'a landing is under way without its order, or the other way round',
  ),
]

const deployed: Check = (state) => {
  const submits = M.keysArray(state.inFlight).filter((subject) => subject.startsWith('SubmitDeployBatch/'))
  const { current } = state.deploy
  return [
    ...when(submits.length > 1, 'S5', `${submits.length} deploys are being submitted`),
    ...when(
      submits.length === 1 && isNone(current),
      'S5',
      'a deploy is being submitted that nobody knows of',
    ),
    ...when(
      isSome(current) && isNone(current.value.batchId) && submits.length === 0,
      'Shape',
      'a deploy waits for a batch that nobody submits',
    ),
  ]
}

const evidenceIsOwn: Check = (state) =>
  M.valuesArray(state.pullRequests).flatMap((pr) => {
    if (isNone(pr.result) || pr.result.value._tag === 'Errored') return []
    const { members, batchId } = pr.result.value.evidence
    const upTo = M.get(state.invalidated, invalidationKey(pr.snapshot.number, pr.snapshot.source))
    const own =
      members.length === 1 &&
      members[0]?.pr === pr.snapshot.number &&
      members[0].source === pr.snapshot.source
    return [
      ...when(!own, 'S9', `#${pr.snapshot.number} holds a result of something else`),
      ...when(
        upTo !== undefined && batchId <= upTo,
        'S11',
        `#${pr.snapshot.number} holds an invalidated result`,
      ),
    ]
  })

/** What passed as a chain could land as it is: on the head, of what is open now, and never of results made invalid. */
const chainsAreCurrent: Check = (state) => [
  ...M.valuesArray(state.chains).flatMap(({ run, base, members, batchId }) => {
    const stale = members.some((m) => M.get(state.pullRequests, m.pr)?.snapshot.source !== m.source)
    const invalid = members.some((m) => {
      const upTo = M.get(state.invalidated, invalidationKey(m.pr, m.source))
      return upTo !== undefined && batchId <= upTo
    })
    return [
      ...when(members.length < 2, 'Shape', `the chain of ${run} is none`),
      ...when(
        isNone(state.head) || state.head.value.sha !== base,
        'S1',
        `the chain of ${run} is not on the head`,
      ),
      ...when(stale, 'S9', `the chain of ${run} holds what is not open at that source`),
      ...when(invalid, 'S11', `the chain of ${run} holds an invalidated result`),
    ]
  }),
]

const waiting: Check = (state) => [
  ...M.valuesArray(state.runs).flatMap((run) => {
    const awaited =
      run.stage._tag === 'Running' ||
      M.has(
        state.inFlight,
        `${run.stage._tag === 'Preparing' ? 'PrepareCommit' : 'SubmitTestBatch'}/${run.id}`,
      )
    return when(!awaited, 'Liveness', `run ${run.id} is ${run.stage._tag} and waits for nothing`)
  }),
]

const samePlace = (pr: PullRequest, state: BranchState): boolean => {
  const place = placeOf(state, pr)
  return JSON.stringify(place) === JSON.stringify(pr.place)
}

const turns = (
  name: string,
  set: SortedSet.SortedSet<Turn>,
  all: ReadonlyArray<PullRequest>,
  wanted: (pr: PullRequest) => boolean,
): ReadonlyArray<Violation> => {
  const waiting = all
    .filter(wanted)
    .flatMap(({ place }) => (isSome(place.waiting) ? [place.waiting.value] : []))
  const expected = [...waiting].sort((a, b) => a.turn - b.turn || a.number - b.number)
  return when(
    JSON.stringify(SortedSet.toArray(set)) !== JSON.stringify(expected),
    'Index',
    `the index "${name}" is out of step`,
  )
}

/** Who depends on whom, computed anew; and only fates that somebody waits for are kept. */
const dependents: Check = (state) => {
  const all = M.valuesArray(state.pullRequests).map((pr) => pr.snapshot)
  const named = [...new Set(all.flatMap((s) => s.dependsOn))].sort((a, b) => a - b)
  const expected = named.map((number) => [
    number,
    all.filter((s) => s.dependsOn.includes(number)).map((s) => s.number),
  ])
  const found = M.toArray(state.book.dependents).map(([number, set]) => [number, SortedSet.toArray(set)])
  const idle = M.keysArray(state.fates).filter((n) => !named.includes(n) || M.has(state.pullRequests, n))
  return [
    ...when(
      JSON.stringify(found) !== JSON.stringify(expected),
      'Index',
      'the index "dependents" is out of step',
    ),
    ...when(idle.length > 0, 'Index', `the fate of #${idle.join(', #')} is kept for nobody`),
  ]
}

const index: Check = (state) => {
  const head = isSome(state.head) ? state.head.value.sha : undefined
  const all = M.valuesArray(state.pullRequests)
  const on = (base: PullRequest['place']['settledOn']): boolean => isSome(base) && base.value === head
  const expected = (wanted: (pr: PullRequest) => boolean) =>
    all
      .filter(wanted)
      .map((pr) => pr.place.key)
      .sort(byPriority.compare)
  const same = (
    name: string,
    set: SortedSet.SortedSet<PullRequest['place']['key']>,
    wanted: (pr: PullRequest) => boolean,
  ) =>
    when(
      JSON.stringify(SortedSet.toArray(set)) !== JSON.stringify(expected(wanted)),
      'Index',
      `the index "${name}" is out of step`,
    )
  return [
    ...all.flatMap((pr) =>
      when(!samePlace(pr, state), 'Index', `the place of #${pr.snapshot.number} is out of date`),
    ),
    ...same('candidates', state.book.candidates, (pr) => pr.place.candidate && !on(pr.place.settledOn)),
    ...same('untested', state.book.untested, (pr) => pr.place.untested && !on(pr.place.settledOn)),
    ...turns('waiting', state.book.waiting, all, () => true),
    ...turns('overdue', state.book.overdue, all, (pr) => pr.place.overdue),
    ...M.keysArray(state.book.landable).flatMap((base) =>
      same(
        `landable on ${base}`,
        M.get(state.book.landable, base) ?? SortedSet.empty(byPriority),
        (pr) => isSome(pr.place.landableOn) && pr.place.landableOn.value === base,
      ),
    ),
    ...all.flatMap((pr) =>
      when(
        !(M.get(state.sources, pr.snapshot.source)?.prs ?? []).includes(pr.snapshot.number),
        'Index',
        `#${pr.snapshot.number} is not listed under its source`,
      ),
    ),
  ]
}

const alarms: Check = (state) => {
  const flights = M.toArray(state.inFlight).filter(([, flight]) => flight.waiting !== 'look').length
  const pauses = M.valuesArray(state.pullRequests).filter(
    (pr) => isSome(pr.refusal) && pr.refusal.value.phase === 'paused',
  ).length
  return when(
    SortedSet.size(state.book.alarms) !== flights + pauses,
    'Liveness',
    'something waits without an alarm, or an alarm rings for nothing',
  )
}

const checks: ReadonlyArray<Check> = [
  headTests,
  runsBelong,
  landsOnce,
  landingInFlight,
  deployed,
  evidenceIsOwn,
  chainsAreCurrent,
  waiting,
  index,
  dependents,
  alarms,
]

/** Every broken invariant of this state; empty when it is sound. Costs O(open pull requests). */
export const violations = (state: BranchState): ReadonlyArray<Violation> =>
  checks.flatMap((check) => check(state))
