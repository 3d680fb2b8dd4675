/**
 * The judge hears every event and sees every order, and knows the world. It holds a much simpler picture than the core
 * (what the newest reads showed, what people decided, what the world did) and says which guarantee an order breaks. It
 * shares no code with what decides.
 */
import type { BranchState, Effect, Event, Policy, PullRequestSnapshot, Violation } from '@headgate/core'
import { judgeDeploy, judgeLanding, judgeStatus, judgeTest } from './verdicts.js'
import type { World } from './world.js'

/** What a read showed, and the step at which it did: a read that was asked before that never overrides it. */
interface Shown<A> {
  readonly known: number
  readonly what: A
}

export interface Judge {
  /** In force: the last that an operator set. */
  policy: Policy
  step: number
  /** Reads that wait for an answer, by subject. */
  asked: Map<string, { readonly id: string; readonly step: number }>
  required: ReadonlyArray<string>
  /** Null for one that was seen to be gone. */
  prs: Map<number, Shown<PullRequestSnapshot | null>>
  authorized: Set<string>
  frozen: boolean
  /** Pull requests that the gate was told have landed. */
  landed: Set<number>
  /** Ids of all orders given, and the order of each run's preparation and submission. */
  ordered: Set<string>
  runs: Map<string, string>
  /** Batches that the gate was told of, and those that it ordered to stop. */
  batches: Set<number>
  stopped: Set<number>
  /** `pr@source`: batches up to this one count no longer. */
  retried: Map<string, number>
  /** When a run of a source last began, or was found running. */
  renewed: Map<string, number>
  /** The last status of each source that the forge is known to have taken, and those that are on their way. */
  said: Map<string, { readonly state: string; readonly step: number }>
  saying: Map<string, { readonly sha: string; readonly state: string; readonly step: number }>
  /** The greatest cap of this life: lowering it stops nothing. */
  cap: number
  /** How many landings of the world happened before this life, and how many have been judged. */
  before: number
  judged: number
}

export const newJudge = (policy: Policy, landings = 0): Judge => ({
  policy,
  step: 0,
  asked: new Map(),
  required: [],
  prs: new Map(),
  authorized: new Set(),
  frozen: false,
  landed: new Set(),
  ordered: new Set(),
  runs: new Map(),
  batches: new Set(),
  stopped: new Set(),
  retried: new Map(),
  renewed: new Map(),
  said: new Map(),
  saying: new Map(),
  cap: policy.maxTestRuns,
  before: landings,
  judged: landings,
})

const subjectOf = (id: string): string => id.slice(0, id.lastIndexOf('#'))

const seePr = (judge: Judge, number: number, asked: number, what: PullRequestSnapshot | null): void => {
  const known = judge.prs.get(number)
  if (known !== undefined && known.known > asked) return
  // What was never open can't be gone.
  if (what === null && known === undefined) return
  judge.prs.set(number, { known: judge.step, what })
  leaveSource(judge, known?.what?.source, what?.source)
}

/** Who leaves a source that others share takes its result along: what is left may be a run that is under way. */
const leaveSource = (judge: Judge, from: string | undefined, to: string | undefined): void => {
  const shared = [...judge.prs.values()].some(({ what }) => what?.source === from)
  if (from !== undefined && from !== to && shared) judge.renewed.set(from, judge.step)
}

const seeBranch = (judge: Judge, asked: number, event: Extract<Event, { _tag: 'BranchObserved' }>): void => {
  judge.required = event.requiredChecks
  const open = new Set<number>(event.pullRequests.map((pr) => pr.number))
  event.pullRequests.forEach((pr) => seePr(judge, pr.number, asked, pr))
  for (const [number, { what }] of judge.prs)
    if (what !== null && !open.has(number)) seePr(judge, number, asked, null)
}

/** The read that this event answers, if it is the newest of its subject and was not answered before. */
const takeRead = (judge: Judge, id: string): number | undefined => {
  const asked = judge.asked.get(subjectOf(id))
  if (asked?.id !== id) return undefined
  judge.asked.delete(subjectOf(id))
  return asked.step
}

const hearRead = (judge: Judge, event: Extract<Event, { readonly answers: string }>): void => {
  const asked = takeRead(judge, event.answers)
  if (asked === undefined) return
  if (event._tag === 'BranchObserved') seeBranch(judge, asked, event)
  if (event._tag === 'PullRequestObserved') {
    const pr = Number(subjectOf(event.answers).split('/')[1])
    seePr(judge, pr, asked, event.fate._tag === 'Open' ? event.fate.snapshot : null)
  }
}

/** A retry without a batch means every batch of this pull request at this source that there is. */
const hearRetry = (judge: Judge, world: World, event: Extract<Event, { _tag: 'TestRetried' }>): void => {
  const source = judge.prs.get(event.pr)?.what?.source
  if (source === undefined) return
  const key = `${event.pr}@${source}`
  const known = world.batches.filter(
    (b) => b.pr === event.pr && b.source === source && judge.batches.has(b.id),
  )
  const upTo =
    event.batchId._tag === 'Some' ? event.batchId.value : Math.max(0, ...known.map((batch) => batch.id))
  judge.retried.set(key, Math.max(judge.retried.get(key) ?? 0, upTo))
  // What is left to say of a source that others share may be that a run of theirs is under way.
  judge.renewed.set(source, judge.step)
}

export const hear = (judge: Judge, world: World, event: Event): void => {
  judge.step += 1
  switch (event._tag) {
    case 'ShaAuthorized':
      judge.authorized.add(event.sha)
      return
    case 'BranchFrozen':
      judge.frozen = true
      return
    case 'BranchUnfrozen':
      judge.frozen = false
      return
    case 'PolicyChanged':
      judge.policy = event.policy
      judge.cap = Math.max(judge.cap, event.policy.maxTestRuns)
      return
    case 'TestRetried':
      return hearRetry(judge, world, event)
    case 'StatusPosted':
      return hearStatus(judge, event.answers)
    case 'BranchLanded':
      return hearLanding(judge, world, event)
    case 'HeadObserved':
      hearRead(judge, event)
      return seeLanding(judge, world, event.head)
    case 'TestBatchSubmitted':
    case 'DeployBatchSubmitted':
      if (judge.ordered.has(event.answers)) judge.batches.add(event.batchId)
      return
    case 'BatchesObserved':
      takeRead(judge, event.answers)
      for (const batch of [...event.tests, ...event.deploys]) judge.batches.add(batch.batchId)
      for (const batch of event.tests) if (!batch.complete) judge.renewed.set(batch.source, judge.step)
      return
    default:
      if ('answers' in event && event._tag !== 'EffectFailed') hearRead(judge, event)
  }
}

const hearStatus = (judge: Judge, id: string): void => {
  const status = judge.saying.get(id)
  judge.saying.delete(id)
  if (status !== undefined) judge.said.set(status.sha, { state: status.state, step: status.step })
}

const hearLanding = (judge: Judge, world: World, event: Extract<Event, { _tag: 'BranchLanded' }>): void => {
  if (judge.ordered.has(event.answers)) seeLanding(judge, world, event.landed)
}

/** The branch was seen at what landed: all who landed with it have left. */
const seeLanding = (judge: Judge, world: World, head: string): void => {
  for (const landing of world.landings.filter((l) => l.at === head)) {
    judge.landed.add(landing.pr)
    seePr(judge, landing.pr, judge.step, null)
  }
}

const broken = (guarantee: string, text: string): Violation => ({ guarantee, text })

/** What happened in the world since the last look: each landing was tested, is what it should be, and is the only one. */
const judgeWorld = (judge: Judge, world: World): ReadonlyArray<Violation> => {
  const fresh = world.landings.slice(judge.judged)
  judge.judged = world.landings.length
  return fresh.flatMap((landing) => {
    const commit = world.commits.get(landing.landed)
    const contents = `${world.commits.get(landing.base)?.tree}+${landing.source}`
    return [
      ...(landing.testedGreen ? [] : [broken('S1', `#${landing.pr} landed without a passing test`)]),
      ...(commit?.tree === contents ? [] : [broken('S10', `#${landing.pr} landed as something else`)]),
      ...(world.landings.filter((l) => l.pr === landing.pr).length === 1
        ? []
        : [broken('S8', `#${landing.pr} landed twice`)]),
    ]
  })
}

/** Batches that run, that the gate knows of and that it has not ordered to stop. */
export const runningBatches = (judge: Judge, world: World, kind: 'test' | 'deploy') =>
  world.batches.filter(
    (b) => b.state === 'running' && b.kind === kind && judge.batches.has(b.id) && !judge.stopped.has(b.id),
  )

const judgeBatches = (judge: Judge, world: World): ReadonlyArray<Violation> => {
  const gates = runningBatches(judge, world, 'test').filter((b) => b.purpose === 'gate').length
  const deploys = runningBatches(judge, world, 'deploy').length
  const cap = judge.cap + 1
  return [
    ...(gates > cap ? [broken('S6', `${gates} test batches run, at most ${cap} may`)] : []),
    ...(deploys > 1 ? [broken('S5', `${deploys} deploys run at once`)] : []),
  ]
}

const judgeOrder = (judge: Judge, world: World, effect: Effect): ReadonlyArray<Violation> => {
  switch (effect._tag) {
    case 'ReadBranch':
    case 'ReadHead':
    case 'ReadPullRequest':
    case 'ReadBatch':
    case 'ReadBatches':
      judge.asked.set(subjectOf(effect.id), { id: effect.id, step: judge.step })
      return []
    case 'CancelBatch':
      judge.stopped.add(effect.batchId)
      return []
    case 'PrepareCommit':
    case 'SubmitTestBatch':
      return judgeTest(judge, world, effect)
    case 'LandBranch':
      return judgeLanding(judge, world, effect)
    case 'PostStatus':
      return judgeStatus(judge, world, effect)
    case 'SubmitDeployBatch':
      return judgeDeploy(judge, world, effect)
    default:
      return []
  }
}

/** The violations of one step, after its event was heard. An order that is given again was judged the first time. */
export const judge = (
  judge: Judge,
  world: World,
  after: BranchState,
  effects: ReadonlyArray<Effect>,
): ReadonlyArray<Violation> => {
  const fresh = effects.filter((effect) => !judge.ordered.has(effect.id))
  const verdicts = fresh.flatMap((effect) => judgeOrder(judge, world, effect))
  fresh.forEach((effect) => judge.ordered.add(effect.id))
  const samePolicy =
    after.policy === judge.policy || JSON.stringify(after.policy) === JSON.stringify(judge.policy)
  return [
    ...verdicts,
    ...judgeWorld(judge, world),
    ...judgeBatches(judge, world),
    ...(samePolicy ? [] : [broken('S12', 'the policy is not what an operator set')]),
  ]
}
