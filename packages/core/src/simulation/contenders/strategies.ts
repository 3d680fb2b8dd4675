/** The strategies of headgate itself. */
import { reduce } from '../../index.js'
import type { Contender } from './contender.js'

export const strategies: ReadonlyArray<Contender> = [
  {
    name: 'serial',
    about: 'one merge candidate at a time, tested on the current head; free places test what waits',
    policy: { _tag: 'serial' },
    reduce,
  },
]
