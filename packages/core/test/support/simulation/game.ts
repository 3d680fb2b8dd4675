/** One game: the core and the world it lives in, the orders between them, and a judge who watches. */
import {
  defaultPolicy,
  epochMs,
  initialState,
  reduce as realReduce,
  stepViolations,
  violations,
  type BranchState,
  type Effect,
  type Event,
  type Policy,
  type Violation,
} from '@headgate/core'
import { hear, judge, newJudge, type Judge } from './judge.js'
import type { Kind } from './phrases.js'
import { newWorld, type World } from './world.js'

export type Reduce = typeof realReduce

export interface Step {
  readonly before: BranchState
  readonly event: Event
  readonly after: BranchState
  readonly effects: ReadonlyArray<Effect>
}

export interface Game {
  state: BranchState
  world: World
  /** Orders that have not been carried out. */
  out: Array<Effect>
  /** When each order was last given, by id. */
  given: Map<string, number>
  /** Answers on their way. */
  late: Array<{ readonly effect: Effect; readonly event: Event }>
  reduce: Reduce
  policy: Policy
  /** Null where a test tells the core what is not so in the world. */
  judge: Judge | null
  /** The pull request that each run tests. */
  owners: Map<string, number>
  /** Orders of these kinds wait for a command of their own. */
  waits: Set<Kind>
  /** Whether a change of the world is told by a hook. */
  hooks: boolean
  /** Told of every step, broken ones included. */
  watch: (step: Step) => void
  /** Laws that are checked at every step, beyond the guarantees. */
  laws: (reduce: Reduce, step: Step) => ReadonlyArray<Violation>
  /** The state is searched for broken invariants at every n-th step. Each step itself is always judged. */
  stride: number
  steps: number
  /** The last steps in short, for messages. */
  trace: Array<string>
}

/** A guarantee was broken; `violations` says which, and how. */
export class Broken extends Error {
  readonly violations: ReadonlyArray<Violation>

  constructor(violations: ReadonlyArray<Violation>, after: string) {
    super(`${violations.map((v) => `${v.guarantee}: ${v.text}`).join('; ')}\nafter ${after}`)
    this.violations = violations
  }
}

export interface GameOptions {
  readonly policy?: Partial<Policy>
  readonly reduce?: Reduce
  readonly stride?: number
  readonly watch?: (step: Step) => void
  readonly laws?: Game['laws']
}

/** A game whose service has not started. */
export const setUp = ({
  policy = {},
  reduce = realReduce,
  stride = 1,
  watch,
  laws,
}: GameOptions = {}): Game => {
  const whole = { ...defaultPolicy, trustedAuthors: ['ada'], ...policy }
  return {
    state: initialState({ repository: 'acme/app', branch: 'main' }, whole),
    world: newWorld(),
    out: [],
    given: new Map(),
    late: [],
    reduce,
    policy: whole,
    judge: newJudge(whole),
    owners: new Map(),
    waits: new Set(),
    hooks: true,
    watch: watch ?? (() => undefined),
    laws: laws ?? (() => []),
    stride,
    steps: 0,
    trace: [],
  }
}

/** A game that has started, for scenarios: only the core's own invariants are checked. */
export const newGame = (change: Partial<Policy> = {}, reduce: Reduce = realReduce): Game => {
  const game: Game = { ...setUp({ policy: change, reduce }), judge: null }
  feed(game, { _tag: 'ServiceStarted', at: epochMs(game.world.now) })
  return game
}

/** A copy that goes its own way. */
export const fork = (game: Game): Game => ({
  ...structuredClone({
    world: game.world,
    out: game.out,
    given: game.given,
    late: game.late,
    judge: game.judge,
    owners: game.owners,
    waits: game.waits,
    trace: game.trace,
  }),
  state: game.state,
  reduce: game.reduce,
  policy: game.policy,
  hooks: game.hooks,
  watch: game.watch,
  laws: game.laws,
  stride: game.stride,
  steps: game.steps,
})

const remembered = 40

const noteOwners = (game: Game, effects: ReadonlyArray<Effect>): void =>
  effects.forEach((effect) => {
    const pr = effect._tag === 'PrepareCommit' ? effect.members.at(-1)?.pr : undefined
    if (effect._tag === 'PrepareCommit' && pr !== undefined) game.owners.set(effect.run, pr)
  })

/** Feeds one event and fails at the first broken guarantee. */
export const feed = (game: Game, event: Event): void => {
  const before = game.state
  const [after, effects] = game.reduce(before, event)
  game.trace.push(`${event._tag} -> ${effects.map((e) => e._tag).join(' ')}`)
  if (game.trace.length > remembered) game.trace.shift()
  noteOwners(game, effects)
  const step = { before, event, after, effects }
  game.watch(step)
  game.steps += 1
  if (game.judge !== null) hear(game.judge, game.world, event)
  const broken = [
    ...stepViolations(before, after, effects),
    ...(game.steps % game.stride === 0 ? violations(after) : []),
    ...(game.judge === null ? [] : judge(game.judge, game.world, after, effects)),
    ...game.laws(game.reduce, step),
  ]
  if (broken.length > 0) throw new Broken(broken, JSON.stringify(event))
  game.state = after
  game.out.push(...effects)
  effects.forEach((effect) => game.given.set(effect.id, game.world.now))
}
