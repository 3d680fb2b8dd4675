/**
 * Models of other merge queues, as far as public descriptions go: a rule of thumb for each, not the products. All land
 * and give back as headgate does (what fails alone twice is out, and its second try goes to the back of the queue), which
 * flatters some of them a little.
 */
import { reduceWith, type Policy, type Strategy } from '../../../index.js'
import type { Contender } from '../contender.js'
import { borsNg } from './borsNg.js'
import { github } from './github.js'
import { hailCi } from './hailCi.js'
import { zuul } from './zuul.js'

/** The strategy that is named is not asked, but one that learns from runs makes headgate remember them. */
const policy: Partial<Policy> = {
  order: { _tag: 'arrival', headStart: 0 },
  retries: { failed: 1, infrastructure: 2, timeout: 1 },
  maxOvertaken: Number.MAX_SAFE_INTEGER,
  strategy: { _tag: 'speculative', depth: 8, window: 'fixed' },
}

const model = (name: string, about: string, strategy: Strategy): Contender => ({
  name: `model:${name}`,
  about: `a model of ${about}`,
  policy,
  reduce: reduceWith(strategy),
})

export const peers: ReadonlyArray<Contender> = [
  model('bors-ng', 'bors-ng: one batch of all that wait, halved when it fails', borsNg),
  model('zuul', 'Zuul: a window of 20, one more with each success, half with each failure', zuul),
  model('github', 'the GitHub merge queue: groups of one, as many at a time as there are places', github),
  model('hail-ci', 'Hail CI: everything is tested alone, and again after each landing', hailCi),
]
