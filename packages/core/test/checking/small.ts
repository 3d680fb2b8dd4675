/** Worlds small enough for every test run. */
import { reduce, type Policy, type StrategyPolicy } from '@headgate/core'
import {
  explore,
  worlds,
  type Budget,
  type Exploration,
  type Model,
  type Reduce,
  type Setting,
} from '@headgate/core/checking'

const policyOf = (name: string): Model['policy'] => {
  const model = worlds.find((world) => world.name === name)
  if (model === undefined) throw new Error(`no world ${name}`)
  return model.policy
}

export const policies = {
  fastForward: policyOf('two'),
  forgeMerge: policyOf('forge-push'),
  deploying: policyOf('deploy'),
} as const

export const small = (
  budget: Partial<Budget>,
  policy: Model['policy'] = policies.fastForward,
  prs: Setting['prs'] = [{}],
): Model => ({ name: 'small', about: 'a world for a test', policy, setting: { prs, budget } })

const pipeline: StrategyPolicy = { _tag: 'speculative', depth: 2, window: 'fixed' }

/** Two pull requests under a strategy that makes chains; orders are carried out as they come. */
export const chained = (
  setting: Partial<Setting>,
  strategy: StrategyPolicy = pipeline,
  change: Partial<Policy> = {},
): Model => ({
  name: 'chained',
  about: 'a world of chains for a test',
  policy: { ...policies.fastForward, ...change, strategy },
  setting: { prs: [{}, {}], budget: {}, inOrder: true, ...setting },
})

const adaptive = policyOf('adaptive-failure')

export const adaptively = (setting: Partial<Setting>): Model =>
  chained(setting, adaptive.strategy, { durations: adaptive.durations })

/** Explores to the end. */
export const visit = (
  model: Model,
  decide: Reduce = reduce,
  limits = { maxStates: 60_000, maxFindings: 3 },
): Exploration => {
  const run = explore(model, decide, limits)
  for (;;) {
    const step = run.next()
    if (step.done === true) return step.value
  }
}
