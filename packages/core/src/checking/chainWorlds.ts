/**
 * Worlds of chains. Here orders are carried out in the order in which they were given unless it is said otherwise; answers,
 * batches and people are as free as everywhere.
 */
import { defaultAdaptive, type Policy, type StrategyPolicy } from '../index.js'
import type { Model } from './model.js'
import { fastForward } from './policy.js'
import type { Setting } from './world/world.js'

const serial: StrategyPolicy = { _tag: 'serial' }
const inPairs: StrategyPolicy = { _tag: 'batch', size: 2 }
const pipeline: StrategyPolicy = { _tag: 'speculative', depth: 2, window: 'fixed' }
const learning: StrategyPolicy = { ...defaultAdaptive, horizon: 4 }

const under = (strategy: StrategyPolicy, change: Partial<Policy> = {}): Policy => ({
  ...fastForward,
  ...change,
  strategy,
})

/**
 * `adaptive` gives who has waited for twenty minutes more weight. In a world of milliseconds that decides between equals only, so
 * that who came first is all that need be known of it.
 */
const adaptive = under(learning, {
  durations: {
    pollSeconds: 0.04,
    batchPollSeconds: 0.02,
    testTimeoutSeconds: 0.04,
    answerSeconds: 0.01,
    retrySeconds: 0.01,
    retryMaxSeconds: 0.01,
    forgeLagSeconds: 0.01,
  },
})

const chains = (name: string, about: string, policy: Policy, setting: Partial<Setting>): Model => ({
  name,
  about,
  policy,
  setting: { prs: [{}, {}], inOrder: true, budget: {}, ...setting },
})

const inPipelines: ReadonlyArray<Model> = [
  chains('pipeline', 'a pipeline of two, orders in any order', under(pipeline), { inOrder: false }),
  chains('pipeline-fault', 'a pipeline of two, one fault on any effect', under(pipeline), {
    budget: { faults: 1 },
  }),
  chains('pipeline-culprit', 'a pipeline, the first is bad and may be mended', under(pipeline), {
    prs: [{ bad: true }, {}],
    budget: { pushes: 1 },
  }),
  chains('pipeline-push', 'a pipeline, a push to either', under(pipeline), {
    budget: { pushes: 1 },
  }),
  chains('pipeline-restart', 'a pipeline, a restart at any moment', under(pipeline), {
    budget: { restarts: 1 },
  }),
  chains('pipeline-lost', 'a pipeline, a restart without its journal', under(pipeline), {
    budget: { amnesias: 1 },
  }),
  chains('pipeline-review', 'a pipeline, approval withdrawn or given, one is closed', under(pipeline), {
    budget: { reviews: 1, closings: 1 },
  }),
  chains(
    'pipeline-three',
    'a pipeline of three, the second clashes with the first',
    under({ ...pipeline, depth: 3 }),
    { prs: [{}, { clashesWith: 1 }, {}] },
  ),
  chains(
    'window',
    'a pipeline that grows and shrinks, any test may fail',
    under({ ...pipeline, window: 'growing' }),
    {
      budget: { failures: 1 },
    },
  ),
]

const inBatches: ReadonlyArray<Model> = [
  chains('batch-fault', 'two as one chain, one fault on any effect', under(inPairs), {
    budget: { faults: 1 },
  }),
  chains('batch-culprit', 'two as one chain, the second is bad and may be mended', under(inPairs), {
    prs: [{}, { bad: true }],
    budget: { pushes: 1 },
  }),
  chains('batch-quarrel', 'two that pass alone and fail together, a push', under(inPairs), {
    prs: [{}, { quarrelsWith: 1 }],
    budget: { pushes: 1 },
  }),
  chains('batch-endless', 'two as one chain, the tests of one never end', under(inPairs), {
    prs: [{}, { endless: true }],
    budget: { pushes: 1 },
  }),
  chains(
    'batch-flake',
    'two as one chain, any test may fail once, and is tried again',
    under(inPairs, { retries: { failed: 1, infrastructure: 1, timeout: 1 } }),
    { budget: { failures: 1 } },
  ),
  chains('batch-retry', 'two as one chain, another test asked for', under(inPairs), {
    budget: { testRetries: 1 },
  }),
  chains(
    'batch-arrival',
    'first come, first served: the second is approved at any time',
    under(inPairs, { order: { _tag: 'arrival', headStart: 1 } }),
    {
      prs: [{}, { approved: false }],
      budget: { reviews: 1 },
    },
  ),
  chains('batch-three', 'three as one chain, the second is bad', under({ ...inPairs, size: 3 }), {
    prs: [{}, { bad: true }, {}],
  }),
]

const adaptively: ReadonlyArray<Model> = [
  chains('adaptive-culprit', 'adaptive, the first is bad and may be mended', adaptive, {
    prs: [{ bad: true }, {}],
    budget: { pushes: 1 },
  }),
  chains('adaptive-failure', 'adaptive, any test may fail', adaptive, { budget: { failures: 1 } }),
  chains('adaptive-fault', 'adaptive, one fault on any effect', adaptive, { budget: { faults: 1 } }),
]

const switching: ReadonlyArray<Model> = [
  chains('switch', 'from a pipeline to one by one to pairs, at any time', under(pipeline), {
    switches: [serial, inPairs],
  }),
  chains('switch-culprit', 'from adaptive to pairs at any time, the first is bad', adaptive, {
    prs: [{ bad: true }, {}],
    switches: [inPairs],
  }),
]

export const chainWorlds: ReadonlyArray<Model> = [...inPipelines, ...inBatches, ...adaptively, ...switching]
