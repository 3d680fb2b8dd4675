/**
 * Starts what is expected to land most. Who may be bad is learned from every run that failed; where the head will be is
 * forecast world by world; and a run is started while what it adds is worth its price, which rises as places get scarce.
 * Chains, hedges against one that may fail, splitting what failed and the order of suspects all come out of that one rule.
 * Who is almost surely bad is tested alone, beside the others, so that it lands or leaves.
 */
import type { StrategyPolicy } from '../../model/policy.js'
import { hasPassed, numbersOf } from '../lists.js'
import type { QueueView, Strategy, WantedRun } from '../view.js'
import type { PrNumber } from '../../ids.js'
import { all, and } from './bits.js'
import { bestRun } from './choose.js'
import { standing, withRun, type Forecast, type IndexList } from './forecast.js'
import { sceneOf, type Scene } from './scene.js'

type Adaptive = Extract<StrategyPolicy, { _tag: 'adaptive' }>

/** What a run must be expected to land: when all places are free, and for the last of them. */
const PRICE = { first: 0.05, last: 0.3 } as const

interface Plan {
  readonly forecast: Forecast
  /** Under test or about to be, on the head. */
  readonly runs: ReadonlyArray<IndexList>
  readonly started: ReadonlyArray<WantedRun>
}

const isSame = (a: IndexList, b: IndexList): boolean =>
  a.length === b.length && a.every((i, at) => i === b[at])

const times = ({ runs }: Plan, list: IndexList): number => runs.filter((run) => isSame(run, list)).length

/** The plan with one more run under test. */
const under = (scene: Scene, plan: Plan, list: IndexList): Plan => {
  const passes = and(scene.fine(list), scene.steady(list, times(plan, list)))
  return {
    ...plan,
    forecast: withRun(plan.forecast, list, scene.worth(list), passes),
    runs: [...plan.runs, list],
  }
}

/** What has passed on the head lands, as soon as the branch lets it. */
const settledOn = (scene: Scene, plan: Plan, list: IndexList): Plan => ({
  ...plan,
  forecast: withRun(plan.forecast, list, scene.worth(list), all),
})

const wanted = (scene: Scene, list: IndexList, reason: string): WantedRun => ({
  members: list.flatMap((i) => scene.names[i] ?? []),
  reason,
  mayExceedCap: false,
})

const reasonFor = (list: IndexList, gain: number): string =>
  list.length === 1 ? `alone; worth ${gain.toFixed(2)}` : `chain of ${list.length}; worth ${gain.toFixed(2)}`

/** The best run, then the next best, while there are places and it pays. Where nothing runs the best is started anyway. */
const fill = (scene: Scene, plan: Plan, busy: number, places: number): Plan => {
  if (busy >= places) return plan
  const best = bestRun(scene, plan.forecast, (list) => times(plan, list))
  const price = PRICE.first + ((PRICE.last - PRICE.first) * busy) / Math.max(1, places - 1)
  if (best === undefined || (best.gain < price && busy > 0)) return plan
  const started = [...plan.started, wanted(scene, best.list, reasonFor(best.list, best.gain))]
  return fill(scene, { ...under(scene, plan, best.list), started }, busy + 1, places)
}

const indexList = (scene: Scene, numbers: ReadonlyArray<PrNumber>): IndexList | undefined => {
  const list = numbers.flatMap((number) => scene.indexOf(number) ?? [])
  return list.length === numbers.length ? list : undefined
}

/** What becomes of the runs of the queue: those of the pool on the head go on, so do tests of convicts alone; others stop. */
const sorted = (view: QueueView, scene: Scene) => {
  const queued = view.running.filter((run) =>
    run.members.every(({ pr }) => view.pullRequest(pr)?.place.ready === true),
  )
  const kinds = queued.map((run) => {
    const list = indexList(scene, numbersOf(run.members))
    const alone = list?.length === 1 && list.every((i) => scene.convicts.includes(i))
    const goesOn = run.base === view.head && list !== undefined && list.every((i) => scene.pool.includes(i))
    return { run, list: list ?? [], alone, goesOn }
  })
  return {
    alone: kinds.filter((kind) => kind.alone),
    goingOn: kinds.filter((kind) => kind.goesOn && !kind.alone),
    stopping: kinds.filter((kind) => !kind.goesOn && !kind.alone),
  }
}

/** Lists of the pool that have passed on the head, the longest first. */
const passed = (view: QueueView, scene: Scene): ReadonlyArray<IndexList> => {
  const alone = scene.pool
    .map((i) => [i])
    .filter((list) =>
      hasPassed(
        view,
        list.flatMap((i) => scene.names[i] ?? []),
      ),
    )
  const together = view.chains.flatMap((chain) => {
    const list = indexList(scene, numbersOf(chain.members))
    return list !== undefined && list.every((i) => scene.pool.includes(i)) ? [list] : []
  })
  return [...together, ...alone].sort((a, b) => b.length - a.length)
}

const byEnd = (
  a: { readonly run: { readonly startedAt: number }; readonly list: IndexList },
  b: { readonly run: { readonly startedAt: number }; readonly list: IndexList },
): number => a.run.startedAt - b.run.startedAt || b.list.length - a.list.length

export const adaptive =
  ({ horizon, assume }: Adaptive): Strategy =>
  (view) => {
    const scene = sceneOf(view, horizon, assume)
    const { alone, goingOn, stopping } = sorted(view, scene)
    const isAlone = (i: number): boolean => alone.some(({ list }) => list[0] === i)
    const others = view.running.length - alone.length - goingOn.length - stopping.length
    const places = view.maxTestRuns - others
    const trials = scene.convicts
      .filter((i) => !isAlone(i) && scene.mayTest([i]))
      .slice(0, Math.max(0, places - alone.length - goingOn.length))
      .map((i) => wanted(scene, [i], 'tested alone: it is the likely culprit of runs that failed'))
    const start: Plan = { forecast: standing, runs: [], started: trials }
    const landing = passed(view, scene).reduce((plan, list) => settledOn(scene, plan, list), start)
    const running = [...goingOn].sort(byEnd).reduce((plan, { list }) => under(scene, plan, list), landing)
    const plan = fill(scene, running, alone.length + goingOn.length + trials.length, places)
    return { start: plan.started, stop: stopping.map(({ run }) => run.id) }
  }
