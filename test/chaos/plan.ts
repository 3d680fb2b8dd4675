/** What a seed stands for: how the queue is served, what goes wrong, and when the service is stopped and started again. */
import type { LandingMode } from '@headgate/core'
import type { FaultPlan, FaultRule } from '@headgate/adapters-github/local'
import type { strategies } from '../../packages/runner/src/config/shorthand.js'
import { chance } from './random.js'
import { REPOSITORY, SECOND_THOUGHTS } from './scenario.js'

export interface Mode {
  readonly landing: LandingMode
  readonly strategy: keyof typeof strategies
}

/** Only serial can land through the forge's merge button. */
const MODES: ReadonlyArray<Mode> = [
  { landing: 'fast-forward', strategy: 'serial' },
  { landing: 'forge-merge', strategy: 'serial' },
  { landing: 'fast-forward', strategy: 'batch' },
  { landing: 'fast-forward', strategy: 'speculative' },
  { landing: 'fast-forward', strategy: 'adaptive' },
]

export interface ChaosPlan {
  readonly seed: number
  readonly mode: Mode
  readonly faults: FaultPlan
  /** How long faults last, in milliseconds. */
  readonly faultsMs: number
  /** When the service is stopped and started again; null: never. */
  readonly restartMs: number | null
}

/** Draws from a seed. */
const dice = (seed: number) => {
  const random = chance(seed)
  const between = (low: number, high: number) => low + random() * (high - low)
  const whole = (low: number, high: number) => Math.floor(between(low, high + 1))
  return { random, between, whole }
}
type Dice = ReturnType<typeof dice>

type Family = (d: Dice) => ReadonlyArray<FaultRule>

const rare = ({ between }: Dice) => between(0.05, 0.3)
const broken =
  (on: 'api' | 'git', effect: 'before' | 'after'): Family =>
  (d) => [
    { about: { on }, chance: rare(d), fault: { _tag: 'ServerError', status: 502, effect } },
    { about: { on }, chance: rare(d) / 2, fault: { _tag: 'Cut', effect } },
  ]

const limit =
  (kind: 'primary' | 'secondary'): Family =>
  ({ whole }) => [
    {
      about: { on: 'api' },
      skip: whole(0, 30),
      times: 2,
      fault: { _tag: 'RateLimit', limit: kind, status: whole(0, 1) === 0 ? 403 : 429, seconds: whole(1, 2) },
    },
  ]

const hooks: Family = (d) => [
  { about: { on: 'hook' }, chance: d.between(0, 0.9), fault: { _tag: 'Lost' } },
  { about: { on: 'hook' }, chance: d.between(0, 0.5), fault: { _tag: 'Doubled' } },
  { about: { on: 'hook' }, chance: d.between(0, 0.6), fault: { _tag: 'Delayed', ms: d.whole(20, 1500) } },
]

const latency: Family = (d) => [
  { about: { on: 'api' }, chance: d.between(0.1, 0.6), fault: { _tag: 'Latency', minMs: 5, maxMs: 150 } },
  { about: { on: 'git' }, chance: d.between(0.1, 0.6), fault: { _tag: 'Latency', minMs: 5, maxMs: 150 } },
]

const stale: Family = (d) => [
  {
    about: { on: 'api' },
    chance: d.between(0.05, 0.4),
    fault: { _tag: 'Stale', maxAgeMs: d.whole(200, 2000) },
  },
]

const forcePush: Family = ({ whole }) => [
  {
    about: { on: 'api' },
    skip: whole(0, 30),
    times: 1,
    fault: { _tag: 'ForcePush', repository: REPOSITORY, branch: 'unreviewed', to: SECOND_THOUGHTS },
  },
]

/** A rule that nobody can meet, or none at all: set back when the faults stop. */
const protection: Family = ({ whole }) => [
  {
    about: { on: 'api' },
    skip: whole(0, 30),
    times: 1,
    fault: {
      _tag: 'Protect',
      repository: REPOSITORY,
      branch: 'main',
      rules:
        whole(0, 1) === 0
          ? null
          : {
              required_status_checks: { strict: false, contexts: ['headgate', 'nobody-reports-this'] },
              enforce_admins: true,
              required_pull_request_reviews: null,
              restrictions: null,
            },
    },
  },
]

const FAMILIES: ReadonlyArray<Family> = [
  ...[latency, stale, hooks, forcePush, protection, limit('primary'), limit('secondary')],
  ...[broken('api', 'before'), broken('api', 'after'), broken('git', 'before'), broken('git', 'after')],
]

/** The plan of a seed; more than half of the families of faults are in each. */
export const planOf = (seed: number): ChaosPlan => {
  const d = dice(seed)
  const mode = MODES[seed % MODES.length] ?? { landing: 'fast-forward', strategy: 'serial' }
  const rules = FAMILIES.flatMap((family) => (d.random() < 0.6 ? family(d) : []))
  return {
    seed,
    mode,
    faults: { seed, rules },
    faultsMs: d.whole(3000, 8000),
    restartMs: d.random() < 0.4 ? d.whole(300, 3000) : null,
  }
}

/** The same without faults: what must come out. */
export const undisturbed = (mode: Mode): ChaosPlan => ({
  seed: 0,
  mode,
  faults: { rules: [] },
  faultsMs: 0,
  restartMs: null,
})
