/** Deploys: started, ended. */
import { isSome, none, some } from 'fp-ts/lib/Option.js'
import type { BranchState, Effect } from '@headgate/core'
import { line, type Line } from './line.js'
import { short } from './words.js'

const newest = <A>(items: ReadonlyArray<A>, count: number): ReadonlyArray<A> =>
  items.slice(Math.max(0, items.length - count))

const ended = (before: BranchState, after: BranchState): ReadonlyArray<Line> =>
  newest(after.deploy.history, after.deploy.ended - before.deploy.ended).map(({ sha, batchId, outcome }) => {
    const where = isSome(batchId) ? ` in batch ${batchId.value}` : ''
    if (outcome === 'success') return line('deployed', `${short(sha)} is deployed${where}.`, none, batchId)
    const last = after.deploy.last
    const text = isSome(last) && last.value.sha === sha ? ` ${last.value.text}` : ''
    return line(
      'deploy-failed',
      `The deploy of ${short(sha)}${where} ended: ${outcome}.${text}`,
      none,
      batchId,
    )
  })

export const narrateDeploy = (
  before: BranchState,
  after: BranchState,
  effects: ReadonlyArray<Effect>,
): ReadonlyArray<Line> => [
  ...ended(before, after),
  ...effects.flatMap((effect) =>
    effect._tag === 'SubmitDeployBatch'
      ? [line('deploying', `${short(effect.sha)} is being deployed; nothing lands meanwhile.`, none, none)]
      : effect._tag === 'AnnounceDeployFailure'
        ? [
            line(
              'deploy-failed',
              effect.text,
              none,
              isSome(effect.batchId) ? some(effect.batchId.value) : none,
            ),
          ]
        : [],
  ),
]
