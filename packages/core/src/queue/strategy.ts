/**
 * A queue strategy is a pure function from a view of the queue to the test runs that should be started. It can make
 * the queue faster or slower, never unsafe: landing is decided elsewhere, from evidence alone.
 */
import type { StrategyPolicy } from '../model/policy.js'
import { serial } from './serial.js'
import type { Strategy } from './view.js'

export const strategyOf = (policy: StrategyPolicy): Strategy => {
  switch (policy._tag) {
    case 'serial':
      return serial
  }
}
