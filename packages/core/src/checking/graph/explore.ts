/**
 * Breadth-first exploration of everything that can happen in a model. Each new situation is judged by every check; a
 * broken one is reported with the shortest way to it and not followed further. When all is visited, the fair moves form a
 * graph of their own, on which liveness is judged (`liveness.ts`).
 */
/* eslint-disable functional/immutable-data -- the frontier and the findings of this one run are filled in place */
import type { Effect, Violation } from '../../index.js'
import { makeFingerprint, type Digest } from '../fingerprint/fingerprint.js'
import { isAtRest, judgeRest } from '../judge/rest.js'
import { judgeState } from '../judge/state.js'
import { beginning, type Model, type Reduce, type Situation } from '../model.js'
import { enabled, fairMove } from '../moves/enabled.js'
import { sameMove, type Move } from '../moves/move.js'
import { take } from '../moves/take.js'
import { findTraps } from './liveness.js'
import { atRest, broken, ordersMore } from './marks.js'
import { newTable, nowhere, type Digests, type Table } from './table.js'
import { follow, goOn, wayTo } from './trace.js'

export interface Limits {
  /** The exploration is cut when it has this many states. */
  readonly maxStates: number
  /** It ends early when it has this many findings. */
  readonly maxFindings: number
}

/** A broken guarantee and the shortest way to break it. */
export interface Finding extends Violation {
  /** How many moves. */
  readonly steps: number
  readonly trace: ReadonlyArray<string>
}

export interface Progress {
  readonly states: number
  readonly depth: number
  readonly frontier: number
}

export interface Exploration {
  readonly states: number
  readonly transitions: number
  /** The longest shortest way from the beginning to a state. */
  readonly depth: number
  /** Everything that can be reached was visited. */
  readonly exhausted: boolean
  readonly findings: ReadonlyArray<Finding>
  /** The fingerprint of each state, so that states of several explorations can be counted once. */
  readonly digests: Digests
}

interface Seen {
  readonly number: number
  readonly situation: Situation
}

interface Run {
  readonly model: Model
  readonly reduce: Reduce
  readonly limits: Limits
  readonly table: Table
  readonly fingerprint: (situation: Situation) => Digest
  readonly findings: Array<Finding>
  readonly counts: { transitions: number }
}

/** How many states are expanded between two reports of progress. */
const stride = 2000

const isRead = (effect: Effect): boolean => effect._tag.startsWith('Read') || effect._tag === 'InspectCommit'

/** One finding per guarantee and kind of text: the first is the shortest. */
const report = (
  { findings, model, reduce, table }: Run,
  { guarantee, text }: Violation,
  state: number,
  moves: ReadonlyArray<Move>,
): void => {
  const kind = (s: string): string => s.replaceAll(/[#@]?\S*\d\S*/g, '…')
  if (findings.some((f) => f.guarantee === guarantee && kind(f.text) === kind(text))) return
  const { lines } = goOn(reduce, follow(model, reduce, wayTo(table, state)), moves)
  const steps = lines.filter((line) => /^ *\d/.test(line)).length - 1
  findings.push({ guarantee, text, steps, trace: lines })
}

/** Expands one state; gives the states that are new. */
const expand = (run: Run, { number, situation }: Seen): ReadonlyArray<Seen> => {
  const fair = fairMove(situation)
  const fresh: Array<Seen> = []
  enabled(situation).forEach((move, index) => {
    const { next, broken: found, ordered } = take(run.reduce, situation, move)
    run.counts.transitions += 1
    found.forEach((violation) => report(run, violation, number, [move]))
    if (found.length > 0) return
    const known = run.table.add(run.fingerprint(next), number, index)
    const reached = known < 0 ? -1 - known : known
    if (sameMove(move, fair)) run.table.setFair(number, reached, marksOf(situation, !ordered.every(isRead)))
    if (known >= 0) return
    const wrong = judgeState(next)
    wrong.forEach((violation) => report(run, violation, reached, []))
    if (wrong.length === 0) fresh.push({ number: reached, situation: next })
  })
  return fresh
}

const marksOf = (situation: Situation, more: boolean): number =>
  (more ? ordersMore : 0) +
  (isAtRest(situation) ? atRest + (judgeRest(situation).length > 0 ? broken : 0) : 0)

/** Judges the graph of fair moves. */
const judgeLiveness = (run: Run): void => {
  for (const trap of findTraps(run.table)) {
    const walked = follow(run.model, run.reduce, wayTo(run.table, trap.state))
    if (trap.why === 'rest')
      judgeRest(walked.situation).forEach((violation) => report(run, violation, trap.state, []))
    else
      report(
        run,
        {
          guarantee: 'Liveness',
          text:
            trap.why === 'restless'
              ? 'it never comes to rest, though nothing changes any more'
              : 'an order is repeated for ever, though nothing changes any more',
        },
        trap.state,
        fairWay(run, walked.situation, trap.length),
      )
    if (run.findings.length >= run.limits.maxFindings) return
  }
}

const fairWay = (run: Run, from: Situation, length: number): ReadonlyArray<Move> => {
  if (length === 0) return []
  const move = fairMove(from)
  return [move, ...fairWay(run, take(run.reduce, from, move).next, length - 1)]
}

/**
 * Explores a model level by level. It yields its progress now and then, so that a caller with a clock can show it or stop;
 * it returns the outcome.
 */
export function* explore(model: Model, reduce: Reduce, limits: Limits): Generator<Progress, Exploration> {
  const run: Run = {
    model,
    reduce,
    limits,
    table: newTable(),
    fingerprint: makeFingerprint(model),
    findings: [],
    counts: { transitions: 0 },
  }
  const { table, findings } = run
  const situation = beginning(model, reduce)
  table.add(run.fingerprint(situation), nowhere, 0)
  const enough = (): boolean => table.size() >= limits.maxStates || findings.length >= limits.maxFindings
  const levels: Array<ReadonlyArray<Seen>> = [[{ number: 0, situation }]]
  for (let depth = 0; ; depth++) {
    const level = levels.pop() ?? []
    if (level.length === 0 || enough()) {
      const exhausted = level.length === 0
      judgeLiveness(run)
      return {
        states: table.size(),
        transitions: run.counts.transitions,
        depth: exhausted ? depth - 1 : depth,
        exhausted,
        findings,
        digests: table.digests(),
      }
    }
    const next: Array<Seen> = []
    for (let at = 0; at < level.length && !enough(); at++) {
      const seen = level[at]
      if (seen !== undefined) next.push(...expand(run, seen))
      if (at % stride === stride - 1) yield { states: table.size(), depth, frontier: level.length }
    }
    levels.push(next)
  }
}
