/** The strategies of headgate itself. */
import { defaultAdaptive, reduce, type Policy } from '../../index.js'
import type { Contender } from './contender.js'

/** First come, first served; nobody is given back before it has failed alone three times. */
const fair: Partial<Policy> = {
  order: { _tag: 'arrival', headStart: 0 },
  retries: { failed: 2, infrastructure: 2, timeout: 1 },
}

export const strategies: ReadonlyArray<Contender> = [
  {
    name: 'serial',
    about: 'one merge candidate at a time, tested on the current head; free places test what waits',
    policy: { strategy: { _tag: 'serial' }, retries: { failed: 1, infrastructure: 2, timeout: 1 } },
    reduce,
  },
  {
    name: 'batch',
    about: 'up to eight as one chain; what fails is halved until the culprits are out',
    policy: { ...fair, strategy: { _tag: 'batch', size: 8 } },
    reduce,
  },
  {
    name: 'speculative',
    about: 'a pipeline of eight, each on those before it',
    policy: { ...fair, strategy: { _tag: 'speculative', depth: 8, window: 'fixed' } },
    reduce,
  },
  {
    name: 'speculative-growing',
    about: 'a pipeline that grows by one with each success and is halved by each failure',
    policy: { ...fair, strategy: { _tag: 'speculative', depth: 8, window: 'growing' } },
    reduce,
  },
  {
    name: 'adaptive',
    about: 'starts what is expected to land most, by what earlier runs have shown',
    policy: { ...fair, strategy: defaultAdaptive },
    reduce,
  },
]
