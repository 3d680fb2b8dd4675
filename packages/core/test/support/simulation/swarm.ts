/**
 * How random games are drawn. Swarm testing (Groce et al., 2012): each game draws its own policy, size, weights of moves
 * and rates of faults, many of them zero, so that games differ more than any one mix could and rare paths are reached.
 *
 * Not `fc.commands`: there a command is drawn before the game is played, so it can only say "the third order", and that
 * means something else once shrinking took an earlier command away. Here fast-check deals the dice (and with them the
 * seed and the replay); each command is chosen from what is possible now and named by what it is about ("the landing of
 * #3"). What is shrunk is that list of names (`shrink.ts`): any part of it is a legal game and still means the same.
 */
import * as fc from 'fast-check'
import { outcomes, type Outcome } from './phrases.js'

/** Kinds of moves. */
export const appetites = [
  'open',
  'push',
  'share',
  'review',
  'label',
  'draft',
  'close',
  'depend',
  'check',
  'require',
  'spoil',
  'branch',
  'finish',
  'hook',
  'answer',
  'late',
  'time',
  'authorize',
  'freeze',
  'retry',
  'policy',
  'restart',
  'forget',
] as const
export type Appetite = (typeof appetites)[number]

export interface Swarm {
  readonly pullRequests: number
  readonly commands: number
  /** The first line of the trace. */
  readonly changes: string
  readonly weights: Readonly<Record<Appetite, number>>
  readonly faults: Readonly<Record<Outcome, number>>
  /** Whether hooks come by themselves, and whether only some orders wait. */
  readonly hooks: boolean
  readonly byHand: boolean
  /** An endless row of natural numbers: the only source of chance. */
  readonly dice: IterableIterator<number>
}

/** Usual weights; a game multiplies each by 0, 1 or 4, those that games live on by 1 or more. */
const usual: Readonly<Record<Appetite, number>> = {
  open: 10,
  push: 4,
  share: 1,
  review: 8,
  label: 2,
  draft: 1,
  close: 1,
  depend: 3,
  check: 6,
  require: 1,
  spoil: 2,
  branch: 3,
  finish: 20,
  hook: 8,
  answer: 120,
  late: 4,
  time: 5,
  authorize: 2,
  freeze: 1,
  retry: 3,
  policy: 1,
  restart: 1,
  forget: 1,
}
const vital: ReadonlyArray<Appetite> = ['open', 'finish', 'answer', 'time', 'review', 'hook']

const weightOf = (appetite: Appetite): fc.Arbitrary<number> =>
  fc
    .constantFrom(...(vital.includes(appetite) ? [1, 1, 2] : [0, 1, 1, 4]))
    .map((factor) => factor * usual[appetite])

const weights = fc.record(
  Object.fromEntries(appetites.map((appetite) => [appetite, weightOf(appetite)])),
) as fc.Arbitrary<Record<Appetite, number>>

const rate = fc.constantFrom(0, 0, 1, 4)
const faults: fc.Arbitrary<Record<Outcome, number>> = fc.record({
  'is carried out': fc.constantFrom(20, 60),
  'is carried out, answered twice': rate,
  'is carried out, its answer is late': rate,
  'is carried out, its answer is lost': rate,
  'is carried out, its outcome is unknown': rate,
  'is lost': rate,
  'is lost, its outcome is unknown': rate,
  'fails for now': rate,
  'fails for ever': rate,
  'is refused': fc.constantFrom(0, 1, 4, 20),
  'shows an old picture': rate,
})

/** Policies in words; drawn twice, they combine. */
const policies = [
  '',
  'landing = forge-merge, mergeMethod = squash',
  'unverifiedHead = trust',
  'maxTestRuns = 1',
  'deployable = no',
  'onDeployFailure = hold',
  'approvals = of-the-pull-request',
  'requiredChecks = [lint]',
  'requiredChecks = [lint], checkReporters.lint = robot',
  'effectAttempts = 2, landingAttempts = 1',
  'maxTestRuns = 12',
  'maxOvertaken = 1',
  'preemption = priority, maxTestRuns = 1',
  'preemption = obsolete, maxOvertaken = 2',
]

/** How the queue is served, in words; only one of them. */
const services = [
  '',
  'strategy = serial, retries.failed = 1',
  'order = arrival, order.headStart = 2',
  'strategy = batch, strategy.size = 3',
  'strategy = batch, strategy.size = 8, retries.failed = 1, order = arrival, order.headStart = 0',
  'strategy = speculative, strategy.depth = 3, strategy.window = fixed',
  'strategy = speculative, strategy.depth = 4, strategy.window = growing, retries.failed = 2',
  'strategy = adaptive, strategy.horizon = 6, strategy.assume.failing = 0.1, strategy.assume.conflicting = 0.1, strategy.assume.flaking = 0.05, retries.failed = 1, order = arrival, order.headStart = 3',
]

const changes = fc
  .tuple(
    fc.constantFrom(...services),
    fc.uniqueArray(fc.constantFrom(...policies), { minLength: 1, maxLength: 3 }),
  )
  .map(([service, lines]) => [service, ...lines].filter((line) => line !== '').join(', '))

/** The usual weights, a few of every fault: for tests that draw single moves. */
export const evenSwarm: Swarm = {
  pullRequests: 6,
  commands: 0,
  changes: '',
  weights: { ...usual, forget: 0, depend: 1 },
  faults: { ...(Object.fromEntries(outcomes.map((o) => [o, 1])) as Swarm['faults']), 'is carried out': 20 },
  hooks: true,
  byHand: false,
  dice: [].values(),
}

/** Every die is drawn only when it is thrown. */
const dice = fc.infiniteStream(fc.nat({ max: 2 ** 31 - 1 }))

export interface Size {
  readonly pullRequests: number
  readonly commands: number
}

export const swarms = (most: Size): fc.Arbitrary<Swarm> =>
  fc.record({
    pullRequests: fc.integer({ min: Math.ceil(most.pullRequests / 8), max: most.pullRequests }),
    commands: fc.integer({ min: Math.ceil(most.commands / 4), max: most.commands }),
    changes,
    weights,
    faults,
    hooks: fc.boolean(),
    byHand: fc.boolean(),
    dice,
  }) as fc.Arbitrary<Swarm>
