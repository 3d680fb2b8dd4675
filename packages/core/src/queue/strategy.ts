/**
 * A queue strategy is a pure function from a view of the queue to the test runs that should be started and stopped. It
 * can make the queue faster or slower, never unsafe: landing is decided elsewhere, from evidence alone.
 */
import { takeWhere } from '../collections/iterate.js'
import type { Policy, StrategyPolicy } from '../model/policy.js'
import { adaptive } from './adaptive/adaptive.js'
import { batch } from './batch.js'
import { serial } from './serial.js'
import { speculative } from './speculative.js'
import type { Strategy } from './view.js'

/** Who can't land yet is tested once, in what places are left. */
const withFirstTests =
  (strategy: Strategy): Strategy =>
  (view) => {
    const { start, stop } = strategy(view)
    const free = view.maxTestRuns - (view.running.length - stop.length) - start.length
    const first = takeWhere(
      view.untested,
      ({ number }) => view.pullRequest(number)?.place.ready === false,
      Math.max(0, free),
    )
    const tests = [...first].map(({ number }) => ({
      members: [number],
      reason: 'not tested yet',
      mayExceedCap: false,
    }))
    return { start: [...start, ...tests], stop }
  }

const queueStrategy = (policy: Exclude<StrategyPolicy, { _tag: 'serial' }>): Strategy => {
  switch (policy._tag) {
    case 'batch':
      return batch(policy.size)
    case 'speculative':
      return speculative(policy)
    case 'adaptive':
      return adaptive(policy)
  }
}

/** A forge that merges makes commits of its own, so that no chain could land: then the queue is served one by one. */
export const strategyOf = ({ strategy, landing }: Policy): Strategy =>
  strategy._tag === 'serial' || landing === 'forge-merge' ? serial : withFirstTests(queueStrategy(strategy))
