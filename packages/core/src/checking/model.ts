/** What is explored: a decider, the policy it follows, the world it lives in. */
import { initialState, epochMs, type BranchState, type Policy, type reduce } from '../index.js'
import { newWorld, type Setting, type World } from './world/world.js'

/** The function under test: the real `reduce`, or one with a planted fault. */
export type Reduce = typeof reduce

export interface Model {
  readonly name: string
  /** One sentence for people. */
  readonly about: string
  readonly policy: Policy
  readonly setting: Setting
}

/** headgate and the world around it at one moment. */
export interface Situation {
  readonly state: BranchState
  readonly world: World
}

/** The clock of the first event. Ids begin with it; short ones read better. */
const startedAt = epochMs(10)

const branch = { repository: 'acme/app', branch: 'main' }

/** A service that has seen nothing yet, in a fresh world: its first order is to read both. */
export const beginning = (model: Model, reduce: Reduce): Situation => {
  const [state, orders] = reduce(initialState(branch, model.policy), {
    _tag: 'ServiceStarted',
    at: startedAt,
  })
  return { state, world: { ...newWorld(model.setting, model.policy), orders } }
}
