/** Everybody who can be named in the laboratory. */
import type { Contender } from './contender.js'
import { peers } from './peers/peers.js'
import { strategies } from './strategies.js'

export const contenders: ReadonlyArray<Contender> = [...strategies, ...peers]
