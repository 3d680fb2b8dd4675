/**
 * The worlds that `check-model` explores: these serve one pull request at a time, those of `chainWorlds.ts` several. Each is small enough to be visited completely, and each puts another kind of
 * surprise in the middle; together they are the bounds within which the guarantees are known to hold.
 */
import type { Policy } from '../index.js'
import { chainWorlds } from './chainWorlds.js'
import type { Model } from './model.js'
import { fastForward } from './policy.js'
import type { Setting } from './world/world.js'
import type { Budget } from './world/budget.js'

const forgeMerge: Policy = {
  ...fastForward,
  landing: 'forge-merge',
  mergeMethod: 'squash',
  unverifiedHead: 'test',
}
const deploying: Policy = { ...fastForward, deployable: true }

const one: Setting['prs'] = [{}]
const two: Setting['prs'] = [{}, {}]

const world = (
  name: string,
  about: string,
  policy: Policy,
  prs: Setting['prs'],
  budget: Partial<Budget>,
): Model => ({ name, about, policy, setting: { prs, budget } })

export const worlds: ReadonlyArray<Model> = [
  world('fault-two', 'two pull requests, one fault on any effect', fastForward, two, { faults: 1 }),
  world('push', 'two pull requests, a push to either, a failing test', fastForward, two, {
    pushes: 1,
    failures: 1,
  }),
  world('deploy-fault', 'deploys, one fault on any effect', deploying, one, { faults: 1 }),
  world('journal-lost', 'deploys, a restart without its journal', deploying, one, {
    amnesias: 1,
    failures: 1,
  }),
  world('forge-push', 'forge merges, pushes to it and past the gate', forgeMerge, one, {
    pushes: 1,
    headPushes: 1,
  }),
  world('branch-push', 'pushes to it and past the gate, a failing test', fastForward, one, {
    pushes: 1,
    headPushes: 1,
    failures: 1,
  }),
  world('fault-push', 'pushes to it and past the gate, one fault on any effect', fastForward, one, {
    pushes: 1,
    headPushes: 1,
    faults: 1,
  }),
  world('two-faults', 'two faults on any effects', fastForward, one, { faults: 2 }),
  world('restart', 'a push, a restart at any moment', fastForward, one, {
    restarts: 1,
    pushes: 1,
    failures: 1,
  }),
  world('hint', 'a push, a webhook at any time about anything', fastForward, one, { pushes: 1, hints: 1 }),
  world('review', 'approval withdrawn and given, a label, a webhook', fastForward, one, {
    reviews: 2,
    labels: 1,
    hints: 1,
  }),
  world('freeze-fault', 'a freeze, a review, one fault on any effect', fastForward, one, {
    freezes: 1,
    reviews: 1,
    faults: 1,
  }),
  world('retry-fault', 'another test asked for, one fault on any effect', fastForward, one, {
    testRetries: 1,
    faults: 1,
  }),
  world('close', 'two pull requests, one is closed, a webhook', fastForward, two, { closings: 1 }),
  world('deploy', 'deploys, a freeze, a failing batch', deploying, one, { freezes: 1, failures: 1 }),
  world('deploy-retry', 'deploys, a failing batch, another deploy asked for', deploying, one, {
    failures: 1,
    deployRetries: 1,
  }),
  world('stranger', 'a stranger, an authorization, a push', fastForward, [{ author: 'eve' }], {
    authorizations: 1,
    pushes: 1,
  }),
  world(
    'twins',
    'a stranger has the commit of a known developer',
    fastForward,
    [{}, { author: 'eve', twin: true }],
    { authorizations: 1 },
  ),
  world('two', 'two pull requests and no surprise at all', fastForward, two, {}),
  world('forge-fault', 'forge merges, one fault on any effect', forgeMerge, one, { faults: 1 }),
  ...chainWorlds,
]
