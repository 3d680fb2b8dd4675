/** One interpreter of all effects of one branch, out of those of the adapters. */
import type { Effect, EffectOf, Event } from '@headgate/core'
import { isBatchEffect, type BatchInterpreter } from '@headgate/adapters-batch'
import { isGithubEffect, type GithubEffect } from '@headgate/adapters-github'
import type { Interpret } from './actor.js'
import type { Clock } from './clock.js'
import type { Log } from './log.js'

type Limit = <A>(work: () => Promise<A>) => Promise<A>

export interface InterpretDeps {
  readonly github: (effect: GithubEffect) => Promise<Event>
  /** What runs the tests; undefined: nothing does. */
  readonly engine: BatchInterpreter | undefined
  /** How many effects of an adapter are out at a time, over all branches. */
  readonly githubLimit: Limit
  readonly batchLimit: Limit
  readonly clock: Clock
  readonly log: Log
}

/** People read the log and the page; another channel may be hung on the log. */
const announce = (deps: InterpretDeps, effect: EffectOf<'AnnounceDeployFailure'>): Event => {
  deps.log.error({ sha: effect.sha, batchId: effect.batchId, text: effect.text }, 'a deploy failed')
  return { _tag: 'DeployFailureAnnounced', at: deps.clock(), answers: effect.id }
}

const stranger = (deps: InterpretDeps, effect: Effect): Event => {
  const failure = {
    kind: 'permanent',
    code: 'NoInterpreter',
    text: `Nobody interprets ${effect._tag}.`,
  } as const
  return { _tag: 'EffectFailed', at: deps.clock(), answers: effect.id, failure }
}

/** Sends each effect to its adapter. */
export const makeInterpret =
  (deps: InterpretDeps): Interpret =>
  async (effect) => {
    if (isGithubEffect(effect)) return deps.githubLimit(() => deps.github(effect))
    const { engine } = deps
    if (isBatchEffect(effect) && engine !== undefined) return deps.batchLimit(() => engine(effect))
    return effect._tag === 'AnnounceDeployFailure' ? announce(deps, effect) : stranger(deps, effect)
  }
