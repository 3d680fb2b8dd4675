import type { Fault, FaultPlan, FaultRule } from './plan.js'

/** One request, or one delivery of a webhook, as rules see it. */
export type Occasion = {
  readonly on: 'api' | 'git' | 'hook'
  readonly method: string
  readonly path: string
  readonly body: string
  readonly event: string
}

/** A rule and how often it matched and struck. */
export type Tally = { readonly rule: FaultRule; readonly matched: number; readonly struck: number }

/** The faults of one running local GitHub. Kept in memory: a restart begins without any. */
export type FaultScript = {
  /** Replaces the plan; counts begin anew. */
  readonly set: (plan: FaultPlan) => void
  readonly tally: () => ReadonlyArray<Tally>
  /** The next number of the seed, from 0 to 1. */
  readonly draw: () => number
  /** Is there any rule at all? */
  readonly isOn: () => boolean
  /** What goes wrong now, each kind at most once, in the order of the rules. */
  readonly strike: (occasion: Occasion) => ReadonlyArray<Fault>
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
const chanceOf = (seed: number): (() => number) => {
  let a = seed | 0
  return () => {
    a = (a + 0x6d2b79f5) | 0
    const t = Math.imul(a ^ (a >>> 15), 1 | a)
    const u = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((u ^ (u >>> 14)) >>> 0) / 4294967296
  }
}

const matches = ({ about = {} }: FaultRule, occasion: Occasion): boolean =>
  (about.on === undefined || about.on === occasion.on) &&
  (about.method === undefined || about.method.toUpperCase() === occasion.method) &&
  (about.path === undefined || occasion.path.includes(about.path)) &&
  (about.body === undefined || occasion.body.includes(about.body)) &&
  (about.event === undefined || about.event === occasion.event)

type Kept = { readonly rule: FaultRule; matched: number; struck: number; until: number }

/** May the rule strike at all, chance aside? */
const isDue = ({ rule, matched, struck }: Kept): boolean =>
  matched > (rule.skip ?? 0) && struck < (rule.times ?? Infinity)

/** A script of faults. `now` gives epoch milliseconds. */
export const makeFaultScript = (now: () => number, initial: FaultPlan = { rules: [] }): FaultScript => {
  let kept: ReadonlyArray<Kept> = []
  let chance = chanceOf(0)

  const set = (plan: FaultPlan): void => {
    kept = plan.rules.map((rule) => ({ rule, matched: 0, struck: 0, until: 0 }))
    chance = chanceOf(plan.seed ?? 0)
  }

  /** A limit that was hit once stays hit for its time, and that is one strike. */
  const strikes = (k: Kept): boolean => {
    const { rule } = k
    if (now() < k.until) return true
    k.matched += 1
    const drawn = chance() < (rule.chance ?? 1)
    if (!drawn || !isDue(k)) return false
    k.struck += 1
    if (rule.fault._tag === 'RateLimit') k.until = now() + rule.fault.seconds * 1000
    return true
  }

  const strike = (occasion: Occasion): ReadonlyArray<Fault> => {
    const found = new Map<Fault['_tag'], Fault>()
    for (const k of kept.filter(({ rule }) => matches(rule, occasion)))
      if (strikes(k) && !found.has(k.rule.fault._tag)) found.set(k.rule.fault._tag, k.rule.fault)
    return [...found.values()]
  }

  set(initial)
  return {
    set,
    tally: () => kept.map(({ rule, matched, struck }) => ({ rule, matched, struck })),
    draw: () => chance(),
    isOn: () => kept.length > 0,
    strike,
  }
}
