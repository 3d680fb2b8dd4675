/** What must hold of every step: what may be ordered in which state. Independent of the code that decides. */
import { isNone, isSome } from 'fp-ts/lib/Option.js'
import * as M from '../collections/sortedMap.js'
import type { PrNumber } from '../ids.js'
import type { Effect, EffectOf } from '../model/effect.js'
import type { Member } from '../model/run.js'
import { invalidationKey, type BranchState, type PullRequest } from '../model/state.js'
import type { Violation } from './violations.js'

const broken = (guarantee: string, text: string): Violation => ({ guarantee, text })
const unless = (holds: boolean, guarantee: string, text: string): ReadonlyArray<Violation> =>
  holds ? [] : [broken(guarantee, text)]

const trusted = (state: BranchState, pr: PullRequest): boolean =>
  state.policy.trustedAuthors.some((author) => author === pr.snapshot.author) ||
  M.has(state.authorizations, pr.snapshot.source)

const greens = ['SUCCESS', 'NEUTRAL']

const requiredAreGreen = (state: BranchState, pr: PullRequest): boolean =>
  [...state.requiredChecks, ...state.policy.requiredChecks]
    .filter((name) => name !== state.policy.statusContext)
    .every((name) => {
      const trustedReporter = new Map(Object.entries(state.policy.checkReporters)).get(name)
      const reports = pr.snapshot.checks.filter(
        (c) =>
          c.name === name &&
          (trustedReporter === undefined || (isSome(c.reporter) && c.reporter.value === trustedReporter)),
      )
      return reports.length > 0 && reports.every((c) => isSome(c.state) && greens.includes(c.state.value))
    })

/** It has landed, was seen merged, or lands in this very step before the other. */
const isBelow = (state: BranchState, before: ReadonlyArray<number>, dependency: PrNumber): boolean =>
  before.includes(dependency) ||
  (!M.has(state.pullRequests, dependency) &&
    (M.has(state.landings, dependency) ||
      M.has(state.landedBefore, dependency) ||
      M.get(state.fates, dependency) === 'merged'))

/** S1, S2, S3, S9, S10: the ticket against the evidence on record when the landing was first ordered. */
const landing = (state: BranchState, { ticket }: EffectOf<'LandBranch'>): ReadonlyArray<Violation> =>
  ticket.members.flatMap((member, i) => {
    const pr = M.get(state.pullRequests, member.pr)
    if (pr === undefined) return [broken('S8', `#${member.pr} is to land but is not open`)]
    const own = isSome(pr.result) && pr.result.value._tag === 'Passed' ? pr.result.value.evidence : undefined
    const passed = own?.run === ticket.run ? own : M.get(state.chains, ticket.run)
    const s = pr.snapshot
    const upTo = M.get(state.invalidated, invalidationKey(s.number, s.source))
    const approved =
      s.reviewDecision === 'APPROVED' &&
      (state.policy.approvals !== 'of-this-sha' || s.approvedShas.includes(s.source))
    return [
      ...unless(
        passed !== undefined &&
          passed.base === ticket.base &&
          JSON.stringify(passed.members) === JSON.stringify(ticket.members) &&
          passed.batchId === ticket.batchId &&
          JSON.stringify(passed.commit) === JSON.stringify(ticket.commit) &&
          (upTo === undefined || passed.batchId > upTo),
        'S1',
        `#${member.pr} is to land a commit without a passing run on this base`,
      ),
      ...unless(
        isSome(state.head) && state.head.value.sha === ticket.base,
        'S2',
        'the ticket is for another base',
      ),
      ...unless(
        member.source === s.source,
        'S10',
        `#${member.pr} is to land another source than was reviewed`,
      ),
      ...unless(approved, 'S3', `#${member.pr} is to land without approval`),
      ...unless(requiredAreGreen(state, pr), 'S3', `#${member.pr} is to land without its required checks`),
      ...unless(trusted(state, pr), 'S3', `#${member.pr} is to land without authorization`),
      ...unless(
        !s.labels.some((l) => state.policy.labels.blocking.includes(l)),
        'S3',
        `#${member.pr} is to land with a blocking label`,
      ),
      ...s.dependsOn.flatMap((dependency) =>
        unless(
          isBelow(
            state,
            ticket.members.slice(0, i).map((m) => m.pr),
            dependency,
          ),
          'S3',
          `#${member.pr} is to land before #${dependency}, on which it depends`,
        ),
      ),
      ...unless(isNone(state.frozen), 'S3', 'a landing was ordered while frozen'),
      ...unless(isNone(state.deploy.current), 'S3', 'a landing was ordered while a deploy is in flight'),
      ...unless(state.policy.mergeable, 'S3', 'a landing was ordered on a branch that is not mergeable'),
    ]
  })

const testing = (
  state: BranchState,
  effect: EffectOf<'PrepareCommit'> | EffectOf<'SubmitTestBatch'>,
): ReadonlyArray<Violation> =>
  effect.members.flatMap((member) => {
    const pr = M.get(state.pullRequests, member.pr)
    return unless(
      pr !== undefined && pr.snapshot.source === member.source && trusted(state, pr),
      'S4',
      `code of #${member.pr} at ${member.source} is to run unauthorized`,
    )
  })

const deploying = (state: BranchState, effect: EffectOf<'SubmitDeployBatch'>): ReadonlyArray<Violation> => [
  ...unless(
    isSome(state.head) &&
      state.head.value.sha === effect.sha &&
      state.head.value.standing._tag === 'Verified',
    'S5',
    `${effect.sha} is to be deployed but is not the verified head`,
  ),
  ...unless(isNone(state.frozen), 'S3', 'a deploy was ordered while frozen'),
]

const reporting = (
  before: BranchState,
  state: BranchState,
  effect: EffectOf<'PostStatus'>,
): ReadonlyArray<Violation> => {
  const source = M.get(state.sources, effect.sha)
  const prs = (source?.prs ?? []).flatMap((n) => {
    const pr = M.get(state.pullRequests, n)
    return pr === undefined ? [] : [pr]
  })
  const was = M.get(before.sources, effect.sha)?.posted
  const wasFinal = was !== undefined && isSome(was) && was.value !== 'pending'
  const isIn = (pr: PullRequest) => (run: { readonly members: ReadonlyArray<Member> }) =>
    run.members.some((m) => m.pr === pr.snapshot.number && m.source === pr.snapshot.source)
  const renewed = prs.some(
    (pr) => isSome(pr.run) || isNone(pr.result) || M.valuesArray(state.runs).some(isIn(pr)),
  )
  return [
    ...unless(
      source !== undefined,
      'S7',
      `a status is to be posted on ${effect.sha}, which no pull request has`,
    ),
    ...unless(
      !(effect.state === 'pending' && wasFinal && !renewed),
      'S7',
      `${effect.sha} goes back to pending without a new run`,
    ),
    ...unless(
      effect.state !== 'success' ||
        prs.some(
          (pr) =>
            (isSome(pr.result) && pr.result.value._tag === 'Passed') ||
            M.valuesArray(state.chains).some(isIn(pr)),
        ),
      'S7',
      `${effect.sha} is called a success that nothing shows`,
    ),
  ]
}

const gateRuns = (state: BranchState): number =>
  M.valuesArray(state.runs).filter((run) => run.purpose === 'gate' && !run.abandoned).length

/** A cap that is lowered stops nothing that runs, but nothing more begins until it is kept again. */
const cap = (before: BranchState, after: BranchState): ReadonlyArray<Violation> => {
  const [had, has] = [gateRuns(before), gateRuns(after)]
  return unless(
    has <= after.policy.maxTestRuns + 1 || has <= had,
    'S6',
    `${has} test runs, the cap is ${after.policy.maxTestRuns} and one more`,
  )
}

/**
 * Every guarantee broken by one step `reduce(before, event) = [after, effects]`. A repeated effect (same id as one that
 * was in flight before) is judged by the step that first ordered it.
 */
export const stepViolations = (
  before: BranchState,
  after: BranchState,
  effects: ReadonlyArray<Effect>,
): ReadonlyArray<Violation> => {
  const known = new Set(M.valuesArray(before.inFlight).map((flight) => flight.effect.id as string))
  const once = new Set(effects.map((effect) => effect.id as string)).size === effects.length
  return [
    ...unless(once, 'S8', 'one effect was ordered twice in a step'),
    ...cap(before, after),
    ...effects
      .filter((effect) => !known.has(effect.id))
      .flatMap((effect) => {
        switch (effect._tag) {
          case 'LandBranch':
            return landing(after, effect)
          case 'PrepareCommit':
          case 'SubmitTestBatch':
            return testing(after, effect)
          case 'SubmitDeployBatch':
            return deploying(after, effect)
          case 'PostStatus':
            return reporting(before, after, effect)
          default:
            return []
        }
      }),
  ]
}
